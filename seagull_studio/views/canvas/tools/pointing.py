"""Tools of one click or one drag: click, box, select, pan."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from seagull_studio.views.canvas.draft_layer import paint_box
from seagull_studio.views.canvas.tools.base import Host, Modifiers, Point, Tool

_SMALLEST_BOX = 3  # device pixels; anything smaller was a click that slipped


class ClickTool(Tool):
    """Left click: inside the object. Right click, or Shift and left: outside it."""

    def __init__(self, host: Host, clicked: Callable[[float, float, bool], None]) -> None:
        super().__init__(host)
        self._clicked = clicked

    def press(self, point: Point, button: Qt.MouseButton, modifiers: Modifiers) -> bool:
        if button not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return False
        if self.host.is_inside(point):
            plain = not modifiers & Qt.KeyboardModifier.ShiftModifier
            self._clicked(*self.host.clamped(point), plain and button == Qt.MouseButton.LeftButton)
        return True


class BoxTool(Tool):
    """Drag a box; it may start and end outside the picture."""

    def __init__(self, host: Host, drawn: Callable[[float, float, float, float], None]) -> None:
        super().__init__(host)
        self._drawn = drawn
        self._start: Point | None = None
        self._end: Point = (0.0, 0.0)

    def press(self, point: Point, button: Qt.MouseButton, modifiers: Modifiers) -> bool:
        if button != Qt.MouseButton.LeftButton:
            return False
        self._start = self._end = self.host.clamped(point)
        return True

    def move(self, point: Point, modifiers: Modifiers) -> None:
        if self._start is None:
            return
        self._repaint()
        self._end = self.host.clamped(point)
        self._repaint()

    def release(self, point: Point, modifiers: Modifiers) -> None:
        if self._start is None:
            return
        self.move(point, modifiers)
        x0, y0, x1, y1 = self._box()
        self.cancel()
        least = _SMALLEST_BOX / self.host.camera.scale
        if x1 - x0 >= least and y1 - y0 >= least:
            self._drawn(x0, y0, x1, y1)

    def cancel(self) -> bool:
        under_way = self._start is not None
        if under_way:
            self._repaint()
        self._start = None
        return under_way

    def paint(self, painter: QPainter) -> None:
        if self._start is not None:
            paint_box(painter, self.host.camera, self._box(), self.host.line_width)

    def _box(self) -> tuple[float, float, float, float]:
        assert self._start is not None
        (ax, ay), (bx, by) = self._start, self._end
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)

    def _repaint(self) -> None:
        x0, y0, x1, y1 = self._box()
        area = QRectF(QPointF(x0, y0), QPointF(x1, y1))
        self.host.repaint_device(self.host.camera.device_rect(area, 3))


class SelectTool(Tool):
    """Click a ROI."""

    cursor = Qt.CursorShape.ArrowCursor

    def __init__(
        self, host: Host, clicked: Callable[[float, float], None], hovered: Callable[[Point | None], None]
    ) -> None:
        super().__init__(host)
        self._clicked = clicked
        self._hovered = hovered

    def press(self, point: Point, button: Qt.MouseButton, modifiers: Modifiers) -> bool:
        if button != Qt.MouseButton.LeftButton:
            return False
        if self.host.is_inside(point):
            self._clicked(*point)
        return True

    def move(self, point: Point, modifiers: Modifiers) -> None:
        self._hovered(point if self.host.is_inside(point) else None)

    def leave(self) -> None:
        self._hovered(None)


class PanTool(Tool):
    """Drag the picture: the canvas moves it itself for every press that no tool takes."""

    cursor = Qt.CursorShape.OpenHandCursor
