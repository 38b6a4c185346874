"""A segmenter without weights: GrabCut around the prompt, in windows of several sizes.

It gives a mask to start from on machines that have no SAM weights. A click says where an object is and
not how large it is, so the cut is tried in windows of four sizes; the clearest three are the hypotheses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from model.segmenters.grabcut import COARSE, Cut, Gray, Window, cut
from model.segmenters.protocol import (
    Embedding,
    Hypothesis,
    Mask,
    Prompt,
    Rgb,
    SegmenterError,
    Stopped,
    WrongEmbedding,
)

NAME: Final = "Classical (GrabCut, no weights)"
_WINDOWS: Final = {0.1: 0.5, 0.2: 0.75, 0.42: 1.0, 0.85: 1.0}
"""Margins around the clicks, as fractions of the picture's shorter side, and what a cut's score counts
there: people mark objects more often than details of them."""
_FINE: Final = 512
"""Longest side of the window in which the edge is refined, in pixels."""
_REDUCED: Final = 1280
"""Longest side of the reduced copy that large windows are taken from."""
_SAME: Final = 0.85
"""IoU from which two hypotheses count as one."""
_MOST: Final = 3


class ClassicalEmbedding:
    """The picture itself and a reduced copy."""

    def __init__(self, rgb: Rgb) -> None:
        self.rgb = rgb
        self.scale, size = _reduction(*rgb.shape[:2])
        """Size of the reduced copy relative to the picture's."""
        self.reduced: Rgb = rgb if self.scale == 1.0 else _resized(rgb, size)

    @property
    def nbytes(self) -> int:
        """Memory held, in bytes."""
        return self.rgb.nbytes + (0 if self.reduced is self.rgb else self.reduced.nbytes)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """The picture as an array "rgb": all that `ClassicalSegmenter.from_arrays` needs."""
        return {"rgb": self.rgb}

    def content(self, window: Window, longest: int) -> Rgb:
        """The window's pixels, its longest side at most `longest`."""
        size = window.scaled_size(longest)
        if max(window.x1 - window.x0, window.y1 - window.y0) * self.scale < longest:
            return _resized(self.rgb[window.y0 : window.y1, window.x0 : window.x1], size)
        x0, y0, x1, y1 = (round(v * self.scale) for v in (window.x0, window.y0, window.x1, window.y1))
        return _resized(self.reduced[y0:y1, x0:x1], size)


class ClassicalSegmenter:
    """See `Segmenter`. Hypotheses have no predicted IoU, and nothing is fed back."""

    name: Final = NAME
    signature: Final = "classical-v1"
    needs_encoding: Final = False

    def embedding_bytes(self, height: int, width: int) -> int:
        """See `Segmenter.embedding_bytes`."""
        scale, size = _reduction(height, width)
        return 3 * (height * width + (0 if scale == 1.0 else size[0] * size[1]))

    def encode(self, rgb: Rgb, cancelled: Callable[[], bool] | None = None) -> ClassicalEmbedding:
        """Reduce the picture (see `Segmenter.encode`)."""
        if cancelled is not None and cancelled():
            raise Stopped
        return ClassicalEmbedding(rgb)

    def from_arrays(self, arrays: Mapping[str, NDArray[Any]]) -> ClassicalEmbedding:
        """See `Segmenter.from_arrays`."""
        if "rgb" not in arrays:
            raise WrongEmbedding
        return ClassicalEmbedding(arrays["rgb"])

    def predict(
        self, embedding: Embedding, prompt: Prompt, previous: Hypothesis | None = None
    ) -> list[Hypothesis]:
        """One to three masks: the clearest first, then the larger ones, then the smaller ones."""
        if not isinstance(embedding, ClassicalEmbedding):
            raise WrongEmbedding
        if prompt.empty:
            raise SegmenterError("Click the object or draw a box around it first.")
        # The colour models start from random clusters; the same click must give the same mask.
        cv2.setRNGSeed(1)
        tried = [
            (weight, cut(embedding.content(window, COARSE), window, prompt))
            for weight, window in _windows(prompt, embedding)
        ]
        scored = [(weight * one.score, one) for weight, one in tried if one is not None]
        found = [one for _, one in sorted(scored, key=lambda pair: -pair[0])[:_MOST]]
        size = embedding.rgb.shape[:2]
        masks: list[Mask] = []
        for one in found:
            mask = _at_picture_size(embedding, one)
            if mask.any() and not any(_iou(mask, other) > _SAME for other in masks):
                masks.append(mask)
        if prompt.box is not None or not masks:
            masks.append(_plain(prompt, size))
        grown = sorted(masks, key=np.count_nonzero)
        first = next(i for i, mask in enumerate(grown) if mask is masks[0])
        return [Hypothesis(mask, prompt=prompt) for mask in [*grown[first:], *grown[:first]]]


