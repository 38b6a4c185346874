"""Brush and eraser: what is drawn shows at once, and is handed over as a whole at the release."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from seagull_studio.state.raster import Patch, stroke_patch
from seagull_studio.views.canvas.tools.base import Host, Modifiers, Point, Tool

SMALLEST_RADIUS, LARGEST_RADIUS = 0.5, 500.0
"""Picture pixels."""


class Preview(Protocol):
    """Where a stroke is shown while it is drawn."""

    def begin_stroke(self, width: int, height: int) -> None: ...
    def extend_stroke(self, patch: Patch, *, adding: bool) -> QRectF: ...
    def end_stroke(self) -> None: ...


class BrushTool(Tool):
    """Paint with a disc; `adding` False makes it an eraser. Shift turns one into the other."""

    cursor = Qt.CursorShape.BlankCursor

    def __init__(
        self, host: Host, preview: Preview, drawn: Callable[[list[Point], float, bool], None], *, adding: bool
    ) -> None:
        super().__init__(host)
        self.radius = 16.0
        self._preview = preview
        self._drawn = drawn
        self._adding = adding
        self._now_adding = adding
        self._points: list[Point] = []
        self._at: Point | None = None

    def set_radius(self, radius: float) -> None:
        self._repaint_cursor()
        self.radius = radius
        self._repaint_cursor()

    def press(self, point: Point, button: Qt.MouseButton, modifiers: Modifiers) -> bool:
        if button != Qt.MouseButton.LeftButton:
            return False
        self._now_adding = self._adding ^ bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        self._preview.begin_stroke(*self.host.camera.picture)
        self._points = []
        self._extend(point)
        return True

    def move(self, point: Point, modifiers: Modifiers) -> None:
        self._repaint_cursor()
        self._at = point
        self._repaint_cursor()
        if self._points:
            last = self._points[-1]
            # Points closer than this change no more than the rim of the stroke by a fraction of a pixel.
            least = max(0.25, self.radius / 32, 0.5 / self.host.camera.scale)
            if abs(point[0] - last[0]) + abs(point[1] - last[1]) >= least:
                self._extend(point)

    def release(self, point: Point, modifiers: Modifiers) -> None:
        if not self._points:
            return
        if point != self._points[-1]:
            self._extend(point)
        points, self._points = self._points, []
        self._drawn(points, self.radius, self._now_adding)
        # The canvas was given the new draft by now; if not, the stroke was refused.
        self._preview.end_stroke()

    def cancel(self) -> bool:
        under_way = bool(self._points)
        self._points = []
        if under_way:
            self._preview.end_stroke()
        return under_way

    def leave(self) -> None:
        self._repaint_cursor()
        self._at = None

    def paint(self, painter: QPainter) -> None:
        if self._at is None:
            return
        centre = QPointF(*self.host.camera.to_device(*self._at))
        radius = self.radius * self.host.camera.scale
        width = self.host.line_width
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, pen_width in ((QColor(0, 0, 0), 3.0 * width), (QColor(255, 255, 255), 1.2 * width)):
            painter.setPen(QPen(colour, pen_width))
            painter.drawEllipse(centre, radius, radius)
            painter.drawPoint(centre)
        painter.restore()

    def _extend(self, point: Point) -> None:
        width, height = self.host.camera.picture
        reach = self.radius
        # Far outside the picture a stroke changes nothing; keep its numbers small.
        point = (
            min(max(point[0], -reach), width + reach),
            min(max(point[1], -reach), height + reach),
        )
        piece = [*self._points[-1:], point]
        self._points.append(point)
        patch = stroke_patch(piece, self.radius, (height, width))
        changed = self._preview.extend_stroke(patch, adding=self._now_adding)
        if not changed.isEmpty():
            self.host.repaint_device(self.host.camera.device_rect(changed, 2))

    def _repaint_cursor(self) -> None:
        if self._at is None:
            return
        x, y = self._at
        area = QRectF(x - self.radius, y - self.radius, 2 * self.radius, 2 * self.radius)
        self.host.repaint_device(self.host.camera.device_rect(area, 4 * self.host.line_width))
