"""Handing ROIs out: planned without writing, done, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from annotation_db.database.store import Store
from annotation_db.database.transactions import transact, transact_read
from annotation_db.filters.roi_filter import RoiFilter
from annotation_db.pictures import groups, images
from annotation_db.rating import annotators, assign_plan, assignments
from annotation_db.rating.assign_plan import AssignWish
from annotation_db.records import AnnotatorRecord, AssignReport
from seagull_studio.operations.filters import taken


@dataclass(frozen=True, slots=True)
class AssignChoices:
    """What is to be handed out; see `annotation_db.rating.assign_plan.AssignWish`.

    Attributes
    ----------
    annotators : tuple of str or None
        Names.
    among : RoiFilter
        Only ROIs that it takes.
    """

    raters: int | None = None
    annotators: tuple[str, ...] | None = None
    among: RoiFilter = field(default_factory=RoiFilter)
    most_rois: int | None = None
    most_open: int | None = None


@dataclass(frozen=True, slots=True)
class Possibilities:
    """What can be chosen from before ROIs are handed out."""

    people: tuple[AnnotatorRecord, ...]
    """Who can be handed something: neither excluded nor simulated."""
    sources: tuple[str, ...]
    groups: tuple[str, ...]


def possibilities(store: Store) -> Possibilities:
    """Read what can be chosen from."""

    def work(s: Session) -> Possibilities:
        pictures = images.list_all(s)
        return Possibilities(
            tuple(one for one in annotators.list_all(s) if not one.excluded and not one.simulated),
            tuple(sorted({image.source for image in pictures} - {""})),
            tuple(groups.members((image, image.group) for image in pictures)),
        )

    return transact_read(store, work)


def plan(store: Store, choices: AssignChoices) -> AssignReport:
    """What handing out would come to; nothing is written.

    Raises
    ------
    NotFound, Refused
        As `annotation_db.rating.assign_plan.plan`, or as the filter.
    """
    return transact_read(store, lambda s: assign_plan.plan(s, _wish(s, choices)).report)


def assign(store: Store, choices: AssignChoices, who: str) -> AssignReport:
    """Hand ROIs out; raises as `plan`."""

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


def take_back(store: Store, names: Sequence[str] | None, among: RoiFilter, who: str) -> int:
    """Free what is assigned to annotators and not rated; everybody's where no names are given.

    Returns
    -------
    int
        How many places that were.

    Raises
    ------
    NotFound
        If there is no such annotator.
    """

    def work(s: Session) -> int:
        rois = taken(s, among)
        whose = [None] if names is None else [annotators.find(s, name).id for name in names]
        return sum(assignments.take_back(s, annotator_id, who, rois) for annotator_id in whose)

    return transact(store, work, who=who, repeatable=True)


def _wish(s: Session, choices: AssignChoices) -> AssignWish:
    people = choices.annotators
    return AssignWish(
        raters=choices.raters,
        annotators=None if people is None else [annotators.find(s, name).id for name in people],
        rois=taken(s, choices.among),
        most_rois=choices.most_rois,
        most_open=choices.most_open,
    )
