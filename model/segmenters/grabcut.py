"""Cut one object out of one window of a picture, on a small copy of the window.

A click belongs to what it reaches at less cost than the window's rim does, cost being change of colour
along the way (a geodesic competition). That guess starts GrabCut (Rother, Kolmogorov and Blake, 2004).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from model.segmenters.protocol import Box, Mask, Prompt, Rgb

COARSE: Final = 80
"""Longest side of the window that the cut works on, in pixels: about 20 ms."""
_ROUNDS: Final = 2
_STEP: Final = 1.5
"""Cost of a step that changes no colour, in units of Lab (8 bit)."""
_BORDER_HEAD_START: Final = 60.0
"""What a click may spend before the picture's own border is background: objects are cut off there."""
_SMALLEST: Final = 12
"""Pixels of the small copy below which nothing was found."""

Gray = NDArray[np.float32]
Places = list[tuple[int, int, bool]]


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of a picture, in its pixels: x0 <= x < x1, y0 <= y < y1."""

    x0: int
    y0: int
    x1: int
    y1: int
    inner: tuple[bool, bool, bool, bool]
    """Whether the left, top, right and bottom side lie inside of the picture, not on its border."""

    @classmethod
    def around(
        cls, x0: float, y0: float, x1: float, y1: float, margin: float, size: tuple[int, int]
    ) -> Window:
        """The rectangle from (x0, y0) to (x1, y1) with a margin, within a picture of `size` (H, W).

        Parameters
        ----------
        x0, y0, x1, y1 : float
            Picture pixels.
        margin : float
            Added on every side, in pixels.
        size : tuple of int
            (H, W) of the picture.
        """
        high, wide = size
        left, top = max(0, int(x0 - margin)), max(0, int(y0 - margin))
        right, bottom = min(wide, int(x1 + margin) + 1), min(high, int(y1 + margin) + 1)
        left, top = min(left, wide - 1), min(top, high - 1)
        right, bottom = max(right, left + 1), max(bottom, top + 1)
        return cls(left, top, right, bottom, (left > 0, top > 0, right < wide, bottom < high))

    def scaled_size(self, longest: int) -> tuple[int, int]:
        """(width, height) for a copy whose longest side is at most `longest`."""
        wide, high = self.x1 - self.x0, self.y1 - self.y0
        scale = min(1.0, longest / max(wide, high))
        return max(1, round(wide * scale)), max(1, round(high * scale))

    def places(self, prompt: Prompt, size: tuple[int, int]) -> Places:
        """The clicks inside, in pixels (column, row) of a copy of `size` (width, height)."""
        found: Places = []
        for x, y, positive in prompt.points:
            column = int((x - self.x0) * size[0] / (self.x1 - self.x0))
            row = int((y - self.y0) * size[1] / (self.y1 - self.y0))
            if 0 <= column < size[0] and 0 <= row < size[1]:
                found.append((column, row, positive))
        return found

    def sides(self, depth: int) -> list[tuple[bool, tuple[slice, slice]]]:
        """For each side whether it is inside of the picture, and the index of its rim."""
        everything = slice(None)
        left, top, right, bottom = self.inner
        return [
            (left, (everything, slice(0, depth))),
            (top, (slice(0, depth), everything)),
            (right, (everything, slice(-depth, None))),
            (bottom, (slice(-depth, None), everything)),
        ]


@dataclass(frozen=True, slots=True)
class Cut:
    """What was found in a window."""

    window: Window
    inside: Mask
    """(h, w) of the small copy."""
    score: float
    """How clearly the mask ends at an edge, in units of Lab; 0 where it does not."""


def cut(small: Rgb, window: Window, prompt: Prompt) -> Cut | None:
    """Cut out what `prompt` points at; None where the window shows nothing to cut.

    `small` is the window's content, its longest side about `COARSE` pixels.
    """
    size = (small.shape[1], small.shape[0])
    places = window.places(prompt, size)
    lab = cv2.cvtColor(cv2.bilateralFilter(small, 5, 20, 3), cv2.COLOR_RGB2LAB).astype(np.float32)
    if prompt.box is not None:
        guess = _box_labels(prompt.box, window, size)
    elif any(positive for _, _, positive in places):
        guess = _click_labels(lab, places, window)
    else:
        return None
    for column, row, positive in places:
        cv2.circle(guess, (column, row), 1, cv2.GC_FGD if positive else cv2.GC_BGD, -1)
    labels = guess.copy()
    likely = _is_object(guess)
    if min(likely.sum(), (~likely).sum()) < _SMALLEST:
        return None
    cv2.grabCut(small, labels, None, np.zeros((1, 65)), np.zeros((1, 65)), _ROUNDS, cv2.GC_INIT_WITH_MASK)
    inside = _touched(_is_object(labels), places)
    if inside.sum() < max(_SMALLEST, 0.1 * likely.sum()):
        # Object and background share their colours: the guess is better than what GrabCut left of it.
        inside = _touched(likely, places)
    if inside.sum() < _SMALLEST:
        return None
    return Cut(window, inside, _score(lab, inside, window))


def _box_labels(box: Box, window: Window, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Certain background outside of the box, likely object inside."""
    fx, fy = size[0] / (window.x1 - window.x0), size[1] / (window.y1 - window.y0)
    (x0, x1), (y0, y1) = sorted((box[0], box[2])), sorted((box[1], box[3]))
    labels = np.full((size[1], size[0]), cv2.GC_BGD, np.uint8)
    columns = slice(max(0, int((x0 - window.x0) * fx)), max(0, int(np.ceil((x1 - window.x0) * fx))))
    rows = slice(max(0, int((y0 - window.y0) * fy)), max(0, int(np.ceil((y1 - window.y0) * fy))))
    labels[rows, columns] = cv2.GC_PR_FGD
    return labels


