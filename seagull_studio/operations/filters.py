"""Filters of ROIs: saved by name, found again, tried."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from annotation_db.database.store import Store
from annotation_db.database.transactions import transact, transact_read
from annotation_db.filters import saved
from annotation_db.filters.matching import matching
from annotation_db.filters.roi_filter import RoiFilter
from annotation_db.filters.saved import FilterRecord
from annotation_db.pictures import groups, images
from annotation_db.predictions import predictions
from annotation_db.rating import annotators
from annotation_db.rating.permissions import Action
from seagull_studio.operations.acting import allow


def listing(store: Store) -> list[FilterRecord]:
    """All saved filters, by name."""
    return transact_read(store, saved.list_all)


def save(store: Store, name: str, wanted: RoiFilter, who: str) -> FilterRecord:
    """Keep a filter by a name; one of that name is replaced. Raises `Refused` as `saved.save`.

    Parameters
    ----------
    name : str
        What it is called from now on.
    wanted : RoiFilter
        Which ROIs it takes.
    who : str
        Who does it, for the audit trail.
    """
    allow(store, Action.REVIEW)
    return transact(store, lambda s: saved.save(s, name, wanted, who), who=who, repeatable=True)


def remove(store: Store, name: str, who: str) -> None:
    """Forget a filter; raises `NotFound` if there is none of that name."""
    allow(store, Action.REVIEW)
    transact(store, lambda s: saved.remove(s, name, who), who=who)


def named(store: Store, name: str | None, wanted: RoiFilter) -> RoiFilter:
    """The saved filter of a name; what is given otherwise where there is no name.

    Raises
    ------
    NotFound
        If there is none of that name.
    """
    if name is None:
        return wanted
    return transact_read(store, lambda s: saved.get(s, name).wanted)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the parts of a filter can be."""

    sources: tuple[str, ...]
    groups: tuple[str, ...]
    annotators: tuple[str, ...]
    models: tuple[str, ...]
    saved: tuple[str, ...]


def choices(store: Store) -> Choices:
    """What can be chosen from."""
    return transact_read(store, choices_of)


def choices_of(s: Session) -> Choices:
    """The same, in a transaction that goes on."""
    pictures = images.list_all(s)
    return Choices(
        tuple(sorted({image.source for image in pictures} - {""})),
        tuple(groups.members((image, image.group) for image in pictures)),
        tuple(one.name for one in annotators.list_all(s)),
        tuple(dict.fromkeys(one.name for one in predictions.predictors(s))),
        saved.known(s),
    )


def matching_both(store: Store, name: str | None, wanted: RoiFilter) -> frozenset[int]:
    """The ids of the ROIs that a filter takes and, if one is named, a saved one too.

    Raises
    ------
    Refused, NotFound
        As `annotation_db.filters.matching.matching`, or if there is none of that name.
    """
    allow(store, Action.REVIEW)

    def work(s: Session) -> frozenset[int]:
        asked = [wanted] if name is None else [wanted, saved.get(s, name).wanted]
        return frozenset.intersection(*(matching(s, one) for one in asked))

    return transact_read(store, work)


def count(store: Store, wanted: RoiFilter) -> int:
    """How many ROIs a filter takes.

    Raises
    ------
    Refused, NotFound
        As `annotation_db.filters.matching.matching`.
    NotAllowed
        If whoever acts may not see what others gave: a count by labels tells that.
    """
    allow(store, Action.REVIEW)
    return transact_read(store, lambda s: len(matching(s, wanted)))
