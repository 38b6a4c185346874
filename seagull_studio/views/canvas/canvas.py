"""The picture canvas: shows a picture and what is marked on it, and says what the person wants done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontInfo, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from seagull_studio.state.outlines import RoiOutline
from seagull_studio.state.picture import PictureSource
from seagull_studio.views.canvas.camera_view import device_transform
from seagull_studio.views.canvas.draft_layer import CLICK_RADIUS, ClickMark, DraftLayer
from seagull_studio.views.canvas.inset import Inset
from seagull_studio.views.canvas.picture_layer import PictureLayer
from seagull_studio.views.canvas.roi_layer import RoiLayer
from seagull_studio.views.canvas.tool_view import ToolView
from seagull_studio.views.canvas.tools.base import Point

Mode = Literal["mark", "rate"]
SURROUND = QColor(119, 119, 119)
"""Mid grey, L* = 50: neither darker nor lighter than pictures are on average."""
_TEXT = QColor(12, 12, 12)


class Canvas(ToolView):
    """One picture with ROIs, a draft and tools.

    All coordinates in signals and setters are continuous picture pixels: pixel (i, j) covers
    [i, i+1) x [j, j+1). The canvas changes no data; it emits intents and shows what it is given.
    """

    roi_clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        self._draft = DraftLayer()
        super().__init__(self._draft, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self.setAccessibleName(self.tr("Picture"))
        self.setAccessibleDescription(
            self.tr("The picture with its ROIs. Plus and minus zoom, arrow keys move, Space hides outlines.")
        )
        self._source: PictureSource | None = None
        self._message = ""
        self._mode: Mode = "mark"
        self._picture_layer = PictureLayer(self.camera, self)
        self._picture_layer.refined.connect(self.repaint_device)
        self._rois = RoiLayer()
        self._inset = Inset(self)
        self._inset.moved_to.connect(self.centre_on)
        self._inset.hide()
        self.view_changed.connect(self._follow)
        self.point_selected.connect(self._select)
        self.point_hovered.connect(self._hover)

    # -- what is shown

    def set_picture(self, source: PictureSource | None) -> None:
        """Show `source`, fitted; the same picture again (its full resolution, say) keeps the view."""
        before, self._source = self._source, source
        same = (
            before is not None
            and source is not None
            and (before.key, before.width, before.height) == (source.key, source.width, source.height)
        )
        self._picture_layer.set_source(source)
        self._inset.set_picture(source)
        if not same:
            self.cancel_tool()
            self._rois.hovered = None
            self.camera.picture = (0, 0) if source is None else (source.width, source.height)
            self.camera.fitted = True
            self.sync_view()
            self._update_cursor()
        self.update()

    @property
    def picture(self) -> PictureSource | None:
        return self._source

    @property
    def is_refined(self) -> bool:
        """Whether the picture is painted as well as it ever will be at this zoom."""
        complete = self._source is None or self._source.complete
        return complete and self._picture_layer.is_refined

    def set_message(self, text: str) -> None:
        """Plain words in the middle of the canvas, shown while there is no picture."""
        self._message = text
        self.update()

    def set_mode(self, mode: Mode) -> None:
        """While marking there is a draft with a translucent tint; while rating one outline, no colour."""
        self._mode = mode
        self._rois.only_current = mode == "rate"
        self._set_only_pan(mode == "rate")
        self.update()

    @property
    def mode(self) -> Mode:
        return self._mode

    def set_rois(self, rois: Sequence[RoiOutline]) -> None:
        """The frozen ROIs of the picture."""
        self._rois.set(rois)
        self._inset.set_roi(self._rois.get(self._rois.current))
        self.update()

    def set_current_roi(self, roi_id: int | None) -> None:
        """Which ROI is outlined strongly (and, while rating, alone)."""
        for each in (self._rois.current, roi_id):
            self.repaint_device(self.camera.device_rect(self._rois.bounds(each), 3 * self.line_width))
        self._rois.current = roi_id
        self._inset.set_roi(self._rois.get(roi_id))

    def set_draft(
        self,
        mask: npt.NDArray[np.bool_] | None,
        clicks: Sequence[ClickMark] = (),
        box: tuple[float, float, float, float] | None = None,
        *,
        origin: tuple[int, int] = (0, 0),
    ) -> None:
        """The ROI being marked; shown while marking only.

        Parameters
        ----------
        mask : bool (H, W), optional
            The whole mask, or a piece of it whose upper left pixel lies at `origin`. It is kept, not
            copied, and must not change.
        clicks : sequence of objects with x, y and positive
        box : x0, y0, x1, y1, optional
        """
        self._repaint_draft()
        self._draft.set(mask, origin, clicks, box)
        self._repaint_draft()

    @property
    def inset(self) -> Inset:
        return self._inset

    def zoom_to_roi(self, roi_id: int | None = None) -> None:
        """A ROI (the current one if none is named) with some of what is around it."""
        self.zoom_to_area(self._rois.bounds(self._rois.current if roi_id is None else roi_id))

    def zoom_one_to_one(self, roi_id: int | None = None) -> None:
        """One picture pixel on one device pixel, at a ROI (the current one, or else what is there)."""
        area = self._rois.bounds(self._rois.current if roi_id is None else roi_id)
        self.zoom_to_pixels(None if area.isEmpty() else (area.center().x(), area.center().y()))

    def roi_place(self) -> QRect:
        """Where the current ROI lies on the screen, in logical pixels; empty where none is."""
        area = self._rois.bounds(self._rois.current)
        if area.isEmpty():
            return QRect()
        device, ratio = self.camera.device_rect(area), self.devicePixelRatioF()
        corner = self.mapToGlobal(QPointF(device.x() / ratio, device.y() / ratio))
        return QRectF(corner.x(), corner.y(), device.width() / ratio, device.height() / ratio).toAlignedRect()

    def _zoom_centre(self) -> QPointF:
        """While rating keys zoom at the ROI, if that is in sight."""
        place = self.roi_place()
        middle = self.mapFromGlobal(place.center())
        at_roi = self._mode == "rate" and not place.isEmpty() and self.rect().contains(middle)
        return QPointF(middle) if at_roi else super()._zoom_centre()

    # -- events

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), SURROUND)
        if self._source is None:
            self._paint_message(painter)
            return
        painter.setWorldTransform(device_transform(painter))
        dirty = self.to_device_rect(event.rect())
        self._picture_layer.paint(painter, dirty)
        marking, width = self._mode == "mark", self.line_width
        if not self._outlines_hidden:
            self._rois.paint(painter, self.camera, dirty, width)
            if marking:
                self._draft.paint(painter, self.camera, dirty, width)
        if marking:
            self._tools.current.paint(painter)
            painter.resetTransform()
            self._rois.paint_caption(painter, self.camera, self.devicePixelRatioF())

    def _select(self, x: float, y: float) -> None:
        roi = self._rois.at(x, y)
        if roi is not None:
            self.roi_clicked.emit(roi)

    def _hover(self, point: Point | None) -> None:
        """Show the caption of the ROI under the mouse."""
        roi = None if point is None else self._rois.at(*point)
        if roi != self._rois.hovered:
            self._rois.hovered = roi
            self.update()

    def _follow(self) -> None:
        self._inset.follow(self.camera)
        self._inset.place()

    def _repaint_draft(self) -> None:
        width = self.line_width
        self.repaint_device(self.camera.device_rect(self._draft.bounds(), 3 * width))
        reach = (CLICK_RADIUS + 3) * width
        for x, y in self._draft.click_positions():
            self.repaint_device(self.camera.device_rect(QRectF(x, y, 0, 0), reach))

    def _paint_message(self, painter: QPainter) -> None:
        font = self.font()
        # A style sheet gives fonts in pixels, and then there is no point size to multiply.
        font.setPixelSize(round(QFontInfo(font).pixelSize() * 1.3))
        painter.setFont(font)
        painter.setPen(_TEXT)
        margin = min(48, self.width() // 8)
        room: QRect = self.rect().adjusted(margin, margin, -margin, -margin)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._message)