def _click_labels(lab: Gray, places: Places, window: Window) -> NDArray[np.uint8]:
    """The geodesic competition between the clicks and the window's rim."""
    high, wide = lab.shape[:2]
    clicks, against = np.zeros((high, wide), np.uint8), np.zeros((high, wide), np.uint8)
    for column, row, positive in places:
        if positive:
            cv2.circle(clicks, (column, row), max(1, round(0.05 * min(high, wide))), 1, -1)
        else:
            cv2.circle(against, (column, row), 2, 1, -1)
    clicks[against > 0] = 0
    start = np.full((high, wide), np.inf, np.float32)
    for inner, rim in window.sides(2):
        start[rim] = np.minimum(start[rim], 0.0 if inner else _BORDER_HEAD_START)
    start[against > 0] = 0.0
    near = _geodesic(lab, np.where(clicks > 0, np.float32(0), np.float32(np.inf)))
    far = _geodesic(lab, start)
    labels = np.where(near < far, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[(near < 0.25 * far) | (clicks > 0)] = cv2.GC_FGD
    labels[(start == 0) | (far < 0.1 * near)] = cv2.GC_BGD
    return labels


def _geodesic(lab: Gray, start: Gray) -> Gray:
    """Least cost of reaching each pixel from those where `start` is finite, which is their own cost."""
    high, wide = start.shape
    number = np.arange(high * wide).reshape(high, wide)
    every, but_first, but_last = slice(None), slice(1, None), slice(None, -1)
    pairs = [
        ((every, but_last), (every, but_first), 1.0),
        ((but_last, every), (but_first, every), 1.0),
        ((but_last, but_last), (but_first, but_first), 2**0.5),
        ((but_last, but_first), (but_first, but_last), 2**0.5),
    ]
    rows, columns, costs = [], [], []
    for one, other, length in pairs:
        rows.append(number[one].ravel())
        columns.append(number[other].ravel())
        costs.append((_STEP * length + np.sqrt(((lab[one] - lab[other]) ** 2).sum(-1))).ravel())
    begin = np.isfinite(start)
    source = high * wide
    rows.append(np.full(int(begin.sum()), source))
    columns.append(number[begin])
    # A cost of exactly zero would be no edge at all in a sparse matrix.
    costs.append(start[begin] + np.float32(1e-3))
    graph = coo_matrix(
        (np.concatenate(costs), (np.concatenate(rows), np.concatenate(columns))), (source + 1, source + 1)
    )
    reached = dijkstra(graph.tocsr(), directed=False, indices=source)[:-1]
    result: Gray = reached.reshape(high, wide).astype(np.float32)
    return result


def _is_object(labels: NDArray[np.uint8]) -> Mask:
    inside: Mask = (labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)
    return inside


def _touched(inside: Mask, places: Places) -> Mask:
    """The parts that a positive click lies in (the largest if none does), small holes closed."""
    solid = inside.astype(np.uint8)
    for column, row, positive in places:
        solid[row, column] = positive
    _, parts, facts, _ = cv2.connectedComponentsWithStats(solid, connectivity=4)
    wanted = {int(parts[row, column]) for column, row, positive in places if positive} - {0}
    if not wanted and len(facts) > 1:
        wanted = {1 + int(facts[1:, cv2.CC_STAT_AREA].argmax())}
    kept: Mask = np.isin(parts, list(wanted))
    _, holes, facts, _ = cv2.connectedComponentsWithStats((~kept).astype(np.uint8), connectivity=4)
    small: Mask = facts[:, cv2.CC_STAT_AREA] < 0.04 * kept.sum()
    small[0] = False
    for column, row, positive in places:
        small[holes[row, column]] &= positive
    closed: Mask = kept | small[holes]
    return closed


def _score(lab: Gray, inside: Mask, window: Window) -> float:
    """The colour step that all but the weakest third of the outline keeps to.

    A mask cut off by the window's rim loses by that share, and a little where it runs along the picture's
    border, which is no evidence of an edge.
    """
    flat = cv2.copyMakeBorder(inside.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    outline = inside & (cv2.erode(flat, np.ones((3, 3), np.uint8))[1:-1, 1:-1] == 0)
    rim, border = np.zeros(inside.shape, np.bool_), np.zeros(inside.shape, np.bool_)
    for inner, side in window.sides(4):
        rim[side] |= inner
    for inner, side in window.sides(1):
        border[side] |= not inner
    if not outline.any():
        return 0.0
    wide = cv2.GaussianBlur(lab, (0, 0), 0.7)
    step = sum(cv2.Sobel(wide, cv2.CV_32F, dx, 1 - dx)[..., i] ** 2 for dx in (0, 1) for i in range(3))
    weakest = float(np.percentile(np.sqrt(step[outline]), 33))
    length = float(outline.sum())
    at_rim, at_border = float((inside & rim).sum()) / length, float((inside & border).sum()) / length
    return weakest * max(0.0, 1.0 - 2.0 * at_rim) / (1.0 + at_border)
