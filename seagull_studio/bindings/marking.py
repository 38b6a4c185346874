"""The marking side of the Annotate page and its controller."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from annotation_db.pictures import images
from annotation_db.records import ImageRecord, RoiLevel, RoiRecord
from model.segmenters.factory import load_segmenter
from model.segmenters.protocol import SegmenterSpec
from seagull_studio.bindings.canvas_picture import CanvasPictureBinding
from seagull_studio.bindings.person import PersonAtWindow
from seagull_studio.controllers.draft_keeper import DraftKeeper
from seagull_studio.controllers.marking import MarkingController
from seagull_studio.operations.outlines import outlines
from seagull_studio.services.encoder import ImageKey
from seagull_studio.services.session import Session
from seagull_studio.services.settings import Settings
from seagull_studio.state.annotate_view import HypothesisView, RoiRow
from seagull_studio.state.draft import Draft
from seagull_studio.state.outlines import RoiOutline
from seagull_studio.state.session_view import SavedState
from seagull_studio.views.annotate.annotate_page import AnnotatePage
from seagull_studio.views.annotate.picture_list import PictureRow

THUMBNAIL_SIDE = 40
"""Logical pixels"""


class MarkingBinding(QObject):
    """Canvas intents to the controller; drafts and ROIs back onto the canvas."""

    def __init__(
        self,
        page: AnnotatePage,
        canvas_picture: CanvasPictureBinding,
        session: Session,
        controller: MarkingController,
        segmenters: list[SegmenterSpec],
        settings: Settings,
        withdraws: Callable[[RoiRecord], bool],
        keeper: DraftKeeper,
    ) -> None:
        super().__init__(page)
        self._page = page
        self._canvas_picture = canvas_picture
        self._session = session
        self._controller = controller
        self._person = PersonAtWindow(page)
        self._segmenters = {spec.name: spec for spec in segmenters}
        self._outlines: dict[int, RoiOutline] = {}
        self._rois: tuple[RoiRecord, ...] = ()
        self._current: int | None = None
        self._active = False
        self._withdraws = withdraws
        self._keeper = keeper
        keeper.setParent(self)
        self._begun: frozenset[int] = frozenset()
        # Whoever marked before on this page's predecessor wants nothing any more.
        session.encoder.want(None)
        self._connect_canvas()
        self._connect_tools()
        self._connect_controller()
        canvas_picture.shown.connect(lambda _image_id: self._draw_thumbnails())
        self._settings = settings
        self._set_level(settings.level)
        chosen = settings.segmenter
        self._use_segmenter(chosen if chosen in self._segmenters else segmenters[0].name)

    @property
    def current_roi(self) -> RoiRecord | None:
        """The ROI chosen in the list or on the picture."""
        return next((roi for roi in self._rois if roi.id == self._current), None)

    def set_active(self, active: bool) -> None:
        """Whether the canvas is this binding's to fill."""
        self._active = active
        if not active:
            self._session.encoder.want(None)
            return
        if self._controller.image is None:
            self._controller.start()
        else:
            self._controller.open_image(self._controller.image.id)

    def _connect_canvas(self) -> None:
        canvas, controller = self._page.canvas, self._controller
        canvas.clicked_point.connect(controller.click)
        canvas.box_drawn.connect(controller.box)
        canvas.stroke_drawn.connect(controller.stroke)
        canvas.polygon_drawn.connect(controller.polygon)
        canvas.roi_clicked.connect(self._choose)

    def _connect_tools(self) -> None:
        page, tools, controller = self._page, self._page.tools, self._controller
        tools.undo_requested.connect(controller.undo)
        tools.redo_requested.connect(controller.redo)
        tools.next_hypothesis_requested.connect(controller.cycle)
        tools.accept_requested.connect(controller.accept)
        tools.discard_requested.connect(controller.discard)
        tools.level_chosen.connect(self._set_level)
        tools.segmenter_chosen.connect(self._use_segmenter)
        page.step_requested.connect(controller.step)
        page.pictures.picture_chosen.connect(controller.open_image)
        page.pictures.withdraw_requested.connect(controller.withdraw_picture)
        page.rois.roi_chosen.connect(self._choose)
        page.rois.withdraw_requested.connect(controller.withdraw)
        page.delete_requested.connect(self._withdraw_current)

    def _withdraw_current(self) -> None:
        if (roi := self.current_roi) is not None and self._withdraws(roi):
            self._controller.withdraw(roi.id)

    def _connect_controller(self) -> None:
        controller, session = self._controller, self._session
        controller.pictures_changed.connect(self._set_pictures)
        controller.counts_changed.connect(self._page.pictures.set_counts)
        controller.picture_changed.connect(self._show)
        controller.rois_changed.connect(self._set_rois)
        controller.draft_changed.connect(self._set_draft)
        controller.undo_changed.connect(self._set_undo)
        controller.waiting_changed.connect(self._say_waiting)
        controller.saved.connect(self._saved)
        controller.refused.connect(self._refuse)
        controller.begun_changed.connect(self._keeper.note)
        controller.begun_changed.connect(self._mark_begun)
        self._keeper.refused.connect(self._refuse)
        controller.hypothesis_chosen.connect(session.decoder.choose)
        session.decoder.decoded.connect(controller.answered)
        session.decoder.failed.connect(controller.decoding_failed)
        session.encoder.busy.connect(self._say_encoding)
        # A click that waits for the picture is told by the decoder; nobody else is interrupted.
        session.encoder.failed.connect(self._say_not_encoded)
        session.encoder.not_kept.connect(self._refuse)

    def _use_segmenter(self, name: str) -> None:
        spec = self._segmenters[name]
        self._page.tools.set_segmenter(name, list(self._segmenters))
        self._session.encoder.set_segmenter(partial(load_segmenter, spec))
        self._controller.set_segmenter(name)
        self._want_embeddings()
        self._settings.segmenter = name

    def _set_level(self, level: RoiLevel) -> None:
        """Remembered, also for the next time: whoever marks components marks many."""
        self._controller.set_level(level)
        self._page.tools.set_level(level)
        self._settings.level = level

    def _want_embeddings(self) -> None:
        image = self._controller.image
        if image is not None and self._active:
            self._session.encoder.want(_key(image), [_key(other) for other in self._controller.neighbours()])

    def _set_pictures(self, pictures: tuple[ImageRecord, ...]) -> None:
        self._page.pictures.set_pictures([PictureRow(each.id, each.path, each.note) for each in pictures])
        self._keeper.load(self._controller.put_back)

    def _mark_begun(self, image: ImageRecord, draft: Draft) -> None:
        """Say in the list on which pictures a region was begun."""
        begun = self._begun - {image.id} if draft.is_empty else self._begun | {image.id}
        if begun != self._begun:
            self._begun = begun
            self._page.pictures.set_begun(begun)

    def _show(self, image: ImageRecord | None) -> None:
        if not self._active:
            return
        page = self._page
        self._current = None
        if image is None:
            self._canvas_picture.show(None)
            page.canvas.set_message(self.tr("No pictures yet: import a folder of them in Project mode."))
            return
        note = f" – {image.note}" if image.note else ""
        page.set_picture_text(f"{image.path}, {image.width} × {image.height}{note}")
        page.pictures.set_current(image.id)
        self._canvas_picture.show(image)
        self._canvas_picture.preload(list(self._controller.neighbours()))
        self._want_embeddings()

    def _set_rois(self, rois: tuple[RoiRecord, ...]) -> None:
        self._rois = rois
        rows = [
            RoiRow(roi.id, roi.external_id, roi.level, roi.area, may_withdraw=self._withdraws(roi))
            for roi in rois
        ]
        self._page.rois.set_rois(rows)
        new = tuple(roi for roi in rois if roi.id not in self._outlines)
        self._session.workers.ask(lambda: outlines(new), self._outlined, owner=self)

    def _outlined(self, made: tuple[RoiOutline, ...]) -> None:
        self._outlines.update({outline.id: outline for outline in made})
        if self._active:
            known = [self._outlines[roi.id] for roi in self._rois if roi.id in self._outlines]
            self._page.canvas.set_rois(known)
            self._draw_thumbnails()
            self._choose(self._current if self._current in {roi.id for roi in self._rois} else None)

    def _draw_thumbnails(self) -> None:
        """Each ROI's box cut out of the picture, once both are there."""
        picture = self._page.canvas.picture
        image = self._controller.image
        if not self._active or picture is None or image is None or picture.key != image.id:
            return
        side = round(THUMBNAIL_SIDE * self._page.devicePixelRatioF())
        for roi in self._rois:
            x, y, width, height = roi.bbox
            scale = min(1.0, side / max(width, height))
            size = max(1, round(width * scale)), max(1, round(height * scale))
            cut = picture.reduced((x, y, x + width, y + height), *size)
            cut.setDevicePixelRatio(self._page.devicePixelRatioF())
            self._page.rois.set_thumbnail(roi.id, cut)

    def _choose(self, roi_id: int | None) -> None:
        if not self._active:
            return
        self._current = roi_id
        self._page.canvas.set_current_roi(roi_id)
        self._page.rois.set_current(roi_id)
        self._canvas_picture.focus_on(self._outlines.get(roi_id) if roi_id is not None else None)

    def _set_draft(self, draft: Draft) -> None:
        if not self._active:
            return
        mask = draft.mask
        self._page.canvas.set_draft(
            mask.crop() if mask else None,
            draft.clicks,
            draft.box,
            origin=(mask.x, mask.y) if mask else (0, 0),
        )
        tools = self._page.tools
        tools.set_can_accept(mask is not None)
        if draft.hypotheses and not draft.awaits_answer:
            tools.set_hypothesis(
                HypothesisView(draft.chosen, len(draft.hypotheses), draft.ious[draft.chosen])
            )
        else:
            tools.set_hypothesis(None)

    def _set_undo(self, can_undo: bool, can_redo: bool) -> None:
        self._page.tools.set_can_undo(can_undo)
        self._page.tools.set_can_redo(can_redo)

    def _say_waiting(self, waiting: bool) -> None:
        self._page.tools.set_busy(self.tr("Looking for the object…") if waiting else "")

    def _say_encoding(self, image_id: int | None) -> None:
        self._page.tools.set_busy("" if image_id is None else self.tr("Preparing the picture for clicks…"))

    # Methods, not lambdas: the session's services outlive this page when somebody else signs in.
    def _refuse(self, sentence: str) -> None:
        self._person.refuse(sentence)

    def _say_not_encoded(self, image_id: int | None, sentence: str) -> None:
        """About the picture in front or the segmenter; a neighbour's trouble is said when it comes up."""
        front = self._controller.image
        if self._active and (image_id is None or (front is not None and front.id == image_id)):
            self._page.set_picture_text(sentence)

    def _saved(self, roi: RoiRecord) -> None:
        self._page.header.saved_mark.set_state(SavedState.SAVED)
        self._page.tools.tool_chosen.emit("click")  # the next ROI begins as this one did
        self._page.set_picture_text(
            self.tr("ROI {roi} is saved ({area} px); it joins the queue.").format(
                roi=roi.external_id, area=f"{roi.area:,}"
            )
        )


def _key(image: ImageRecord) -> ImageKey:
    return ImageKey(image.id, image.sha256, images.absolute_path(image), (image.height, image.width))
