"""Items with a known answer: made as a set, kept with their pictures, retired by the next set."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from annotation_db.database import audit
from annotation_db.database.schema import CheckItem, Project, new_uid, now
from annotation_db.errors import NotFound, Refused
from annotation_db.pictures.masks import Rle
from annotation_db.records import RoiLevel
from annotation_db.vocabulary.check_turn import CheckKind
from annotation_db.vocabulary.scales import SCALE_NAMES, SCALES

ItemKind = Literal["practice", "graded", "gold"]


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item to be stored."""

    kind: ItemKind
    level: RoiLevel
    mask: Rle
    latent: Sequence[float]
    """What is true of it on the eight scales, in their order; it may lie beyond a scale's ends."""
    made_of: dict[str, Any]
    picture: bytes
    """A PNG file."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item without its picture."""

    id: int
    uid: str
    set_number: int
    kind: CheckKind
    name: str
    level: RoiLevel
    size: tuple[int, int]
    """(height, width)"""
    counts: str
    expected: tuple[int, ...]
    """Eight levels."""
    made_of: dict[str, Any]
    sha256: str
    byte_size: int


def expected_levels(latent: Sequence[float]) -> tuple[int, ...]:
    """The levels of latent values: clipped to the scale and rounded, as simulated annotators without bias
    and noise vote (`simulated_raters`)."""
    return tuple(
        int(min(max(value, 0.0), SCALES[name].maximum) + 0.5)
        for name, value in zip(SCALE_NAMES, latent, strict=True)
    )


def store_set(s: Session, items: Sequence[NewItem], who: str) -> int:
    """Store a new set, which takes the place of the one before; what was answered stays.

    Returns
    -------
    int
        Its number.

    Raises
    ------
    Refused
        If there is nothing in it to be tested by.
    """
    kinds = [item.kind for item in items]
    if "graded" not in kinds and "gold" not in kinds:
        raise Refused("A set needs items that are graded, or gold ones; ask for some.")
    s.get_one(Project, 1, with_for_update=True)  # of two who make a set, one comes after the other
    number = (s.scalar(select(func.max(CheckItem.set_number))) or 0) + 1
    s.execute(update(CheckItem).where(CheckItem.retired_at.is_(None)).values(retired_at=now()))
    rows = []
    for position, item in enumerate(items):
        uid = new_uid()
        rows.append(
            {
                "uid": uid,
                "set_number": number,
                "kind": item.kind,
                "position": position,
                "name": uid[:8],
                "level": item.level,
                "width": item.mask.size[1],
                "height": item.mask.size[0],
                "counts": item.mask.counts,
                "expected": list(expected_levels(item.latent)),
                "latent": list(item.latent),
                "made_of": item.made_of,
                "sha256": hashlib.sha256(item.picture).hexdigest(),
                "byte_size": len(item.picture),
                "data": base64.b64encode(item.picture).decode(),
                "made_by": who,
                "made_at": now(),
            }
        )
    s.execute(insert(CheckItem), rows)
    counts = {kind: kinds.count(kind) for kind in ("practice", "graded", "gold")}
    audit.record(s, who, "check.set", "project", {"set": number, **counts})
    return number


def standing(s: Session, *kinds: ItemKind) -> list[Item]:
    """The items of the set in force, of these kinds or of all, in order."""
    query = select(CheckItem).where(CheckItem.retired_at.is_(None)).order_by(CheckItem.position)
    if kinds:
        query = query.where(CheckItem.kind.in_(kinds))
    return [_record(row) for row in s.scalars(query)]


def get(s: Session, item_id: int) -> Item:
    """One item; raises `NotFound`."""
    row = s.get(CheckItem, item_id)
    if row is None:
        raise NotFound(f"There is no item number {item_id} in this project.")
    return _record(row)


def by_id(s: Session) -> dict[int, Item]:
    """All items ever made."""
    return {row.id: _record(row) for row in s.scalars(select(CheckItem))}


def picture(s: Session, item_id: int) -> bytes:
    """The PNG file of an item.

    Raises
    ------
    NotFound
        If there is no such item.
    """
    data = s.scalar(select(CheckItem.data).where(CheckItem.id == item_id))
    if data is None:
        raise NotFound(f"There is no item number {item_id} in this project.")
    return base64.b64decode(data)


def _record(row: CheckItem) -> Item:
    return Item(
        row.id,
        row.uid,
        row.set_number,
        cast(CheckKind, row.kind),
        row.name,
        cast(RoiLevel, row.level),
        (row.height, row.width),
        row.counts,
        tuple(row.expected),
        row.made_of,
        row.sha256,
        row.byte_size,
    )
