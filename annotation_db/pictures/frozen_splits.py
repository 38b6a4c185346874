"""The split that later exports keep: images that were in one stay in their part, new ones only join."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from annotation_db.database import audit
from annotation_db.database.schema import FrozenPart, FrozenSplit, Image, Project, now
from annotation_db.errors import Refused
from annotation_db.names import shown
from annotation_db.pictures.split_wish import Part, SplitWish
from annotation_db.records import ImageRecord

T = TypeVar("T")
_PORTION = 5_000
"""Rows of one statement: databases limit the number of parameters."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """The frozen split.

    Attributes
    ----------
    wish : SplitWish
        What was wished of it; images that join are drawn by it.
    by : str
    at : datetime
        Who froze it, and when.
    parts : mapping of int to Part
        By image id.
    folds : mapping of int to int
        By image id, of training images that are in a fold.
    """

    wish: SplitWish
    by: str
    at: datetime
    parts: Mapping[int, Part]
    folds: Mapping[int, int]

    def parts_with_groups(self, images: Sequence[ImageRecord]) -> dict[int, Part]:
        """The parts by image id, also of those of `images` that share a group with a frozen one."""
        return _spread(self.parts, images)

    def folds_with_groups(self, images: Sequence[ImageRecord]) -> dict[int, int]:
        """The folds likewise."""
        return _spread(self.folds, images)


def _spread(frozen: Mapping[int, T], images: Sequence[ImageRecord]) -> dict[int, T]:
    of_group = {image.group: frozen[image.id] for image in images if image.id in frozen}
    grouped = [image for image in images if image.group and image.group in of_group]
    return {image.id: of_group[image.group] for image in grouped} | dict(frozen)


def get(s: Session) -> Frozen | None:
    """The frozen split; None where none is."""
    row = s.get(FrozenSplit, 1)
    if row is None:
        return None
    rows = s.execute(select(FrozenPart.image_id, FrozenPart.part, FrozenPart.fold)).all()
    return Frozen(
        SplitWish(row.train, row.val, row.seed, row.folds),
        row.frozen_by,
        row.frozen_at,
        {image_id: cast(Part, part) for image_id, part, _ in rows},
        {image_id: fold for image_id, _, fold in rows if fold is not None},
    )


@dataclass(frozen=True, slots=True)
class FrozenFacts:
    """The frozen split without its images.

    Attributes
    ----------
    images : int
        How many it has.
    """

    wish: SplitWish
    by: str
    at: datetime
    images: int


def facts(s: Session) -> FrozenFacts | None:
    """The frozen split without reading its images; None where none is frozen."""
    row = s.get(FrozenSplit, 1)
    if row is None:
        return None
    images = s.scalar(select(func.count()).select_from(FrozenPart)) or 0
    wish = SplitWish(row.train, row.val, row.seed, row.folds)
    return FrozenFacts(wish, row.frozen_by, row.frozen_at, images)


def wish_of(frozen: Frozen | None, asked: Mapping[str, Any]) -> SplitWish:
    """What is wished of a split: what was asked for, and for the rest what is frozen or customary.

    Parameters
    ----------
    asked : mapping
        Some of the attributes of `SplitWish`; None where nothing was asked for.

    Raises
    ------
    Refused
        If it cannot be meant, or something else is frozen.
    """
    said = {name: value for name, value in asked.items() if value is not None}
    if frozen is None:
        wish = SplitWish(**said)
        wish.check()
        return wish
    kept = frozen.wish.as_json()
    for name, value in said.items():
        if value != kept[name]:
            raise Refused(
                f"The split is frozen with {name} {kept[name]:g}, so it cannot be {value:g}; leave that out, "
                "or thaw the split first (seagull-studio split --thaw)."
            )
    return frozen.wish


def freeze(
    s: Session,
    wish: SplitWish,
    split: Mapping[int, Part],
    folds: Mapping[int, int],
    *,
    known: Frozen | None,
    who: str,
) -> int:
    """Freeze a split, or let images join the one that is frozen.

    Parameters
    ----------
    split, folds
        By image id; images that are frozen already stay as they are.
    known : Frozen or None
        What was frozen when the split was drawn.

    Returns
    -------
    int
        How many images were not frozen before.

    Raises
    ------
    Refused
        If something else is frozen by now, or pictures were grouped since so that a group would be cut.
    """
    lock(s)
    there = get(s)
    if there != known:
        raise Refused("Somebody froze or thawed the split just now, and nothing was written; export again.")
    parts, of_folds = (there.parts, there.folds) if there else ({}, {})
    in_groups = s.execute(select(Image.group_key, Image.id).where(Image.group_key != "")).all()
    if found := cut(((row[0], row[1]) for row in in_groups), {**split, **parts}, {**folds, **of_folds}):
        raise Refused(
            f"Somebody put pictures of {found[1]} into the group {shown(found[0])} just now, and nothing was "
            "written; export again."
        )
    if there is None:
        s.execute(delete(FrozenPart))  # a rescue may have found parts of a split that it did not find
        s.add(FrozenSplit(id=1, **wish.as_json(), frozen_by=who or s.info.get("who", "")))
    joining = [image_id for image_id in split if there is None or image_id not in there.parts]
    at = now()
    for start in range(0, len(joining), _PORTION):
        rows = [
            {"image_id": one, "part": split[one], "fold": folds.get(one), "added_at": at}
            for one in joining[start : start + _PORTION]
        ]
        s.execute(insert(FrozenPart), rows)
    if there is None or joining:
        audit.record(s, who, "split.freeze", "project", {**wish.as_json(), "images": len(joining)})
    s.flush()
    return len(joining)


def lock(s: Session) -> None:
    """On a server, keep others from freezing, thawing or grouping until the transaction ends."""
    s.execute(select(Project.id).with_for_update(key_share=True)).all()


def cut(
    grouped: Iterable[tuple[str, int]], parts: Mapping[int, Part], folds: Mapping[int, int]
) -> tuple[str, str] | None:
    """The first group, by name, that has images in several parts or folds, and which these are.

    Parameters
    ----------
    grouped : iterable of (str, int)
        Group and image id, of images that are in one.
    parts, folds
        By image id.
    """
    found: dict[str, tuple[set[str], set[int]]] = {}
    for group, image_id in grouped:
        of_parts, of_folds = found.setdefault(group, (set(), set()))
        of_parts |= {parts[image_id]} if image_id in parts else set()
        of_folds |= {folds[image_id]} if image_id in folds else set()
    for group, (of_parts, of_folds) in sorted(found.items()):
        if len(of_parts) > 1:
            return group, " and ".join(sorted(of_parts))
        if len(of_folds) > 1:
            return group, f"folds {' and '.join(map(str, sorted(of_folds)))}"
    return None


def thaw(s: Session, who: str) -> int:
    """Forget the frozen split: the next export draws anew.

    Returns
    -------
    int
        How many images were frozen.

    Raises
    ------
    Refused
        If none is frozen.
    """
    lock(s)
    there = get(s)
    if there is None:
        raise Refused("The split of this project is not frozen; there is nothing to thaw.")
    s.execute(delete(FrozenPart))
    s.execute(delete(FrozenSplit))
    names = {row[0]: row[1] for row in s.execute(select(Image.id, Image.uid))}
    kept = {names[image_id]: part for image_id, part in sorted(there.parts.items())}
    audit.record(s, who, "split.thaw", "project", {**there.wish.as_json(), "parts": kept})
    s.expire_all()
    return len(there.parts)
