"""A widget that looks at a picture through a camera: zooming, panning, whole device pixels."""

from __future__ import annotations

from math import exp

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QInputDevice,
    QKeyEvent,
    QNativeGestureEvent,
    QPainter,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QWidget

from seagull_studio.views.canvas.camera import Camera

_STEP = 1.25
"""Zoom factor of one notch of the wheel and of one key press."""
_NOTCH = 120.0
_ARROWS = {
    Qt.Key.Key_Left: (1, 0),
    Qt.Key.Key_Right: (-1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
_CONTEXT = 0.35  # of a ROI's longer side, left around it on zooming to it
_CLOSEST = 8.0  # zooming to a tiny ROI stops here


class CameraView(QWidget):
    """Wheel and pinch zoom where the cursor is; a touchpad's scroll, the arrow keys and drags move.

    A plain widget rather than a graphics view: everything is computed in whole device pixels, which a
    scene's floating transform and logical scroll positions cannot promise at 125 % or 150 %.
    """

    zoom_changed = Signal(float)
    """Device pixels per picture pixel; 1.0 is 100 %."""
    view_changed = Signal()
    """The camera moved or zoomed, or the widget has another size."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.camera = Camera()
        self._told_scale = 1.0
        self._pan_from: QPointF | None = None
        self._pan_rest = QPointF()
        self.grabGesture(Qt.GestureType.PinchGesture)

    # -- zooming and moving, for buttons and keys

    def zoom_to_fit(self) -> None:
        """The whole picture; asked for once more, a small one is enlarged to fill the view, and back.

        At first none is enlarged beyond one picture pixel per logical pixel.
        """
        if self.camera.fitted and self.camera.scale < self.camera.fill_scale:
            self.camera.fill()
        else:
            self.camera.fit()
        self._moved()

    def zoom_to_pixels(self, at: tuple[float, float] | None = None) -> None:
        """One picture pixel on one device pixel, picture point `at` (or what is there) in the middle."""
        middle = self.camera.to_picture(self.camera.view[0] / 2, self.camera.view[1] / 2)
        self.camera.centre_on(*(at or middle), scale=1.0)
        self._moved()

    def zoom_to_area(self, area: QRectF) -> None:
        """`area`, in picture pixels, with some of what is around it."""
        if area.isEmpty():
            return
        room = _CONTEXT * max(area.width(), area.height())
        wide = area.adjusted(-room, -room, room, room)
        scale = min(self.camera.view[0] / wide.width(), self.camera.view[1] / wide.height(), _CLOSEST)
        self.camera.centre_on(area.center().x(), area.center().y(), scale)
        self._moved()

    def centre_on(self, x: float, y: float) -> None:
        """Bring picture point (x, y) to the middle."""
        self.camera.centre_on(x, y)
        self._moved()

    def zoom_in(self) -> None:
        self._zoom(_STEP, self._zoom_centre())

    def zoom_out(self) -> None:
        self._zoom(1.0 / _STEP, self._zoom_centre())

    @property
    def zoom(self) -> float:
        """Device pixels per picture pixel."""
        return self.camera.scale

    @property
    def is_one_to_one(self) -> bool:
        return self.camera.scale == 1.0

    # -- device pixels

    @property
    def line_width(self) -> int:
        """Of outlines, in device pixels: about one logical pixel."""
        return max(1, round(self.devicePixelRatioF()))

    def repaint_device(self, area: QRect) -> None:
        """Schedule a repaint of a rectangle of device pixels."""
        area = area.intersected(QRect(0, 0, *self.camera.view))
        if not area.isEmpty():
            ratio = self.devicePixelRatioF()
            logical = QRectF(area.x() / ratio, area.y() / ratio, area.width() / ratio, area.height() / ratio)
            self.update(logical.toAlignedRect().adjusted(-1, -1, 1, 1))

    def to_device_rect(self, area: QRect) -> QRect:
        """The device pixels that a rectangle of logical ones touches."""
        ratio = self.devicePixelRatioF()
        exact = QRectF(area.x() * ratio, area.y() * ratio, area.width() * ratio, area.height() * ratio)
        return exact.toAlignedRect()

    def to_picture(self, position: QPointF) -> tuple[float, float]:
        """Picture point under a position in the widget, not clamped."""
        ratio = self.devicePixelRatioF()
        return self.camera.to_picture(position.x() * ratio, position.y() * ratio)

    def sync_view(self) -> None:
        """Tell the camera the widget's size in device pixels."""
        ratio = self.devicePixelRatioF()
        self.camera.largest_fit = float(max(1, int(ratio)))
        self.camera.set_view(round(self.width() * ratio), round(self.height() * ratio))
        self._moved()

    # -- dragging

    @property
    def is_panning(self) -> bool:
        return self._pan_from is not None

    def begin_pan(self, position: QPointF) -> None:
        """From now on the picture follows the mouse, until `end_pan`."""
        self._pan_from = QPointF(position)
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def pan_to(self, position: QPointF) -> None:
        if self._pan_from is not None:
            self._pan_by(position - self._pan_from)
            self._pan_from = QPointF(position)

    def end_pan(self) -> None:
        self._pan_from = None

    # -- events

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.sync_view()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.sync_view()
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self._zoom(exp(event.value()), event.position())
                return True
        elif isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                centre = self.mapFromGlobal(pinch.centerPoint().toPoint())
                self._pan_by(pinch.centerPoint() - pinch.lastCenterPoint())
                self._zoom(pinch.scaleFactor(), QPointF(centre))
                return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        touchpad = event.device() is not None and event.device().type() == QInputDevice.DeviceType.TouchPad
        if touchpad and not control:
            moved = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / 2
            self._pan_by(QPointF(moved))
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            turned = event.angleDelta()
            self._pan_by(QPointF(QPoint(turned.y() or turned.x(), 0)) / 2)
        else:
            turned_by = event.angleDelta().y() or event.angleDelta().x()  # Alt turns the wheel sideways
            if turned_by:
                self._zoom(_STEP ** (turned_by / _NOTCH), event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, control = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_in()
        elif key == Qt.Key.Key_Minus:
            self.zoom_out()
        elif control and key == Qt.Key.Key_0:
            self.zoom_to_fit()
        elif control and key == Qt.Key.Key_1:
            self.zoom_to_pixels()
        elif key in _ARROWS and not control:
            way = _ARROWS[Qt.Key(key)]
            self._pan_by(QPointF(way[0] * self.width() / 8, way[1] * self.height() / 8))
        else:
            event.ignore()

    def _zoom_centre(self) -> QPointF:
        """The cursor where it is over the canvas, else the middle."""
        position = self.mapFromGlobal(self.cursor().pos())
        return QPointF(position if self.underMouse() else self.rect().center())

    def _zoom(self, factor: float, position: QPointF) -> None:
        ratio = self.devicePixelRatioF()
        self.camera.zoom_at(factor, position.x() * ratio, position.y() * ratio)
        self._moved()

    def _pan_by(self, moved: QPointF) -> None:
        """Move by logical pixels; what is left over of a device pixel is kept for the next move."""
        exact = moved * self.devicePixelRatioF() + self._pan_rest
        whole = exact.toPoint()
        self._pan_rest = exact - QPointF(whole)
        self.camera.pan(whole.x(), whole.y())
        self._moved()

    def _moved(self) -> None:
        if self.camera.scale != self._told_scale:
            self._told_scale = self.camera.scale
            self.zoom_changed.emit(self.camera.scale)
        self.view_changed.emit()
        self.update()


def device_transform(painter: QPainter) -> QTransform:
    """The world transform under which one unit is one device pixel, on whole device pixels.

    On a fractional display a widget may begin between two device pixels; it is moved to the nearest.
    """
    given = painter.deviceTransform()
    inverse, _ = given.inverted()
    return QTransform.fromTranslate(round(given.dx()), round(given.dy())) * inverse
