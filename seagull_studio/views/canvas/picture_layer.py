"""Paints the picture: nearest neighbour from 100 % up, averaged over areas below."""

from __future__ import annotations

from math import ceil, floor

from PySide6.QtCore import QObject, QRect, QRectF, QTimer, Signal
from PySide6.QtGui import QImage, QPainter

from seagull_studio.state.picture import PictureSource, PyramidLevel
from seagull_studio.views.canvas.camera import Camera
from seagull_studio.views.canvas.tiles import Tiles

_LEAST_DETAIL = 0.7  # level pixels per device pixel that are good enough until the tiles are there
_GROW = 256  # level pixels kept around what is in view
_REST_MS = 40  # how long the zoom must rest before tiles are made


class PictureLayer(QObject):
    """The picture under a `Camera`.

    Below 100 % what is painted at once is a coarse level of the pyramid, smoothed; exact tiles follow
    a few at a time whenever the event loop is idle, so that no paint and no input ever waits for them.
    """

    refined = Signal(QRect)
    """A device rectangle that can be painted better now."""

    def __init__(self, camera: Camera, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._camera = camera
        self._source: PictureSource | None = None
        self._tiles = Tiles()
        self._part: tuple[PyramidLevel, QRect, QImage] | None = None
        self._scale = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._refine)

    def set_source(self, source: PictureSource | None) -> None:
        self._source = source
        self._tiles.set_source(source)
        self._part = None
        self._timer.stop()

    def paint(self, painter: QPainter, dirty: QRect) -> None:
        """Paint what of the picture lies in `dirty`; the painter works in device pixels."""
        source, camera = self._source, self._camera
        target = dirty.intersected(camera.picture_rect).intersected(QRect(0, 0, *camera.view))
        if source is None or target.isEmpty():
            return
        level = source.level_for(camera.scale, least=_LEAST_DETAIL)
        if camera.scale >= 1.0 or level.step_x * camera.scale > 1.5:
            # At 100 % and above, or when a preview is all there is.
            self._paint_level(painter, level, target, smooth=not source.complete)
            return
        place = self._tiles.grid(camera.scale, camera.picture_rect.size())
        ready = [(place.rect(tile), self._tiles.ready(place, tile)) for tile in self._covering(target)]
        if any(image is None for _, image in ready):
            self._paint_level(painter, level, target, smooth=True)
            if not self._timer.isActive():
                self._timer.start(_REST_MS if camera.scale != self._scale else 0)
        self._scale = camera.scale
        x, y = camera.origin
        for rect, image in ready:
            if image is not None:
                painter.drawImage(rect.x() + x, rect.y() + y, image)

    @property
    def is_refined(self) -> bool:
        """Whether nothing better is still to come for what is in view."""
        return not self._timer.isActive()

    def _covering(self, device: QRect) -> list[tuple[int, int]]:
        return Tiles.covering(device.translated(-self._camera.origin[0], -self._camera.origin[1]))

    def _refine(self) -> None:
        """Make a few tiles of those in view; ask for another turn while some are missing."""
        source, camera = self._source, self._camera
        if source is None or camera.scale >= 1.0:
            return
        if camera.scale != self._scale:
            self._timer.start(_REST_MS)
            return
        shown = camera.picture_rect.intersected(QRect(0, 0, *camera.view))
        place = self._tiles.grid(camera.scale, camera.picture_rect.size())
        made, more = self._tiles.make_some(place, self._covering(shown))
        for rect in made:
            self.refined.emit(rect.translated(*camera.origin))
        if more:
            self._timer.start(0)

    def _paint_level(self, painter: QPainter, level: PyramidLevel, target: QRect, *, smooth: bool) -> None:
        area = self._camera.area_of(target)
        # Whole level pixels around the area, and one more for the smoothing to look at.
        bounds = QRect(0, 0, level.image.width(), level.image.height())
        left, top = floor(area.left() / level.step_x) - 1, floor(area.top() / level.step_y) - 1
        right, bottom = ceil(area.right() / level.step_x) + 1, ceil(area.bottom() / level.step_y) + 1
        wanted = QRect(left, top, right - left, bottom - top).intersected(bounds)
        image, at = self._pixels(level, wanted, bounds)
        full = QRectF(
            *self._camera.to_device(wanted.x() * level.step_x, wanted.y() * level.step_y),
            wanted.width() * level.step_x * self._camera.scale,
            wanted.height() * level.step_y * self._camera.scale,
        )
        painter.save()
        painter.setClipRect(target)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(full, image, QRectF(wanted.translated(-at.x(), -at.y())))
        painter.restore()

    def _pixels(self, level: PyramidLevel, wanted: QRect, bounds: QRect) -> tuple[QImage, QRect]:
        """An image holding `wanted` of `level` in Qt's fast format, and where in the level it lies."""
        if level.image.format() == QImage.Format.Format_RGB32:
            return level.image, bounds
        if self._part is None or self._part[0] is not level or not self._part[1].contains(wanted):
            # A little more than asked, so that panning rarely needs another part.
            area = wanted.adjusted(-_GROW, -_GROW, _GROW, _GROW).intersected(bounds)
            assert self._source is not None
            self._part = (level, area, self._source.part(level, area))
        return self._part[2], self._part[1]
