"""The Annotate mode of one project for one annotator: rating and marking on one canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut

from annotation_db.database.changes import Kind
from model.segmenters.protocol import SegmenterSpec
from seagull_studio.bindings.canvas_picture import CanvasPictureBinding
from seagull_studio.bindings.marking import MarkingBinding
from seagull_studio.bindings.person import PersonAtWindow
from seagull_studio.bindings.rating import Begun, RatingBinding
from seagull_studio.controllers.draft_keeper import DraftKeeper
from seagull_studio.controllers.marking import MarkingController
from seagull_studio.controllers.qualifying import QualifyingController
from seagull_studio.controllers.rating import RatingController
from seagull_studio.controllers.rating_saver import RatingSaver
from seagull_studio.services.owners import belongs_to
from seagull_studio.services.session import Session
from seagull_studio.services.settings import Settings
from seagull_studio.views.annotate.annotate_page import AnnotatePage

if TYPE_CHECKING:
    from seagull_studio.controllers.asking import AskingController
    from seagull_studio.operations.acting import Place

QUEUE: Final = frozenset[Kind](
    {"images", "rois", "exclusions", "annotators", "predictions", "project", "checks"}
)
"""What changes which ROI comes next, or how it is shown."""
PLACES: Final = frozenset[Kind]({"places", "ratings"})
"""What changes how much is left."""
PICTURES: Final = frozenset[Kind]({"images", "exclusions"})
"""What changes which pictures are there to be marked."""


class AnnotateBinding(QObject):
    """Wires one `AnnotatePage`."""

    annotator_change_requested = Signal()

    def __init__(
        self,
        page: AnnotatePage,
        session: Session,
        place: Place,
        segmenters: list[SegmenterSpec],
        settings: Settings,
        begun: Begun,
        saving: RatingSaver | None = None,
    ) -> None:
        super().__init__(page)
        annotator = place.annotator
        self._page = page
        self._place = place
        self._canvas_picture = CanvasPictureBinding(page.canvas, session.pictures, session.workers)
        self.rating = RatingController(session.database, annotator.id, saving=saving)
        self.marking = MarkingController(
            session.database, annotator.name, session.decoder.request, PersonAtWindow(page)
        )
        self._keeper = DraftKeeper(session, annotator.name)
        self.rating.setParent(self)
        self.marking.setParent(self)
        self._rate = RatingBinding(
            page,
            self._canvas_picture,
            session,
            self.rating,
            place,
            begun,
            QualifyingController(self.rating, page.form, PersonAtWindow(page)),
        )
        self._mark = MarkingBinding(
            page,
            self._canvas_picture,
            session,
            self.marking,
            segmenters,
            settings,
            lambda roi: place.leads or roi.created_by == annotator.name,
            self._keeper,
        )
        self._session = session
        self._asking: AskingController | None = None
        session.changes.changed.connect(self._changed)
        page.activity_chosen.connect(self.set_activity)
        page.ask_requested.connect(self._ask_model)
        # Whoever rates must not have seen what the model says, so only leads may ask.
        page.set_can_ask(place.leads)
        page.pictures.set_can_withdraw(place.leads)
        page.header.annotator_clicked.connect(self.annotator_change_requested)
        page.tools.tool_chosen.connect(self._take_tool)
        page.tools.fit_requested.connect(self._canvas_picture.fit)
        page.tools.one_to_one_requested.connect(self._canvas_picture.toggle_close_up)
        page.zoom_roi_requested.connect(self._canvas_picture.toggle_close_up)
        page.canvas.zoom_changed.connect(lambda scale: page.set_zoom_text(f"{scale * 100:.0f} %"))
        self._bind_undo()

    @property
    def page(self) -> AnnotatePage:
        """What is wired here."""
        return self._page

    @property
    def begun(self) -> Begun:
        """Ratings begun and not submitted."""
        return self._rate.begun

    def keep_drafts(self) -> None:
        """Nothing that was begun waits to be written any more."""
        self._keeper.finish()

    def follow(self, place: Place) -> None:
        """Settings and instructions as they are now; what was begun stays, whether or not one may mark."""
        self._place = place
        self._rate.follow(place)
        self._page.panel.set_has_instructions(bool(place.instructions.text))
        self._page.set_can_mark(place.marks)
        if not place.marks and self._page.activity == "mark":
            self.set_activity("rate")

    def start(self) -> None:
        """Bring the first ROI."""
        self._take_tool("click")
        self.rating.saving.say_again()
        self.rating.start()

    def _changed(self, kinds: frozenset[Kind], by: QObject | None) -> None:
        """Another page or program has written."""
        if belongs_to(by, self):
            return  # what was rated or marked here shows already
        if kinds & PICTURES and self.marking.image is not None:
            self.marking.start()
        if self._page.activity == "mark":
            self.marking.look_again()
        elif kinds & QUEUE or (self.rating.current is None and kinds & PLACES):
            self.rating.refresh()
        elif kinds & PLACES:  # claiming a place is one itself: two windows must not answer one another
            self.rating.count()

    def set_activity(self, activity: str) -> None:
        """``"rate"`` or ``"mark"``, which is there only for those who may."""
        if activity == "mark" and not self._place.marks:
            return
        self._page.set_activity(activity)
        self._rate.set_active(activity == "rate")
        self._mark.set_active(activity == "mark")

    def _ask_model(self) -> None:
        if self._asking is None:
            # Late: nothing of models belongs to the start of the window.
            from seagull_studio.controllers.asking import AskingController

            self._asking = AskingController(self._session, self._page.form)
            self._asking.setParent(self)
            self._asking.said.connect(self._page.set_reveal)
            self._asking.busy_changed.connect(self._page.tools.set_busy)
        self._asking.ask(self._mark.current_roi)

    def _take_tool(self, tool: str) -> None:
        self._page.canvas.set_tool(tool)
        self._page.tools.set_tool(tool)

    def _bind_undo(self) -> None:
        for keys, rate, mark in (
            (("Ctrl+Z", "Alt+Left"), self.rating.back, self.marking.undo),
            (("Ctrl+Shift+Z", "Ctrl+Y", "Alt+Right"), self.rating.forward, self.marking.redo),
        ):
            for key in keys:
                shortcut = QShortcut(QKeySequence(key), self._page)
                shortcut.activated.connect(
                    lambda rate=rate, mark=mark: rate() if self._page.activity == "rate" else mark()
                )
