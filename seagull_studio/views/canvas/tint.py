"""A translucent tint over a mask, computed only for what is in view and only as fine as it is seen."""

from __future__ import annotations

from math import ceil

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter

from seagull_studio.state.raster import Patch
from seagull_studio.views.canvas.camera import Camera

_ALPHA = 96
_COLOUR = (30, 144, 255)
_TINT = np.uint32(
    (_ALPHA << 24) | sum((c * _ALPHA // 255) << shift for c, shift in zip(_COLOUR, (16, 8, 0), strict=True))
)  # premultiplied 0xAARRGGBB


class Tint:
    """The tint of one mask; a stroke in the making changes that mask in place."""

    def __init__(self) -> None:
        self._mask: npt.NDArray[np.bool_] | None = None
        self._origin = (0, 0)
        self.bounds = QRect()
        """What of the picture the mask may cover, in picture pixels."""
        self._stride = 1
        self._area = QRect()
        self._pixels = np.zeros((0, 0), np.uint32)
        self._image = QImage()

    def clear(self) -> None:
        self._mask, self.bounds, self._area = None, QRect(), QRect()

    def set_mask(self, mask: npt.NDArray[np.bool_], origin: tuple[int, int], bounds: QRect) -> None:
        """Tint `mask`, whose upper left pixel lies at `origin`; it is empty outside `bounds`."""
        self._mask, self._origin, self.bounds, self._area = mask, origin, QRect(bounds), QRect()

    def change(self, patch: Patch, *, adding: bool) -> None:
        """Change the mask, which must be as large as the picture, and the tint where it is computed."""
        assert self._mask is not None
        patch.apply_to(self._mask, adding=adding)
        x0, y0, x1, y1 = patch.box
        box = QRect(x0, y0, x1 - x0, y1 - y0)
        self.bounds = self.bounds.united(box)
        shown = box.intersected(self._area)
        if not shown.isEmpty():
            self._fill(shown)

    def paint(self, painter: QPainter, camera: Camera, dirty: QRect) -> None:
        visible = camera.area_of(dirty.intersected(QRect(0, 0, *camera.view)))
        wanted = visible.toAlignedRect().intersected(self.bounds)
        if self._mask is None or wanted.isEmpty():
            return
        stride = max(1, ceil(1.0 / camera.scale - 1e-6))
        if stride != self._stride or not self._area.contains(wanted):
            self._compute(stride, camera.visible.toAlignedRect().intersected(self.bounds))
        x, y = camera.to_device(self._area.x(), self._area.y())
        step = self._stride * camera.scale
        rows, columns = self._pixels.shape
        painter.save()
        painter.setClipRect(dirty)
        painter.drawImage(QRectF(x, y, columns * step, rows * step), self._image)
        painter.restore()

    def _compute(self, stride: int, area: QRect) -> None:
        # Aligned to the stride, so that panning never makes the edge crawl.
        left, top = area.x() // stride * stride, area.y() // stride * stride
        columns, rows = ceil((area.right() + 1 - left) / stride), ceil((area.bottom() + 1 - top) / stride)
        self._stride = stride
        self._area = QRect(left, top, columns * stride, rows * stride)
        self._pixels = np.zeros((rows, columns), np.uint32)
        memory = self._pixels.data
        kind = QImage.Format.Format_ARGB32_Premultiplied
        self._image = QImage(memory, columns, rows, columns * 4, kind)
        self._fill(self._area)

    def _fill(self, box: QRect) -> None:
        """Bring the tint inside `box` (picture pixels, within the computed area) up to the mask."""
        assert self._mask is not None
        stride, (height, width) = self._stride, self._mask.shape
        # Picture rows and columns sampled: multiples of the stride, inside the mask.
        first_x = max(ceil(max(box.x(), self._origin[0]) / stride) * stride, self._area.x())
        first_y = max(ceil(max(box.y(), self._origin[1]) / stride) * stride, self._area.y())
        end_x = min(box.x() + box.width(), self._origin[0] + width)
        end_y = min(box.y() + box.height(), self._origin[1] + height)
        if first_x >= end_x or first_y >= end_y:
            return
        x, y = self._origin
        sample = self._mask[first_y - y : end_y - y : stride, first_x - x : end_x - x : stride]
        column, row = (first_x - self._area.x()) // stride, (first_y - self._area.y()) // stride
        target = self._pixels[row : row + sample.shape[0], column : column + sample.shape[1]]
        target[...] = sample * _TINT
