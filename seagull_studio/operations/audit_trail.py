"""The audit trail for people: who did what to what, why; saved as CSV; and what can be undone from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_args

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from annotation_db.database import audit
from annotation_db.database.schema import Annotator, Audit, Image, Rating, Roi
from annotation_db.database.store import Store
from annotation_db.database.transactions import transact
from annotation_db.errors import NotFound, Refused
from annotation_db.files.json_text import dumps
from annotation_db.rating import acceptances, annotators, exclusions, qualification, requests
from annotation_db.rating.permissions import Action
from annotation_db.records import AuditRecord, ExclusionKind, Role
from seagull_studio.operations.acting import allow
from seagull_studio.operations.table_file import write_rows

MOST: Final = 10_000
"""Entries that are read, the newest."""
_EXCLUDED: Final[dict[str, ExclusionKind]] = {f"{kind}.exclude": kind for kind in get_args(ExclusionKind)}
_PORTION: Final = 5_000
"""Ids of one statement: databases limit the number of parameters."""
_ACCEPTED: Final = "roi.accept"
_GONE: Final = "This was taken back already, or is nothing that can be; the list says what can."
_LET_THROUGH: Final = "qualification.let_through"
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
    allow(store, Action.REVIEW)
    with store.read() as s:
        entries = audit.list_all(s, MOST)
        called = _Names(s, entries)
        standing = _Standing(s)
        return [
            TrailEntry(
                entry,
                called.of(entry.subject),
                str(entry.detail.get("reason", entry.detail.get("text", ""))),
                standing.of(entry),
            )
            for entry in entries
        ]


def undo(store: Store, entry_id: int, who: str) -> None:
    """Take back what an entry says: an exclusion, an acceptance, a role, a request, a letting through.

    Raises
    ------
    NotFound
        If there is no such entry.
    Refused
        If it was taken back already, or cannot be; as the role of the last lead.
    """
    allow(store, Action.PEOPLE)

    def work(s: Session) -> None:
        entry = next((one for one in audit.list_all(s, MOST) if one.id == entry_id), None)
        if entry is None:
            raise NotFound(f"There is no entry number {entry_id} in this project's audit trail.")
        if not _Standing(s).of(entry):
            raise Refused(_GONE)
        if entry.action == requests.ASKED:
            requests.take_back(s, entry_id, who)
            return
        subject = _number(entry.subject)
        if entry.action == annotators.ROLE_GIVEN:
            annotators.set_role(s, subject, _role_before(entry), who)
            return
        if entry.action == _LET_THROUGH:
            qualification.lift(s, subject, who=who)
            return
        if entry.action == _ACCEPTED:
            lifted: object = acceptances.lift_of(s, subject, who=who)
        else:
            lifted = exclusions.lift_of(s, _EXCLUDED[entry.action], subject, who=who)
        if lifted is None:  # on a server, somebody else took it back at this very moment
            raise Refused(_GONE)

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
    """What the subjects of entries are called by people; only those that are asked for are looked up."""

    def __init__(self, s: Session, entries: Sequence[AuditRecord]) -> None:
        wanted: dict[str, set[int]] = {"annotator": set(), "image": set(), "roi": set(), "rating": set()}
        for kind, number in map(_parts, (entry.subject for entry in entries)):
            if kind in wanted and number is not None:
                wanted[kind].add(number)
        rated = select(Rating.id, Annotator.name, Image.path, Roi.external_id)
        rated = rated.join(Annotator, Annotator.id == Rating.annotator_id)
        rated = rated.join(Roi, Roi.id == Rating.roi_id).join(Image, Image.id == Roi.image_id)
        regions = select(Roi.id, Image.path, Roi.external_id).join(Image, Image.id == Roi.image_id)
        people = select(Annotator.id, Annotator.name)
        self._known = {
            "annotator": _looked_up(s, people, Annotator.id, wanted["annotator"], "{}"),
            "image": _looked_up(s, select(Image.id, Image.path), Image.id, wanted["image"], "{}"),
            "roi": _looked_up(s, regions, Roi.id, wanted["roi"], "{}#{}"),
            "rating": _looked_up(s, rated, Rating.id, wanted["rating"], "{}: {}#{}"),
        }

    def of(self, subject: str) -> str:
        kind, number = _parts(subject)
        found = None if number is None else self._known.get(kind, {}).get(number)
        return subject if found is None else found


def _looked_up(
    s: Session,
    query: Select[*tuple[Any, ...]],
    column: InstrumentedAttribute[int],
    wanted: set[int],
    form: str,
) -> dict[int, str]:
    """By id, the text that `form` makes of the columns after the id."""
    listed = sorted(wanted)
    return {
        row[0]: form.format(*row[1:])
        for start in range(0, len(listed), _PORTION)
        for row in s.execute(query.where(column.in_(listed[start : start + _PORTION])))
    }


class _Standing:
    """Which entries say what still stands: of one thing only the newest one that did it."""

    def __init__(self, s: Session) -> None:
        self._excluded = {(one.kind, one.target_id) for one in exclusions.standing(s)}
        self._accepted = set(acceptances.standing(s))
        self._taken_back = requests.undone(s)
        self._roles = annotators.roles(s)
        done = (*_EXCLUDED, _ACCEPTED, annotators.ROLE_GIVEN, _LET_THROUGH)
        self._let_through = qualification.let_through_ids(s)
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
        if entry.action == annotators.ROLE_GIVEN:
            return self._roles.get(_number(entry.subject)) == entry.detail["role"]
        if entry.action == _LET_THROUGH:
            return _number(entry.subject) in self._let_through
        return (_EXCLUDED[entry.action], _number(entry.subject)) in self._excluded


def _role_before(entry: AuditRecord) -> Role:
    """Versions before kept only the new role, and there are two."""
    now: Role = entry.detail["role"]
    before: Role = entry.detail.get("was", "annotator" if now == "lead" else "lead")
    return before


def _parts(subject: str) -> tuple[str, int | None]:
    """Kind and id of a subject such as ``roi 12``; None where it has no id."""
    kind, _, number = subject.partition(" ")
    return kind, int(number) if number.isascii() and number.isdecimal() else None


def _number(subject: str) -> int:
    number = _parts(subject)[1]
    assert number is not None, subject
    return number
