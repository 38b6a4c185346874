"""A camera view whose mouse and keys are in the hand of a tool."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from seagull_studio.views.canvas.camera_view import CameraView
from seagull_studio.views.canvas.toolbox import ToolBox
from seagull_studio.views.canvas.tools.base import Point
from seagull_studio.views.canvas.tools.brush import Preview


class ToolView(CameraView):
    """Gives mouse and keys to the tool in hand, and the tool's intents out as signals.

    Middle drag moves the picture under every tool, and so does a drag that the tool does not take.

    Parameters
    ----------
    preview : Preview
        Where brush strokes are shown while they are drawn.
    """

    clicked_point = Signal(float, float, bool)
    """x, y, whether the point is inside the object."""
    box_drawn = Signal(float, float, float, float)
    """x0, y0, x1, y1 with x0 < x1 and y0 < y1."""
    stroke_drawn = Signal(list, float, bool)
    """[(x, y), ...], radius in picture pixels, whether it adds."""
    polygon_drawn = Signal(list, bool)
    """[(x, y), ...], at least three, and whether it adds."""
    point_selected = Signal(float, float)
    """Clicked with the select tool."""
    point_hovered = Signal(object)
    """(x, y) under the select tool, or None."""
    cursor_moved = Signal(float, float)
    """Clamped to the picture."""
    cursor_left = Signal()
    brush_radius_changed = Signal(float)
    """Picture pixels."""

    def __init__(self, preview: Preview, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setMouseTracking(True)
        self._outlines_hidden = False
        self._tools = ToolBox(self, preview)
        self._taken: Qt.MouseButton | None = None
        self._update_cursor()

    def set_tool(self, name: str) -> None:
        """Take a tool: click, box, brush, eraser, polygon, pan or select. Gives up what was under way.

        Raises
        ------
        ValueError
            If there is no tool of that name.
        """
        self._tools.take(name)
        self._taken = None
        self._update_cursor()
        self.update()

    @property
    def tool(self) -> str:
        return self._tools.name

    def set_brush_radius(self, radius: float) -> None:
        """Of brush and eraser, in picture pixels; kept within 0.5 and 500."""
        before = self._tools.radius
        self._tools.set_radius(radius)
        if self._tools.radius != before:
            self.brush_radius_changed.emit(self._tools.radius)

    @property
    def brush_radius(self) -> float:
        return self._tools.radius

    def cancel_tool(self) -> bool:
        """Give up what the tool has under way; whether there was anything."""
        self._taken = None
        cancelled = self._tools.current.cancel()
        self.update()
        return cancelled

    def set_outlines_hidden(self, hidden: bool) -> None:
        """Hide all outlines and the draft, as the Space bar does while it is held."""
        if hidden != self._outlines_hidden:
            self._outlines_hidden = hidden
            self.update()

    @property
    def outlines_hidden(self) -> bool:
        return self._outlines_hidden

    def clamped(self, point: Point) -> Point:
        """The nearest point of the picture."""
        width, height = self.camera.picture
        return min(max(point[0], 0.0), float(width)), min(max(point[1], 0.0), float(height))

    def is_inside(self, point: Point) -> bool:
        """Whether the point lies on a pixel of the picture."""
        width, height = self.camera.picture
        return 0 <= point[0] < width and 0 <= point[1] < height

    @property
    def has_picture(self) -> bool:
        return self.camera.picture != (0, 0)

    # -- events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._notice_lost_release(event)
        if not self.has_picture or self.is_panning or self._taken is not None:
            return
        point = self.to_picture(event.position())
        if event.button() == Qt.MouseButton.MiddleButton:
            self.begin_pan(event.position())
        elif self._tools.current.press(point, event.button(), event.modifiers()):
            self._taken = event.button()
        elif event.button() == Qt.MouseButton.LeftButton:
            self.begin_pan(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self.has_picture:
            return
        self._notice_lost_release(event)
        if self.is_panning:
            self.pan_to(event.position())
        point = self.to_picture(event.position())
        if not self.is_panning:
            self._tools.current.move(point, event.modifiers())
        self.cursor_moved.emit(*self.clamped(point))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.is_panning:
            self.pan_to(event.position())
            self.end_pan()
            self._update_cursor()
        elif event.button() == self._taken:
            self._taken = None
            self._tools.current.release(self.to_picture(event.position()), event.modifiers())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        plain = event.button() == Qt.MouseButton.LeftButton and self.has_picture
        point = self.to_picture(event.position())
        if not (plain and self._tools.current.double_click(point, event.modifiers())):
            self.mousePressEvent(event)  # two quick clicks are two clicks

    def leaveEvent(self, event: QEvent) -> None:
        self._tools.current.leave()
        self.cursor_left.emit()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        radius = self._tools.radius_after(event)
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            self.set_outlines_hidden(True)
        elif radius is not None:
            self.set_brush_radius(radius)
        elif event.key() == Qt.Key.Key_Escape:
            event.setAccepted(self.cancel_tool())
        elif not self._tools.current.key(event.key(), event.modifiers()):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Space:
            super().keyReleaseEvent(event)
        elif not event.isAutoRepeat():
            self.set_outlines_hidden(False)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.set_outlines_hidden(False)  # the release of Space would go elsewhere
        super().focusOutEvent(event)

    def _notice_lost_release(self, event: QMouseEvent) -> None:
        """A release can go elsewhere (to a dialog, say); what was under way is then given up."""
        held = event.buttons()
        if event.type() == QEvent.Type.MouseButtonPress:
            held &= ~event.button()
        if self._taken is not None and not held & self._taken:
            self.cancel_tool()
        if self.is_panning and held == Qt.MouseButton.NoButton:
            self.end_pan()
            self._update_cursor()

    def _set_only_pan(self, only: bool) -> None:
        """Whether the picture can only be moved, whichever tool is in hand."""
        self._taken = None
        self._tools.set_only_pan(only)
        self._update_cursor()

    def _update_cursor(self) -> None:
        shape = self._tools.current.cursor if self.has_picture else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)
