"""What the Review page shows before all ratings are read: people, and how far the project is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from annotation_db.database.store import Store
from annotation_db.rating import annotators, coverage
from annotation_db.rating.permissions import Action
from annotation_db.records import AnnotatorRecord
from seagull_studio.operations.acting import allow


@dataclass(frozen=True, slots=True)
class FirstLook:
    """Counted by the database from its indexes; of a million ratings in a part of a second."""

    people: tuple[AnnotatorRecord, ...]
    """Excluded ones too."""
    ratings: Mapping[int, int]
    """By annotator id, ratings that count; who has none may be missing."""
    coverage: tuple[int, ...]
    """As `review.Material.coverage`."""
    raters_wanted: int


def first_look(store: Store) -> FirstLook:
    """Read it; `review.read` says later what is true of all figures at one moment.

    Raises
    ------
    Refused
        If whoever acts may not review.
    """
    allow(store, Action.REVIEW)
    with store.read() as s:
        counted = coverage.coverage(s)
        return FirstLook(
            people=tuple(annotators.list_all(s)),
            ratings=coverage.counting_per_annotator(s),
            coverage=counted.histogram,
            raters_wanted=counted.raters_wanted,
        )
