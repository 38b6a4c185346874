"""The audit trail for people: who did what to what, why; saved as CSV; and what can be undone from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotation_db.database import audit
from annotation_db.database.schema import Annotator, Audit, Exclusion, Image, Rating, Roi
from annotation_db.database.store import Store
from annotation_db.database.transactions import transact
from annotation_db.errors import NotFound, Refused
from annotation_db.files.json_text import dumps
from annotation_db.rating import acceptances, exclusions, requests
from annotation_db.records import AuditRecord, ExclusionKind
from seagull_studio.operations.table_file import write_rows

MOST: Final = 20_000
"""Entries that are read, the newest."""
_EXCLUDED: Final = {f"{kind}.exclude": kind for kind in ("annotator", "rating", "roi", "image")}
_ACCEPTED: Final = "roi.accept"
HEADER: Final = ("id", "at", "who", "action", "subject", "why", "detail")


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """One entry."""

    record: AuditRecord
    subject: str
    """What it was done to, by the names that people know."""
    reason: str
    """"" where none was given."""
    can_undo: bool
    """It still stands, and this program can take it back."""


def read(store: Store) -> list[TrailEntry]:
    """The newest `MOST` entries, newest first."""
    with store.read() as s:
        entries = audit.list_all(s, MOST)
        called = _Names(s)
        standing = _Standing(s)
        return [
            TrailEntry(
                entry,
                called.of(entry.subject),
                str(entry.detail.get("reason", "")),
                standing.of(entry),
            )
            for entry in entries
        ]


def undo(store: Store, entry_id: int, who: str) -> None:
    """Take back what an entry says was done: an exclusion, an acceptance, a request for more ratings.

    Raises
    ------
    NotFound
        If there is no such entry.
    Refused
        If it was taken back already, or cannot be.
    """

    def work(s: Session) -> None:
        entry = next((one for one in audit.list_all(s, MOST) if one.id == entry_id), None)
        if entry is None:
            raise NotFound(f"There is no entry number {entry_id} in this project's audit trail.")
        if not _Standing(s).of(entry):
            raise Refused("This was taken back already, or is nothing that can be; the list says what can.")
        if entry.action == requests.ASKED:
            requests.take_back(s, entry_id, who)
        elif entry.action == _ACCEPTED:
            acceptances.lift_of(s, _number(entry.subject), who=who)
        else:
            kind = cast(ExclusionKind, _EXCLUDED[entry.action])
            exclusions.lift_of(s, kind, _number(entry.subject), who=who)

    transact(store, work, who=who)


def write_csv(entries: Sequence[TrailEntry], file: Path) -> None:
    """Save entries as a table; raises as `write_rows` does."""
    rows = (
        (
            one.record.id,
            one.record.at.isoformat(),
            one.record.who,
            one.record.action,
            one.subject,
            one.reason,
            dumps(one.record.detail),
        )
        for one in entries
    )
    write_rows(file, HEADER, rows)


class _Names:
    """What the subjects of entries are called by people."""

    def __init__(self, s: Session) -> None:
        self._people = {row[0]: row[1] for row in s.execute(select(Annotator.id, Annotator.name))}
        self._images = {row[0]: row[1] for row in s.execute(select(Image.id, Image.path))}
        self._rois = {
            row[0]: f"{self._images[row[1]]}#{row[2]}"
            for row in s.execute(select(Roi.id, Roi.image_id, Roi.external_id))
        }
        apart = select(Exclusion.target_id).where(Exclusion.kind == "rating")
        rated = select(Rating.id, Rating.annotator_id, Rating.roi_id).where(Rating.id.in_(apart))
        self._ratings = {row[0]: f"{self._people[row[1]]}: {self._rois[row[2]]}" for row in s.execute(rated)}

    def of(self, subject: str) -> str:
        kind, _, number = subject.partition(" ")
        known = {"annotator": self._people, "image": self._images, "roi": self._rois, "rating": self._ratings}
        found = known.get(kind, {}).get(int(number)) if number.isdecimal() else None
        return subject if found is None else found


class _Standing:
    """Which entries say what still stands: of one thing only the newest one that did it."""

    def __init__(self, s: Session) -> None:
        self._excluded = {(one.kind, one.target_id) for one in exclusions.standing(s)}
        self._accepted = set(acceptances.standing(s))
        self._taken_back = requests.undone(s)
        done = (*_EXCLUDED, _ACCEPTED)
        newest = (
            select(func.max(Audit.id)).where(Audit.action.in_(done)).group_by(Audit.action, Audit.subject)
        )
        self._newest = set(s.scalars(newest))

    def of(self, entry: AuditRecord) -> bool:
        if entry.action == requests.ASKED:
            return entry.id not in self._taken_back
        if entry.id not in self._newest:
            return False
        if entry.action == _ACCEPTED:
            return _number(entry.subject) in self._accepted
        return (_EXCLUDED[entry.action], _number(entry.subject)) in self._excluded


def _number(subject: str) -> int:
    return int(subject.rpartition(" ")[2])
