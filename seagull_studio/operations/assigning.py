"""Handing ROIs out: planned without writing, done, taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from annotation_db.database.store import Store
from annotation_db.database.transactions import transact, transact_read
from annotation_db.filters import saved
from annotation_db.filters.matching import matching
from annotation_db.filters.roi_filter import RoiFilter
from annotation_db.rating import annotators, assign_plan, assignments, coverage
from annotation_db.rating.assign_plan import AssignWish
from annotation_db.rating.permissions import Action
from annotation_db.records import AnnotatorRecord, AssignReport
from seagull_studio.operations import filters
from seagull_studio.operations.acting import allow


@dataclass(frozen=True, slots=True)
class AssignChoices:
    """What is to be handed out; see `annotation_db.rating.assign_plan.AssignWish`.

    Attributes
    ----------
    annotators : tuple of str or None
        Names.
    among : RoiFilter
        Only ROIs that it takes.
    named : str or None
        Only ROIs that this saved filter takes, too.
    """

    raters: int | None = None
    annotators: tuple[str, ...] | None = None
    among: RoiFilter = field(default_factory=RoiFilter)
    named: str | None = None
    most_rois: int | None = None
    most_open: int | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What handing out would come to, and what can be chosen from.

    Attributes
    ----------
    people : tuple of AnnotatorRecord
        Who can be handed something: neither excluded nor simulated.
    open : mapping of int to int
        Annotator id -> ROIs that they would have to rate, of `people`.
    choices : filters.Choices
        What a filter of ROIs can be chosen from.
    """

    report: AssignReport
    people: tuple[AnnotatorRecord, ...]
    open: Mapping[int, int]
    choices: filters.Choices


def look(store: Store, choices: AssignChoices) -> Look:
    """Plan, for somebody who chooses; nothing is written.

    Raises
    ------
    DiskError
        If nothing can be handed out, because the project lies on a read-only medium.
    NotFound, Refused
        As `plan`.
    """
    allow(store, Action.ASSIGN)
    store.refuse_read_only()

    def work(s: Session) -> Look:
        report = assign_plan.plan(s, _wish(s, choices)).report
        owed = {person.id: open_ for person, _, open_ in coverage.per_annotator(s)}
        people = tuple(one for one in annotators.list_all(s) if not one.excluded and not one.simulated)
        return Look(
            report,
            people,
            {one.id: report.open.get(one.id, owed.get(one.id, 0)) for one in people},
            filters.choices_of(s),
        )

    return transact_read(store, work)


def plan(store: Store, choices: AssignChoices) -> AssignReport:
    """What handing out would come to; nothing is written.

    Raises
    ------
    NotFound, Refused
        As `annotation_db.rating.assign_plan.plan`, or as the filters.
    """
    allow(store, Action.ASSIGN)
    return transact_read(store, lambda s: assign_plan.plan(s, _wish(s, choices)).report)


def assign(store: Store, choices: AssignChoices, who: str) -> AssignReport:
    """Hand ROIs out; raises as `plan`."""
    allow(store, Action.ASSIGN)

    def work(s: Session) -> AssignReport:
        wish = _wish(s, choices)
        return assignments.assign(
            s,
            raters=wish.raters,
            annotators=wish.annotators,
            rois=wish.rois,
            most_rois=wish.most_rois,
            most_open=wish.most_open,
            who=who,
        )

    return transact(store, work, who=who, repeatable=True)


def take_back(
    store: Store, names: Sequence[str] | None, among: RoiFilter, who: str, *, named: str | None = None
) -> int:
    """Free what is assigned to annotators and not rated; everybody's where no names are given.

    Parameters
    ----------
    among, named
        As in `AssignChoices`.

    Returns
    -------
    int
        How many places that were.

    Raises
    ------
    NotFound
        If there is no such annotator or filter.
    """
    allow(store, Action.ASSIGN)

    def work(s: Session) -> int:
        rois = _among(s, among, named)
        whose = [None] if names is None else [annotators.find(s, name).id for name in names]
        return sum(assignments.take_back(s, annotator_id, who, rois) for annotator_id in whose)

    return transact(store, work, who=who, repeatable=True)


def _wish(s: Session, choices: AssignChoices) -> AssignWish:
    people = choices.annotators
    return AssignWish(
        raters=choices.raters,
        annotators=None if people is None else [annotators.find(s, name).id for name in people],
        rois=_among(s, choices.among, choices.named),
        most_rois=choices.most_rois,
        most_open=choices.most_open,
    )


def _among(s: Session, among: RoiFilter, named: str | None) -> frozenset[int] | None:
    """The ROIs that both filters take; None for all of them."""
    asked = [among] if named is None else [among, saved.get(s, named).wanted]
    taken = [matching(s, one) for one in asked if not one.takes_all]
    return frozenset.intersection(*taken) if taken else None