def _windows(prompt: Prompt, embedding: ClassicalEmbedding) -> list[tuple[float, Window]]:
    """The windows to try and the weights of their scores."""
    size = embedding.rgb.shape[:2]
    if prompt.box is not None:
        (x0, x1), (y0, y1) = sorted(prompt.box[::2]), sorted(prompt.box[1::2])
        return [(1.0, Window.around(x0, y0, x1, y1, max(8.0, 0.2 * max(x1 - x0, y1 - y0)), size))]
    clicks = [p for p in prompt.points if p[2]] or prompt.points
    xs, ys = [p[0] for p in clicks], [p[1] for p in clicks]
    sides = (min(xs), min(ys), max(xs), max(ys))
    return [
        (weight, Window.around(*sides, max(12.0, share * min(size)), size))
        for share, weight in _WINDOWS.items()
    ]


def _at_picture_size(embedding: ClassicalEmbedding, found: Cut) -> Mask:
    """Enlarge a cut; its edge follows the picture (guided filter, He, Sun and Tang, 2010)."""
    window, inside = found.window, found.inside
    fine = embedding.content(window, _FINE)
    size = (fine.shape[1], fine.shape[0])
    guide: Gray = cv2.cvtColor(fine, cv2.COLOR_RGB2GRAY).astype(np.float32) / np.float32(255)
    soft: Gray = cv2.resize(inside.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    reach = 2 * max(1, round(size[0] / inside.shape[1])) + 1
    alpha = (np.clip(_guided(guide, soft, reach), 0, 1) * 255).astype(np.uint8)
    whole = (window.x1 - window.x0, window.y1 - window.y0)
    part = cv2.resize(alpha, whole, interpolation=cv2.INTER_LINEAR)
    mask = np.zeros(embedding.rgb.shape[:2], np.bool_)
    np.greater(part, 127, out=mask[window.y0 : window.y1, window.x0 : window.x1])
    return mask


def _guided(guide: Gray, soft: Gray, reach: int, smoothing: float = 1e-3) -> Gray:
    """The grey guided filter with boxes of `reach` pixels."""

    def mean(values: Gray) -> Gray:
        result: Gray = cv2.blur(values, (reach, reach))
        return result

    mean_g, mean_s = mean(guide), mean(soft)
    slope = (mean(guide * soft) - mean_g * mean_s) / (mean(guide * guide) - mean_g**2 + smoothing)
    return mean(slope) * guide + mean(mean_s - slope * mean_g)


def _plain(prompt: Prompt, size: tuple[int, ...]) -> Mask:
    """The box as it was drawn, or discs at the clicks where no edge was found."""
    canvas = np.zeros(size, np.uint8)
    if prompt.box is not None:
        x0, y0, x1, y1 = (round(v) for v in prompt.box)
        cv2.rectangle(canvas, (x0, y0), (x1, y1), 1, -1)
    for x, y, positive in [] if prompt.box is not None else prompt.points:
        radius = max(2, round(0.02 * min(size)))
        cv2.circle(canvas, (round(x), round(y)), radius, 1 if positive else 0, -1)
    return canvas.astype(np.bool_)


def _reduction(high: int, wide: int) -> tuple[float, tuple[int, int]]:
    """How far a picture is reduced, and what that makes of it: (width, height) in pixels."""
    scale = min(1.0, _REDUCED / max(high, wide))
    return scale, (max(1, round(wide * scale)), max(1, round(high * scale)))


def _resized(rgb: Rgb, size: tuple[int, int]) -> Rgb:
    result: Rgb = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    return result


def _iou(one: Mask, other: Mask) -> float:
    """Of every n-th pixel, about half a million in all: whether two masks are one needs no more."""
    step = max(1, int((one.size / 5e5) ** 0.5))
    one, other = one[::step, ::step], other[::step, ::step]
    union = np.count_nonzero(one | other)
    return np.count_nonzero(one & other) / union if union else 1.0
