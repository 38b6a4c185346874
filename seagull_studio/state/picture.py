"""A decoded picture as the canvas draws it: full level and pyramid, in memory, immutable."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

Bytes = npt.NDArray[np.uint8]
SMALLEST_LEVEL = 512
"""The pyramid ends with the first level whose longer side is no longer than this."""
_STRIP = 256  # rows halved at once: keeps the working memory small beside a 300 MB picture


class LoadingStopped(Exception):
    """Nobody waits for this picture any more."""


@dataclass(frozen=True, slots=True)
class PyramidLevel:
    """One resolution of a picture."""

    pixels: Bytes
    """(h, w, 3) RGB, or (h, w, 4) with an unused fourth byte."""
    image: QImage
    """The same memory as `pixels`, never a copy; valid while this level lives."""
    step_x: float
    """Picture pixels per level pixel, >= 1."""
    step_y: float

    @classmethod
    def wrap(
        cls, pixels: Bytes, step_x: float = 1.0, step_y: float = 1.0, *, bgr: bool = False
    ) -> PyramidLevel:
        """Level over `pixels`; four bytes a pixel are R, G, B, unused, or with `bgr` B, G, R, unused.

        Parameters
        ----------
        pixels : ndarray of uint8, shape (h, w, 3) or (h, w, 4)
            Not copied.
        step_x, step_y : float
            Pixels of the picture for one of these.
        bgr : bool
            Order of the channels.
        """
        height, width = pixels.shape[:2]
        memory = np.ascontiguousarray(pixels)
        if memory.shape[2] == 3:
            kind = QImage.Format.Format_RGB888
        else:
            kind = QImage.Format.Format_RGB32 if bgr else QImage.Format.Format_RGBX8888
        view: Any = memory.data if memory.flags.writeable else memory
        return cls(memory, QImage(view, width, height, memory.strides[0], kind), step_x, step_y)


@dataclass(frozen=True, slots=True)
class PictureSource:
    """A picture with its pyramid. Built off the GUI thread, drawn on it."""

    key: Hashable
    width: int
    """Of the displayed picture (EXIF orientation applied), in pixels."""
    height: int
    levels: tuple[PyramidLevel, ...]
    """Finest first. Level k of a complete picture has half the resolution of level k - 1."""
    complete: bool = True
    """False for a preview: no level has the full resolution yet."""

    @classmethod
    def from_rgb(
        cls,
        key: Hashable,
        rgb: Bytes,
        cancelled: Callable[[], bool] | None = None,
        *,
        bgr: bool = False,
    ) -> PictureSource:
        """Make the pyramid over `rgb`, which is wrapped without a copy and must not change.

        Parameters
        ----------
        rgb : uint8 (H, W, 3), or (H, W, 4) with an unused fourth byte
            Displayed orientation, sRGB, C-contiguous.
        bgr : bool
            Whether four bytes are B, G, R, unused: the order that Qt draws fastest (see `in_drawing_order`).

        Raises
        ------
        LoadingStopped
            When `cancelled` says so.
        """
        levels = [PyramidLevel.wrap(rgb, bgr=bgr)]
        while max(levels[-1].image.width(), levels[-1].image.height()) > SMALLEST_LEVEL:
            step = float(2 ** len(levels))
            levels.append(PyramidLevel.wrap(_halved(levels[-1], cancelled), step, step, bgr=True))
        height, width = rgb.shape[:2]
        return cls(key, width, height, tuple(levels))

    @classmethod
    def preview(cls, key: Hashable, rgb: Bytes, width: int, height: int) -> PictureSource:
        """A reduced reading `rgb`, uint8 (h, w, 3), standing in for a picture of `width` x `height`.

        Parameters
        ----------
        key : hashable
            Under which the picture is known.
        rgb : ndarray of uint8, shape (h, w, 3)
            The reduced reading.
        width, height : int
            Size of the whole picture, in pixels.
        """
        step_x, step_y = width / rgb.shape[1], height / rgb.shape[0]
        return cls(key, width, height, (PyramidLevel.wrap(rgb, step_x, step_y),), complete=False)

    @property
    def nbytes(self) -> int:
        """Bytes held by all levels."""
        return sum(level.pixels.nbytes for level in self.levels)

    def level_for(self, scale: float, *, least: float = 1.0) -> PyramidLevel:
        """The coarsest level with at least `least` level pixels per device pixel at `scale`, else the finest.

        Parameters
        ----------
        scale : float
            Device pixels per picture pixel.
        """
        for level in reversed(self.levels):
            if level.step_x * scale * least <= 1.0:
                return level
        return self.levels[0]

    def reduced(self, box: tuple[float, float, float, float], width: int, height: int) -> QImage:
        """Part of the picture, averaged over areas down to `width` x `height` pixels (never enlarged).

        Parameters
        ----------
        box : x0, y0, x1, y1
            In picture pixels, fractions allowed, inside the picture.
        """
        from PIL import Image

        level = self.level_for(width / (box[2] - box[0]))
        rows, columns = level.pixels.shape[:2]
        x0, x1 = (min(max(value / level.step_x, 0.0), float(columns)) for value in (box[0], box[2]))
        y0, y1 = (min(max(value / level.step_y, 0.0), float(rows)) for value in (box[1], box[3]))
        # The filter reaches one output pixel beyond the box on each side.
        margin = ceil((x1 - x0) / width) + 1
        left, top = max(0, floor(x0) - margin), max(0, floor(y0) - margin)
        right, bottom = min(columns, ceil(x1) + margin), min(rows, ceil(y1) + margin)
        part = np.ascontiguousarray(level.pixels[top:bottom, left:right])
        size = (right - left, bottom - top)
        # Channels are averaged alike whatever they are, so the bytes keep their order.
        mode = "RGB" if part.shape[2] == 3 else "RGBX"
        image = Image.frombuffer(mode, size, part, "raw", mode, 0, 1)
        small = image.resize(
            (width, height), Image.Resampling.BILINEAR, (x0 - left, y0 - top, x1 - left, y1 - top)
        )
        data = small.tobytes()
        wrapped = QImage(data, width, height, width * part.shape[2], level.image.format())
        return wrapped.convertToFormat(QImage.Format.Format_RGB32) if mode == "RGB" else _solid(wrapped)

    def thumbnail(self, longest: int) -> QImage:
        """The whole picture, its longer side at most `longest` pixels."""
        scale = min(1.0, longest / max(self.width, self.height))
        width, height = max(1, round(self.width * scale)), max(1, round(self.height * scale))
        return self.reduced((0.0, 0.0, float(self.width), float(self.height)), width, height)

    def part(self, level: PyramidLevel, area: QRect) -> QImage:
        """A copy of `area` (in level pixels) in the format that Qt paints fastest."""
        return level.image.copy(area).convertToFormat(QImage.Format.Format_RGB32)


def in_drawing_order(pixels: Bytes) -> Bytes:
    """R, G, B (, unused) to B, G, R, unused; in place where there are four bytes a pixel already."""
    height, width, channels = pixels.shape
    out = pixels if channels == 4 else np.empty((height, width, 4), np.uint8)
    kind = QImage.Format.Format_RGBX8888 if channels == 4 else QImage.Format.Format_RGB888
    for top in range(0, height, _STRIP):
        strip = pixels[top : top + _STRIP]
        view: Any = strip.data
        rows = QImage(view, width, strip.shape[0], width * channels, kind)
        swapped = rows.convertToFormat(QImage.Format.Format_RGB32)
        out[top : top + _STRIP] = np.frombuffer(swapped.constBits(), np.uint8).reshape(-1, width, 4)
    return out


def _solid(wrapped: QImage) -> QImage:
    """A copy that owns its memory, in the format that Qt paints fastest."""
    if wrapped.format() == QImage.Format.Format_RGB32:
        return wrapped.copy()
    return wrapped.convertToFormat(QImage.Format.Format_RGB32)


def _halved(level: PyramidLevel, cancelled: Callable[[], bool] | None) -> Bytes:
    """Half the resolution, each pixel the mean of (at most) four; (h, w, 4) as B, G, R, unused."""
    from PIL import Image

    height, width, channels = level.pixels.shape
    swap = level.image.format() != QImage.Format.Format_RGB32
    out = np.empty(((height + 1) // 2, (width + 1) // 2, 4), np.uint8)
    mode = "RGB" if channels == 3 else "RGBX"
    for top in range(0, height, _STRIP):
        if cancelled is not None and cancelled():
            raise LoadingStopped
        strip = level.pixels[top : top + _STRIP]
        image = Image.frombuffer(mode, (width, strip.shape[0]), strip, "raw", mode, 0, 1).reduce(2)
        half = np.asarray(image)
        target = out[top // 2 : top // 2 + half.shape[0]]
        if swap:
            target[..., :3] = half[..., 2::-1]
            target[..., 3] = 255
        else:
            target[...] = half
    return out
