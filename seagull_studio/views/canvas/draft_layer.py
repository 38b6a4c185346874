"""The ROI being marked: a translucent tint, its outline, its clicks and its box."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from seagull_studio.state import contours
from seagull_studio.state.raster import Patch
from seagull_studio.views.canvas.camera import Camera
from seagull_studio.views.canvas.outline import Outline, draw_two_tone
from seagull_studio.views.canvas.tint import Tint

BoolArray = npt.NDArray[np.bool_]
Box = tuple[float, float, float, float]


class ClickMark(Protocol):
    """A point prompt: picture coordinates, and whether it is inside the object."""

    @property
    def x(self) -> float: ...
    @property
    def y(self) -> float: ...
    @property
    def positive(self) -> bool: ...


class DraftLayer:
    """What of the draft is drawn, and the local preview of a stroke that is still being made."""

    def __init__(self) -> None:
        self._mask: BoolArray | None = None
        self._origin = (0, 0)
        self._outline = Outline(())
        self._tint = Tint()
        self._clicks: tuple[ClickMark, ...] = ()
        self._box: Box | None = None
        self._stroking = False

    def set(
        self, mask: BoolArray | None, origin: tuple[int, int], clicks: Sequence[ClickMark], box: Box | None
    ) -> None:
        """Show this draft from now on; `mask` lies at `origin` of the picture and must not change."""
        self._stroking = False
        self._clicks, self._box = tuple(clicks), box
        if mask is self._mask and origin == self._origin:
            self._show(mask)
            return
        self._mask, self._origin = mask, origin
        self._outline = Outline(contours.trace(mask, origin) if mask is not None else ())
        self._show(mask)

    def bounds(self) -> QRectF:
        """Everything drawn but the click marks, in picture pixels."""
        area = QRectF(self._outline.bounds)
        if self._box is not None:
            x0, y0, x1, y1 = self._box
            area = area.united(QRectF(QPointF(x0, y0), QPointF(x1, y1)))
        return area.united(QRectF(self._tint.bounds))

    def click_positions(self) -> list[tuple[float, float]]:
        return [(click.x, click.y) for click in self._clicks]

    def begin_stroke(self, width: int, height: int) -> None:
        """Start a preview on a copy of the mask; memory is touched only where the mask or the stroke is."""
        working = np.zeros((height, width), np.bool_)
        area = QRect()
        if self._mask is not None and not self._outline.bounds.isEmpty():
            area = self._outline.bounds.toRect()
            x, y = self._origin
            rows = slice(area.y() - y, area.y() - y + area.height())
            columns = slice(area.x() - x, area.x() - x + area.width())
            working[area.y() : area.y() + area.height(), area.x() : area.x() + area.width()] = self._mask[
                rows, columns
            ]
        self._stroking = True
        self._tint.set_mask(working, (0, 0), area)

    def extend_stroke(self, patch: Patch, *, adding: bool) -> QRectF:
        """Add a piece to the preview; what must be repainted, in picture pixels."""
        if patch.is_empty:
            return QRectF()
        self._tint.change(patch, adding=adding)
        x0, y0, x1, y1 = patch.box
        return QRectF(x0, y0, x1 - x0, y1 - y0)

    def end_stroke(self) -> None:
        """Drop the preview: the draft that was set last is shown again."""
        if self._stroking:
            self._stroking = False
            self._show(self._mask)

    def paint(self, painter: QPainter, camera: Camera, dirty: QRect, width: int) -> None:
        self._tint.paint(painter, camera, dirty)
        if not self._stroking:
            self._outline.paint(painter, camera, width)
        if self._box is not None:
            paint_box(painter, camera, self._box, width)
        for click in self._clicks:
            _paint_click(painter, camera, click, width)

    def _show(self, mask: BoolArray | None) -> None:
        if mask is None:
            self._tint.clear()
        else:
            self._tint.set_mask(mask, self._origin, self._outline.bounds.toRect())


CLICK_RADIUS = 6
"""Of a click mark, in device pixels at a pen width of 1."""


def paint_box(painter: QPainter, camera: Camera, box: Box, width: int) -> None:
    """Draw a box given in picture pixels."""
    left, top = camera.to_device(box[0], box[1])
    right, bottom = camera.to_device(box[2], box[3])
    path = QPainterPath()
    path.addRect(round(left), round(top), round(right) - round(left), round(bottom) - round(top))
    draw_two_tone(painter, path, width)


def _paint_click(painter: QPainter, camera: Camera, click: ClickMark, width: int) -> None:
    """White disc with a black +, black disc with a white -: told apart without colour."""
    centre = QPointF(*camera.to_device(click.x, click.y))
    radius = float(CLICK_RADIUS * width)
    paper, ink = (Qt.GlobalColor.white, Qt.GlobalColor.black)
    if not click.positive:
        paper, ink = ink, paper
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(ink), 1.5 * width))
    painter.setBrush(QColor(paper))
    painter.drawEllipse(centre, radius, radius)
    if not click.positive:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(0, 0, 0), width))
        painter.drawEllipse(centre, radius + width, radius + width)
    arm = radius * 0.55
    painter.setPen(QPen(QColor(ink), 2.0 * width))
    painter.drawLine(centre - QPointF(arm, 0), centre + QPointF(arm, 0))
    if click.positive:
        painter.drawLine(centre - QPointF(0, arm), centre + QPointF(0, arm))
    painter.restore()
