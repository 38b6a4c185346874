"""Polygon tool: click the corners, close with a double click, Enter or a click on the first corner."""

from __future__ import annotations

from collections.abc import Callable
from math import hypot

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from seagull_studio.views.canvas.outline import draw_two_tone
from seagull_studio.views.canvas.tools.base import Host, Modifiers, Point, Tool

_CATCH = 8  # device pixels around the first corner that close the polygon
_HANDLE = 3


class PolygonTool(Tool):
    """Backspace takes the last corner back, Esc all of them. Shift while closing takes away."""

    def __init__(self, host: Host, drawn: Callable[[list[Point], bool], None]) -> None:
        super().__init__(host)
        self._drawn = drawn
        self._corners: list[Point] = []
        self._at: Point | None = None

    def press(self, point: Point, button: Qt.MouseButton, modifiers: Modifiers) -> bool:
        if button != Qt.MouseButton.LeftButton:
            return False
        point = self.host.clamped(point)
        if len(self._corners) >= 3 and self._near(self._corners[0], point, _CATCH * self.host.line_width):
            self._close(modifiers)
            return True
        if not self._corners or point != self._corners[-1]:
            self._corners.append(point)
        self._at = point
        self._repaint()
        return True

    def move(self, point: Point, modifiers: Modifiers) -> None:
        if self._corners:
            self._repaint()
            self._at = self.host.clamped(point)
            self._repaint()

    def double_click(self, point: Point, modifiers: Modifiers) -> bool:
        # The first of the two clicks has placed the last corner already.
        self._close(modifiers)
        return True

    def key(self, key: int, modifiers: Modifiers) -> bool:
        if not self._corners:
            return False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._close(modifiers)
            return True
        if key == Qt.Key.Key_Backspace:
            self._repaint()
            self._corners.pop()
            return True
        return False

    def cancel(self) -> bool:
        under_way = bool(self._corners)
        if under_way:
            self._repaint()
        self._corners = []
        return under_way

    def paint(self, painter: QPainter) -> None:
        if not self._corners:
            return
        camera, width = self.host.camera, self.host.line_width
        path = QPainterPath(self._device(self._corners[0]))
        for corner in [*self._corners[1:], *([self._at] if self._at else [])]:
            path.lineTo(self._device(corner))
        draw_two_tone(painter, path, width)
        closes = (
            self._at is not None
            and len(self._corners) >= 3
            and self._near(self._corners[0], self._at, _CATCH * width)
        )
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(0, 0, 0), width))
        for index, corner in enumerate(self._corners):
            side = _HANDLE * width * (2 if index == 0 and closes else 1)
            x, y = camera.to_device(*corner)
            painter.setBrush(QColor(255, 255, 255))
            painter.drawRect(QRectF(x - side, y - side, 2 * side, 2 * side))
        painter.restore()

    def _close(self, modifiers: Modifiers) -> None:
        if len(self._corners) < 3:
            return
        self._repaint()
        corners, self._corners = self._corners, []
        self._drawn(corners, not modifiers & Qt.KeyboardModifier.ShiftModifier)

    def _device(self, point: Point) -> QPointF:
        x, y = self.host.camera.to_device(*point)
        return QPointF(round(x), round(y))

    def _near(self, a: Point, b: Point, reach: float) -> bool:
        return hypot(a[0] - b[0], a[1] - b[1]) * self.host.camera.scale <= reach

    def _repaint(self) -> None:
        points = [*self._corners, *([self._at] if self._at else [])]
        if not points:
            return
        xs, ys = [point[0] for point in points], [point[1] for point in points]
        area = QRectF(QPointF(min(xs), min(ys)), QPointF(max(xs), max(ys)))
        self.host.repaint_device(self.host.camera.device_rect(area, 3 * _HANDLE * self.host.line_width))
