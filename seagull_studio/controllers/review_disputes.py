"""Disputed ROIs: which, in which order, what is said of one, and what a lead does about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from annotation_db.database.store import Store
from seagull_studio.controllers.person import Person
from seagull_studio.controllers.rating_saver import RatingSaver
from seagull_studio.controllers.review_case import strips, votes
from seagull_studio.controllers.review_dispute_list import ORDERS, LazyNames, Wish, listed, write
from seagull_studio.controllers.review_filter import ReviewFilterController
from seagull_studio.controllers.review_second_look import SecondLookController
from seagull_studio.controllers.review_targets import caption, says_votes
from seagull_studio.controllers.saved_table import save_table
from seagull_studio.operations import marking, outlines
from seagull_studio.operations import review_actions as actions
from seagull_studio.operations.review import Material
from seagull_studio.services.session import Session
from seagull_studio.state.project_questions import AskMore
from seagull_studio.state.questions import AskReason, ChooseNewFile
from seagull_studio.state.rating_view import RatingForm
from seagull_studio.state.review_view import (
    CaseView,
    DisputeList,
    Order,
    Target,
)

_MOST_MORE: Final = 50
"""Ratings that can be asked for at once."""


class ReviewDisputesController(QObject):
    """Goes through ROIs; annotators are letters unless their names are asked for."""

    list_changed = Signal(object)
    """`DisputeList`."""
    order_changed = Signal(str, str)
    """By what the list is ordered, and of which scale ("" for the worst of all)."""
    case_changed = Signal(object)
    """`CaseView`, or None while none is chosen."""
    picture_changed = Signal(object)
    """`ImageRecord` of the ROI, or None."""
    outline_changed = Signal(object)
    """`RoiOutline`."""
    changed = Signal()
    """Something was written."""

    def __init__(
        self, session: Session, form: RatingForm, who: str, person: Person, saving: RatingSaver
    ) -> None:
        super().__init__()
        self._session = session
        self._form = form
        self._who = who
        self._person = person
        self._material: Material | None = None
        self._target: Target | None = None
        self._order: Order = "stability"
        self._scale = ""
        self._hide_accepted = True
        self._named = False
        self._ids: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._list: DisputeList | None = None
        self._case: actions.Case | None = None
        self._wanted: int | None = None
        self._filtered: frozenset[int] | None = None
        self.filter = ReviewFilterController(session, form, who, person)
        self.filter.setParent(self)
        self.filter.chosen.connect(self._set_filter)
        self.second_look = SecondLookController(session, person, saving)
        self.second_look.setParent(self)
        self.second_look.given.connect(self._looked)

    @property
    def current(self) -> int | None:
        """The ROI that is looked at."""
        return self._wanted

    def show(self, material: Material) -> None:
        """Show the disputes of these figures; the ROI that is looked at stays."""
        self._material = material
        self.filter.refresh()
        self._say_list()
        if self._wanted is None:
            self._look_at_first()
        else:
            self.choose(self._wanted)

    def look_at(self, target: Target | None) -> None:
        """Show only the ROIs behind something; None for all of them."""
        self._target = target
        self._scale = target.scale if target is not None else ""
        if target is not None and target.kind == "presence":
            self._order = "bimodality"
        elif target is not None and target.kind in ("spread", "confusion"):
            self._order = "spread"
        elif target is not None:
            self._order = "stability"
        self._say_list()
        self._look_at_first()

    def look_at_all(self) -> None:
        """Leave out nothing."""
        self.filter.clear()
        self.look_at(None)

    def _set_filter(self, ids: frozenset[int] | None) -> None:
        self._filtered = ids
        self._say_list()
        if self._place() is None:
            self._look_at_first()

    def set_order(self, order: str, scale: str) -> None:
        """Order by one of the figures.

        Parameters
        ----------
        order : {"stability", "spread", "bimodality", "distance"}
        scale : str
            Of which scale; "" for each ROI's worst one.
        """
        self._order = next(one for one in ORDERS if one == order)
        self._scale = scale
        self._say_list()

    def set_names_shown(self, shown: bool) -> None:
        """Whether annotators are called by their names."""
        self._named = shown
        self._say_case()

    def set_accepted_shown(self, shown: bool) -> None:
        """Whether accepted ROIs are listed too."""
        self._hide_accepted = not shown
        self._say_list()
        if self._wanted is None:
            self._look_at_first()

    def choose(self, roi_id: int) -> None:
        """Look at one ROI."""
        self._wanted = roi_id
        self._session.database.ask(
            lambda store: actions.case(store, roi_id),
            partial(self._have_case, roi_id),
            self._person.refuse,
            owner=self,
        )

    def save(self) -> None:
        """Ask for a file, and write the list as a table; nothing while votes are not to be seen."""
        shown, material = self._list, self._material
        if shown is None or material is None or shown.blind:
            return
        question = ChooseNewFile(self.tr("Save the disputes"), "disputes.csv", "CSV (*.csv)")
        save_table(self._session, self._person, question, partial(write, shown, material), owner=self)

    def step(self, by: int) -> None:
        """Go on to the next ROI of the list (1), or back (-1)."""
        self._go(by)

    def accept(self) -> None:
        """Take the label as it is, or let an accepted ROI be disputed again."""
        if (case := self._case) is None:
            return
        roi_id = case.roi.id
        if case.acceptance is not None:
            self._do(lambda store: actions.unaccept(store, roi_id, self._who))
            return
        title = self.tr("Accept this label?")
        said = self.tr("The ROI leaves the disputes, and nobody is asked for more ratings of it.")
        if note := self._person.ask(AskReason(title, said, self.tr("Accept"), danger=False)):
            self._do(lambda store: actions.accept(store, roi_id, note, self._who), leave=True)

    def ask_for_more(self) -> None:
        """Ask for some ratings more of this ROI."""
        if (case := self._case) is None:
            return
        roi_id = case.roi.id
        people = self._material.people if self._material is not None else ()
        names = tuple(one.name for one in people if not one.excluded and not one.simulated)
        answer = self._person.ask(AskMore(names, _MOST_MORE))
        if answer is None:
            return
        self._do(
            lambda store: actions.ask_these(store, roi_id, answer.n, answer.people, self._who), leave=True
        )

    def exclude_rating(self, rating_id: int) -> None:
        """Let one rating not count, or count again."""
        case = self._case
        one = None if case is None else next((r for r in case.ratings if r.id == rating_id), None)
        if one is None:
            return
        if one.excluded:
            self._do(lambda store: actions.readmit(store, "rating", rating_id, self._who))
            return
        title = self.tr("Exclude this rating?")
        said = self.tr("It does not count from now on, and somebody else takes its place. It is not deleted.")
        if reason := self._person.ask(AskReason(title, said, self.tr("Exclude"))):
            self._do(lambda store: actions.exclude(store, "rating", rating_id, reason, self._who))

    def withdraw(self) -> None:
        """Let this ROI not be rated, labelled or exported."""
        if (case := self._case) is None:
            return
        roi_id = case.roi.id
        title = self.tr("Withdraw this ROI?")
        said = self.tr("It is rated, labelled and exported no more. The audit trail takes it back.")
        if reason := self._person.ask(AskReason(title, said, self.tr("Withdraw"))):
            self._do(lambda store: marking.withdraw(store, roi_id, reason, self._who), leave=True)

    def send_back(self) -> None:
        """Withdraw this ROI so that it is marked anew, and tell whoever marked it."""
        if (case := self._case) is None:
            return
        roi_id = case.roi.id
        title = self.tr("Send back to marking?")
        said = self.tr(
            "The ROI is withdrawn, and whoever marked it is told when they next sit down, with your reason. "
            "The audit trail takes it back."
        )
        if reason := self._person.ask(AskReason(title, said, self.tr("Send back"))):
            self._do(lambda store: actions.send_back(store, roi_id, reason, self._who), leave=True)

    def set_blind(self, on: bool) -> None:
        """Whether ROIs are rated before their votes are seen."""
        self.second_look.set_on(on)
        self._say_list()
        if self._wanted is None:
            self._look_at_first()
        self._say_case()

    def _looked(self, roi_id: int) -> None:
        if roi_id == self._wanted:
            self.choose(roi_id)
        self.changed.emit()

    def _do(self, operation: Callable[[Store], Any], *, leave: bool = False) -> None:
        of = self._case.roi.id if self._case is not None else None

        def done(_: object) -> None:
            # Whoever has gone on meanwhile stays where they are.
            if self._wanted is not None and self._wanted == of and not (leave and self._go(1)):
                self.choose(self._wanted)
            self.changed.emit()

        self._session.database.ask(operation, done, self._person.refuse, owner=self)

    def _go(self, by: int) -> bool:
        """Whether there was a ROI to go on to."""
        at = self._place()
        to = (0 if at is None else at + by) if len(self._ids) else -1
        if not 0 <= to < len(self._ids):
            return False
        self.choose(int(self._ids[to]))
        return True

    def _look_at_first(self) -> None:
        if len(self._ids):
            self.choose(int(self._ids[0]))

    def _look_at_nothing(self) -> None:
        self._wanted = self._case = None  # no key may act on a ROI that is not listed
        self.case_changed.emit(None)
        self.picture_changed.emit(None)

    def _place(self) -> int | None:
        found = np.flatnonzero(self._ids == self._wanted)
        return int(found[0]) if len(found) else None

    def _say_list(self) -> None:
        material = self._material
        if material is None:
            return
        blind = self.second_look.is_on
        target = None if blind and self._target is not None and says_votes(self._target) else self._target
        filtered = None if blind and self.filter.says_votes else self._filtered
        narrowed = (target, filtered) == (self._target, self._filtered)
        wish = Wish(target, self._order, self._scale, self._hide_accepted, filtered, drawn=blind)
        found = listed(wish, material)
        self._ids = found.roi_ids
        if target is not None and target.kind == "confusion":
            self._session.note_seen(self._ids.tolist())  # the list itself says what was voted
        self.order_changed.emit(self._order, self._scale)
        self._list = DisputeList(
            self._caption() if not blind else self._blind_caption(narrowed),
            self._target is None and self._filtered is None,
            found.roi_ids,
            LazyNames(found.roi_ids, partial(self._name_of, material)),
            found.votes,
            found.figures,
            frozenset() if blind else frozenset(material.accepted),
            blind,
        )
        self.list_changed.emit(self._list)
        if not len(self._ids):
            self._look_at_nothing()

    def _name_of(self, material: Material, roi_id: int) -> str:
        """A file's name may tell what was done to the picture: not for whoever rates."""
        if self.second_look.is_on:
            return self.tr("ROI {number}").format(number=roi_id)
        return material.rois[roi_id].text

    def _blind_caption(self, narrowed: bool) -> str:
        if narrowed:
            return self.tr("By lot, to be rated first")
        return self.tr("By lot, to be rated first; not narrowed by votes")

    def _caption(self) -> str:
        if self._target is not None:
            names = self._material.names if self._material is not None else {}
            said = caption(self._target, self._form, names)
        elif self._hide_accepted:
            said = self.tr("All ROIs that are rated and not accepted")
        else:
            said = self.tr("All ROIs that are rated")
        return said if self._filtered is None else self.tr("{which}, filtered").format(which=said)

    def _have_case(self, roi_id: int, case: actions.Case) -> None:
        if roi_id != self._wanted:
            return
        before, self._case = self._case, case
        self._say_case()
        if before is None or before.roi.id != roi_id:
            self.picture_changed.emit(case.image)
            self._session.workers.ask(
                partial(outlines.outline, case.roi), partial(self._have_outline, roi_id), owner=self
            )

    def _have_outline(self, roi_id: int, outline: object) -> None:
        if roi_id == self._wanted:
            self.outline_changed.emit(outline)

    def _say_case(self) -> None:
        case = self._case
        if case is None:
            self.case_changed.emit(None)
            return
        hidden = self.second_look.hides(case)
        place = self._place()
        name = f"{case.image.path}#{case.roi.external_id}"
        if hidden:
            name = self.tr("ROI {number}").format(number=case.roi.id)
        at = self.tr("{n} of {all}").format(n=place + 1, all=len(self._ids)) if place is not None else ""
        said = self.tr("{n} counting ratings").format(n=case.label.n)
        if case.roi.withdrawn:
            said = self.tr("Withdrawn")
        elif case.acceptance is not None and not hidden:
            said = self.tr("Accepted by {who}: {note}").format(
                who=case.acceptance.by, note=case.acceptance.note
            )
        self.case_changed.emit(
            CaseView(
                case.roi.id,
                name,
                at,
                said,
                case.acceptance is not None and not hidden,
                () if hidden else votes(case, named=self._named),
                () if hidden else strips(case, self._form),
                hidden,
            )
        )
