"""A small overview: the whole picture, the ROI in it, and what of it is in view."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QTransform,
)
from PySide6.QtWidgets import QToolButton, QWidget

from seagull_studio.state.outlines import RoiOutline
from seagull_studio.state.picture import PictureSource
from seagull_studio.views.canvas.camera import Camera
from seagull_studio.views.canvas.outline import Outline

LONGEST_SIDE = 184
_FRAME = 4
_BUTTON = 18


class Inset(QWidget):
    """Shown in a corner of the canvas while only a part of the picture is in view.

    A click or a drag in it brings that part of the picture to the middle.
    """

    moved_to = Signal(float, float)
    """Picture coordinates to bring to the middle."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = parent
        self.setAccessibleName(self.tr("Overview of the picture"))
        self.setToolTip(self.tr("The whole picture. Click or drag to move what is in view."))
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._source: PictureSource | None = None
        self._thumbnail = QImage()
        self._outline: Outline | None = None
        self._visible = QRectF()
        self._collapsed = False
        self._button = QToolButton(self)
        self._button.setFixedSize(_BUTTON, _BUTTON)
        self._button.setAutoRaise(True)
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._button.setStyleSheet(
            "QToolButton { background: #181818; color: #f0f0f0; border: none; font: bold 13px; }"
        )
        self._button.clicked.connect(lambda: self.set_collapsed(not self._collapsed))
        self.set_collapsed(False)

    @property
    def collapsed(self) -> bool:
        return self._collapsed

    def set_collapsed(self, collapsed: bool) -> None:
        """Fold the overview to its button, or unfold it."""
        self._collapsed = collapsed
        words = self.tr("Show the overview") if collapsed else self.tr("Fold the overview")
        self._button.setText("+" if collapsed else "−")
        self._button.setToolTip(words)
        self._button.setAccessibleName(words)
        self.place()

    def set_picture(self, source: PictureSource | None) -> None:
        self._source, self._thumbnail = source, QImage()
        self.place()

    def set_roi(self, roi: RoiOutline | None) -> None:
        """Outline `roi` in the overview."""
        self._outline = None if roi is None else Outline(roi.contours)
        self.update()

    def follow(self, camera: Camera) -> None:
        """Show what `camera` has in view, or hide while that is everything."""
        wanted = self._source is not None and not camera.shows_all
        if wanted != (not self.isHidden()):
            self.setVisible(wanted)
        if wanted and camera.visible != self._visible:
            self._visible = camera.visible
            self.update()

    def sizeHint(self) -> QSize:
        if self._collapsed or self._source is None:
            return QSize(_BUTTON, _BUTTON)
        width, height = self._source.width, self._source.height
        factor = LONGEST_SIDE / max(width, height)
        frame = 2 * _FRAME
        return QSize(
            max(round(width * factor), _BUTTON) + frame, max(round(height * factor), _BUTTON) + frame
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._collapsed or self._source is None:
            return
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(24, 24, 24, 200))
        place = self._picture_rect()
        ratio = self.devicePixelRatioF()
        if self._thumbnail.isNull() or self._thumbnail.devicePixelRatio() != ratio:
            self._thumbnail = self._source.thumbnail(round(max(place.width(), place.height()) * ratio))
            self._thumbnail.setDevicePixelRatio(ratio)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, self._thumbnail)
        if self._outline is not None:
            self._paint_roi(painter, place)
        self._paint_view(painter, place)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def _go(self, event: QMouseEvent) -> None:
        place = self._picture_rect()
        if self._source is None or self._collapsed or place.isEmpty():
            return
        if event.buttons() & Qt.MouseButton.LeftButton:
            x = (event.position().x() - place.x()) / place.width()
            y = (event.position().y() - place.y()) / place.height()
            x, y = min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)
            self.moved_to.emit(x * self._source.width, y * self._source.height)
        event.accept()

    def _picture_rect(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_FRAME, _FRAME, -_FRAME, -_FRAME)

    def _paint_roi(self, painter: QPainter, place: QRectF) -> None:
        assert self._source is not None and self._outline is not None
        # A camera that shows the whole picture in this small rectangle.
        small = Camera()
        small.picture = (self._source.width, self._source.height)
        small.scale = place.width() / self._source.width
        small.origin = (round(place.x()), round(place.y()))
        self._outline.paint(painter, small, 1)

    def _paint_view(self, painter: QPainter, place: QRectF) -> None:
        assert self._source is not None
        fx, fy = place.width() / self._source.width, place.height() / self._source.height
        seen = QTransform(fx, 0, 0, fy, place.x(), place.y()).mapRect(self._visible)
        # Never smaller than can be seen.
        grow = QPointF(max(0.0, 6 - seen.width()) / 2, max(0.0, 6 - seen.height()) / 2)
        seen = seen.adjusted(-grow.x(), -grow.y(), grow.x(), grow.y())
        outside = QPainterPath()
        outside.addRect(place)
        outside.addRect(seen.intersected(place))
        painter.fillPath(outside, QColor(0, 0, 0, 90))
        painter.setPen(QPen(QColor(255, 255, 255), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(seen.toAlignedRect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def place(self) -> None:
        """Take the lower right corner of the canvas; the button takes that of the overview."""
        self.resize(self.sizeHint())
        self.move(self._canvas.width() - self.width() - 10, self._canvas.height() - self.height() - 10)
        self._button.move(self.width() - _BUTTON, self.height() - _BUTTON if self._collapsed else 0)
        self.update()
