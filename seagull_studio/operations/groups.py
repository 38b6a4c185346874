"""Groups of pictures, and the split that is frozen: looked at, planned, changed.

Every plan is made without writing; `apply` does what a plan says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotation_db.database.store import Store
from annotation_db.database.transactions import transact, transact_read
from annotation_db.pictures import frozen_splits, groups, images
from annotation_db.pictures.frozen_splits import Frozen
from annotation_db.pictures.groups import GroupPlan
from annotation_db.rating.permissions import Action
from annotation_db.records import ImageRecord
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from seagull_studio.operations.acting import allow

if TYPE_CHECKING:
    from annotation_db.pictures.near_duplicates import Similar

CUSTOMARY_DISTANCE = 12
"""As `near_duplicates.CUSTOMARY`, which is not loaded for it."""


@dataclass(frozen=True, slots=True)
class SplitFacts:
    """Whether a split is frozen, and how many of the project's pictures are in a group."""

    frozen: Frozen | None
    images: int
    grouped: int
    groups: int


def now(store: Store) -> GroupPlan:
    """The groups as they are: a plan that changes nothing."""
    return GroupPlan(_pictures(store), {})


def from_csv(store: Store, file: Path) -> GroupPlan:
    """Groups from a table with the columns image and group.

    Raises
    ------
    ImportRefused
        As `annotation_db.imports.groups_csv.read`.
    """
    from annotation_db.imports import groups_csv

    pictures = _pictures(store)
    return GroupPlan(pictures, groups_csv.read(file, pictures))


def from_pattern(store: Store, pattern: str) -> GroupPlan:
    """Groups read off file names; see `annotation_db.pictures.groups.by_pattern`."""
    return groups.by_pattern(_pictures(store), pattern)


def none(store: Store) -> GroupPlan:
    """Every picture taken out of its group."""
    pictures = _pictures(store)
    return GroupPlan(pictures, dict.fromkeys((image.id for image in pictures), ""))


def similar(
    store: Store,
    distance: int = CUSTOMARY_DISTANCE,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> Similar:
    """Look for pictures that are nearly the same; see `annotation_db.pictures.near_duplicates`.

    Parameters
    ----------
    distance : int
        Bits of the perceptual hashes in which two pictures may differ.
    progress : callable, optional
        Called with what is done, how much there is, and what is being done.
    cancelled : callable, optional
        Asked now and then whether to stop.
    """
    from annotation_db.pictures import near_duplicates

    return near_duplicates.find(_pictures(store), distance, progress, cancelled)


def of_similar(store: Store, sets: Sequence[Sequence[ImageRecord]]) -> GroupPlan:
    """Groups of the sets of similar pictures that were confirmed."""
    return groups.of_similar(_pictures(store), sets)


def apply(store: Store, plan: GroupPlan, who: str) -> int:
    """Write what a plan says; returns how many pictures are in another group than before.

    Raises
    ------
    Refused
        If a group would be cut by the frozen split.
    """
    allow(store, Action.PICTURES)
    return transact(store, lambda s: groups.assign(s, plan.groups, who), who=who, repeatable=True)


def as_json(plan: GroupPlan) -> dict[str, Any]:
    """A plan as plain JSON values."""
    told = plan.result()
    return {
        "images": len(plan.images),
        "grouped": sum(len(of_group) for of_group in told.values()),
        "changed": len(plan.changed),
        "untouched": [image.path for image in plan.untouched],
        "groups": [
            {"group": name, "images": [image.path for image in of_group]} for name, of_group in told.items()
        ],
    }


def split_facts(store: Store) -> SplitFacts:
    """What is known of splits before one is drawn."""

    def work(s: Any) -> SplitFacts:
        pictures = images.list_all(s)
        there = groups.members((image, image.group) for image in pictures)
        return SplitFacts(frozen_splits.get(s), len(pictures), sum(map(len, there.values())), len(there))

    return transact_read(store, work)


def thaw(store: Store, who: str) -> int:
    """Forget the frozen split; returns how many images it had.

    Raises
    ------
    Refused
        If none is frozen.
    """
    allow(store, Action.EXPORT)
    return transact(store, lambda s: frozen_splits.thaw(s, who), who=who)


def frozen_json(facts: SplitFacts) -> dict[str, Any]:
    """What ``split --json`` prints."""
    return {
        "images": facts.images,
        "grouped": facts.grouped,
        "groups": facts.groups,
        "frozen": None if facts.frozen is None else _frozen(facts.frozen),
    }


def _frozen(frozen: Frozen) -> dict[str, Any]:
    counted = {part: sum(one == part for one in frozen.parts.values()) for part in frozen.wish.parts}
    return {
        **frozen.wish.as_json(),
        "by": frozen.by,
        "at": frozen.at.replace(microsecond=0).isoformat(),
        "parts": counted,
    }


def _pictures(store: Store) -> tuple[ImageRecord, ...]:
    return tuple(transact_read(store, images.list_all))


def shown_groups(plan: GroupPlan) -> Mapping[str, tuple[ImageRecord, ...]]:
    """The groups that a plan gives, the largest first."""
    return dict(sorted(plan.result().items(), key=lambda one: (-len(one[1]), one[0])))
