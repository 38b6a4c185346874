"""The frozen ROIs of the picture: outlines, and which one a point lies in."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from seagull_studio.state.outlines import RoiOutline
from seagull_studio.views.canvas.camera import Camera
from seagull_studio.views.canvas.outline import Outline


class RoiLayer:
    """Outlines only. While rating, of the current ROI alone: nothing else catches the eye."""

    def __init__(self) -> None:
        self.current: int | None = None
        self.hovered: int | None = None
        self.only_current = False
        self._rois: dict[int, RoiOutline] = {}
        self._outlines: dict[int, Outline] = {}

    def set(self, rois: Sequence[RoiOutline]) -> None:
        """Show `rois` from now on; those unchanged keep what was computed for them."""
        kept = {
            roi.id: self._outlines[roi.id]
            for roi in rois
            if roi.id in self._outlines and self._rois.get(roi.id) is roi
        }
        self._rois = {roi.id: roi for roi in rois}
        self._outlines = kept

    def get(self, roi_id: int | None) -> RoiOutline | None:
        return None if roi_id is None else self._rois.get(roi_id)

    def bounds(self, roi_id: int | None) -> QRectF:
        roi = self.get(roi_id)
        return QRectF() if roi is None else QRectF(*map(float, roi.bbox))

    def at(self, x: float, y: float) -> int | None:
        """The ROI at a picture point: the smallest there is, or, if that is current, the next larger."""
        hits = [roi for roi in self._rois.values() if roi.contains(x, y)]
        hits.sort(key=lambda roi: roi.bbox[2] * roi.bbox[3])
        ids = [roi.id for roi in hits]
        if not ids:
            return None
        return ids[(ids.index(self.current) + 1) % len(ids)] if self.current in ids else ids[0]

    def paint(self, painter: QPainter, camera: Camera, dirty: QRect, width: int) -> None:
        """Others first, the current one on top."""
        for roi_id in sorted(self._rois, key=lambda each: each == self.current):
            is_current = roi_id == self.current
            if self.only_current and not is_current:
                continue
            area = camera.device_rect(self.bounds(roi_id), 2 * width)
            if area.intersects(dirty):
                self.outline(roi_id).paint(painter, camera, width, strong=is_current)

    def paint_caption(self, painter: QPainter, camera: Camera, ratio: float) -> None:
        """The label of the ROI under the mouse, at its upper left corner.

        The painter works in logical pixels, `ratio` device pixels each, so that text has its usual size.
        """
        roi = self.get(self.hovered)
        if roi is None or not roi.label or self.only_current:
            return
        metrics = painter.fontMetrics()
        width, height = metrics.horizontalAdvance(roi.label) + 12, metrics.height() + 6
        room = [side / ratio for side in camera.view]
        x, y = (value / ratio for value in camera.to_device(roi.bbox[0], roi.bbox[1]))
        x = min(max(x, 2.0), max(2.0, room[0] - width - 2))
        y = min(max(y - height - 4, 2.0), max(2.0, room[1] - height - 2))
        place = QRectF(x, y, width, height)
        painter.fillRect(place, QColor(24, 24, 24, 220))
        painter.setPen(QColor(240, 240, 240))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, roi.label)

    def outline(self, roi_id: int) -> Outline:
        if roi_id not in self._outlines:
            self._outlines[roi_id] = Outline(self._rois[roi_id].contours)
        return self._outlines[roi_id]
