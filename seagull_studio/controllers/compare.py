"""One's own ratings beside the labels of finished ROIs, where the lead has turned that on."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Signal

from annotation_db.database.changes import Kind
from annotation_db.records import ImageRecord, RoiRecord
from seagull_studio.controllers.page import PageController
from seagull_studio.controllers.person import Person
from seagull_studio.operations import feedback as operations
from seagull_studio.operations import outlines
from seagull_studio.operations.feedback import Feedback
from seagull_studio.services.session import Session
from seagull_studio.state.compare_view import ComparedRoi, CompareView, ScaleComparison
from seagull_studio.state.outlines import RoiOutline
from seagull_studio.state.rating_view import RatingForm

_SHOWN: Final = frozenset[Kind]({"ratings", "places", "exclusions", "rois", "images", "annotators"})


class CompareController(PageController):
    """Lists where one differs, and shows one ROI of them."""

    listed = Signal(object)
    """`CompareView`."""
    chosen_changed = Signal(object)
    """`ComparedRoi`, or None."""
    picture_changed = Signal(object)
    """`ImageRecord`, or None."""
    outline_changed = Signal(object)
    """`RoiOutline`."""

    def __init__(self, session: Session, form: RatingForm, person: Person) -> None:
        super().__init__()
        self._session = session
        self._form = form
        self._person = person
        self._rois: dict[int, ComparedRoi] = {}
        self._wanted: int | None = None

    def refresh(self) -> None:
        self._session.database.ask(operations.read, self._have, self._person.refuse, owner=self)

    def others_wrote(self, kinds: frozenset[Kind]) -> None:
        if kinds & _SHOWN:
            self.refresh()

    def choose(self, roi_id: int) -> None:
        """Show one of the ROIs."""
        one = self._rois.get(roi_id)
        if one is None or roi_id == self._wanted:
            return
        self._wanted = roi_id
        self.chosen_changed.emit(one)
        self._session.database.ask(
            lambda store: operations.look(store, roi_id),
            partial(self._have_picture, roi_id),
            self._person.refuse,
            owner=self,
        )

    def _have(self, found: Feedback) -> None:
        self._rois = {
            one.roi_id: ComparedRoi(
                one.roi_id,
                self.tr("ROI {uid}").format(uid=found.names[one.roi_id]),
                tuple(
                    ScaleComparison(
                        row.title,
                        row.levels[one.own[row.name]].word,
                        row.levels[one.label[row.name]].word,
                        row.name in one.differs_on,
                    )
                    for row in self._form.rows
                ),
                one.distance,
            )
            for one in found.differing
        }
        self.listed.emit(CompareView(self._said(found), tuple(self._rois.values())))
        if self._wanted in self._rois:
            self.chosen_changed.emit(self._rois[self._wanted])
        elif self._rois:
            self.choose(next(iter(self._rois)))
        else:
            self._wanted = None
            self.chosen_changed.emit(None)
            self.picture_changed.emit(None)

    def _said(self, found: Feedback) -> str:
        if not found.finished:
            return self.tr("None of the ROIs that you rated is finished yet; come back later.")
        if not found.differing:
            said = self.tr(
                "{all:,} ROIs that you rated are finished, and you say of all what their labels say."
            )
            return said.format(all=found.finished)
        said = self.tr(
            "{all:,} ROIs that you rated are finished; of {n:,} of them you and the label say different "
            "things. A label is what all who rated a ROI come to together: it is no right answer."
        )
        return said.format(all=found.finished, n=len(found.differing))

    def _have_picture(self, roi_id: int, found: tuple[ImageRecord, RoiRecord]) -> None:
        if roi_id != self._wanted:
            return
        image, roi = found
        self.picture_changed.emit(image)
        self._session.workers.ask(
            partial(outlines.outline, roi), partial(self._have_outline, roi_id), owner=self
        )

    def _have_outline(self, roi_id: int, outline: RoiOutline) -> None:
        if roi_id == self._wanted:
            self.outline_changed.emit(outline)
