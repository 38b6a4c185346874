"""What annotators gave when they were checked: append-only, and never a rating.

Names of one person that were merged answer as one (`annotators.persons`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from annotation_db.database import journal, journal_entries
from annotation_db.database.schema import (
    Annotator,
    AnnotatorMerge,
    CheckAnswer,
    CheckItem,
    Rating,
    RepeatRequest,
    Roi,
    new_uid,
    now,
)
from annotation_db.errors import NotFound, Refused
from annotation_db.rating import annotators
from annotation_db.rating.ratings import VOTE_COLUMNS
from annotation_db.records import PrefillMode, VotesUsed
from annotation_db.vocabulary.check_turn import CheckKind
from annotation_db.vocabulary.scales import SCALE_NAMES, Votes

Integers = NDArray[np.int64]
Pairs = tuple[Integers, Integers]
"""First and second votes of repeats, each of shape (pairs, 8)."""
_UNASSISTED: Final = ("none", "control")


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """An answer to be stored."""

    kind: CheckKind
    target_id: int
    """Of the item; of the ROI, where one is shown again."""
    annotator_id: int
    attempt: int
    votes: Votes
    slot: int | None = None
    shown_at: datetime | None = None
    submitted_at: datetime | None = None
    """Now, where not given."""
    duration_ms: int | None = None
    prefill: PrefillMode = "none"
    uid: str = ""
    """Drawn where not given; the answer of one uid is stored once."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it is stored."""

    id: int
    uid: str
    kind: CheckKind
    item_id: int | None
    roi_id: int | None
    annotator_id: int
    attempt: int
    revision: int
    votes: Votes
    submitted_at: datetime


def submit(s: Session, new: NewAnswer) -> Answer:
    """Store an answer; a second one of the same turn is a new revision.

    Raises
    ------
    NotFound
        If there is no such annotator, item or ROI.
    Refused
        If a vote is off its scale, or the item is of another kind.
    """
    try:
        votes = Votes(*new.votes).checked()
    except (ValueError, TypeError) as error:
        raise Refused(f"This answer cannot be stored: {error}.") from error
    person = annotators.person(s, new.annotator_id)
    # The row is the lock: two programs of one person give two revisions, not the same one.
    if s.get(Annotator, person, with_for_update=True) is None:
        raise NotFound(f"There is no annotator number {new.annotator_id} in this project.")
    if new.uid and (there := s.scalar(select(CheckAnswer).where(CheckAnswer.uid == new.uid))) is not None:
        return _record(there)
    repeats = new.kind == "repeat"
    what = Roi if repeats else CheckItem
    target_uid = s.scalar(select(what.uid).where(what.id == new.target_id))
    if target_uid is None:
        raise NotFound("What was answered is not in this project.")
    if not repeats and s.scalar(select(CheckItem.kind).where(CheckItem.id == new.target_id)) != new.kind:
        raise Refused(f"What was answered is not of the kind {new.kind}.")
    column = CheckAnswer.roi_id if repeats else CheckAnswer.item_id
    same = and_(
        column == new.target_id, CheckAnswer.annotator_id == person, CheckAnswer.attempt == new.attempt
    )
    last = s.scalar(select(func.max(CheckAnswer.revision)).where(same)) or 0
    row = CheckAnswer(
        uid=new.uid or new_uid(),
        kind=new.kind,
        item_id=None if repeats else new.target_id,
        roi_id=new.target_id if repeats else None,
        annotator_id=person,
        attempt=new.attempt,
        revision=last + 1,
        slot=new.slot,
        **votes._asdict(),
        shown_at=new.shown_at,
        submitted_at=new.submitted_at or now(),
        duration_ms=new.duration_ms,
        prefill=new.prefill,
    )
    s.add(row)
    s.flush()
    journal.note(s, journal_entries.of_check(s, row, target_uid))
    return _record(row)


def ids_of(s: Session, annotator_id: int) -> list[int]:
    """All names of a person, as ids."""
    merges = s.execute(
        select(AnnotatorMerge.other_id, AnnotatorMerge.kept_id).where(AnnotatorMerge.undone_at.is_(None))
    ).all()
    found = [annotator_id]
    for one in found:
        found += [row[0] for row in merges if row[1] == one]
    return found


def of_person(s: Session, annotator_id: int, *kinds: CheckKind) -> list[Answer]:
    """All revisions that a person gave, in the order in which they were stored."""
    query = select(CheckAnswer).where(CheckAnswer.annotator_id.in_(ids_of(s, annotator_id)))
    if kinds:
        query = query.where(CheckAnswer.kind.in_(kinds))
    return [_record(row) for row in s.scalars(query.order_by(CheckAnswer.id))]


def own(s: Session, annotator_id: int, kind: CheckKind, target_id: int, attempt: int) -> Answer | None:
    """The newest answer that a person gave at one turn.

    Parameters
    ----------
    annotator_id : int
        The person.
    kind : CheckKind
        What the turn was.
    target_id : int
        Of the item, or of the ROI that was shown again.
    attempt : int
        Which time.
    """
    row = newest(s, annotator_id, kind, target_id, attempt)
    return None if row is None else _record(row)


def newest(
    s: Session, annotator_id: int, kind: CheckKind, target_id: int, attempt: int
) -> CheckAnswer | None:
    """The newest row of a turn; parameters are those of `own`."""
    column = CheckAnswer.roi_id if kind == "repeat" else CheckAnswer.item_id
    query = select(CheckAnswer).where(
        column == target_id,
        CheckAnswer.annotator_id.in_(ids_of(s, annotator_id)),
        CheckAnswer.attempt == attempt,
    )
    return s.scalars(query.order_by(CheckAnswer.id.desc()).limit(1)).first()


def latest(answers: Iterable[Answer]) -> list[Answer]:
    """The newest revision of each turn, in the order of the first ones."""
    newest: dict[tuple[object, ...], Answer] = {}
    for one in answers:
        newest[one.annotator_id, one.item_id, one.roi_id, one.attempt] = one
    return list(newest.values())


def repeats(s: Session, votes: VotesUsed = "all") -> dict[int, Pairs]:
    """By person, their votes on ROIs that they were shown again.

    The first of a pair is the newest rating before the ROI was shown again; ROIs that do not count enter too,
    for it is the person who is looked at.

    Parameters
    ----------
    votes : {"all", "unassisted"}
        The latter leaves pairs out of which either was given after a prediction was seen.
    """
    query = select(CheckAnswer).where(CheckAnswer.kind == "repeat").order_by(CheckAnswer.id)
    if votes == "unassisted":
        query = query.where(CheckAnswer.prefill.in_(_UNASSISTED))
    newest: dict[tuple[int, int | None, int], CheckAnswer] = {}
    for row in s.scalars(query):
        newest[row.annotator_id, row.roi_id, row.attempt] = row
    if not newest:
        return {}
    persons = annotators.persons(s, {row.annotator_id for row in newest.values()})
    given: dict[tuple[int, int], list[tuple[datetime, str, tuple[int, ...]]]] = defaultdict(list)
    first = select(Rating.annotator_id, Rating.roi_id, Rating.submitted_at, Rating.prefill, *VOTE_COLUMNS)
    again = select(CheckAnswer.roi_id).where(CheckAnswer.kind == "repeat")
    wanted = first.where(
        Rating.kind == "rating", Rating.annotator_id.in_(set(persons.values())), Rating.roi_id.in_(again)
    )
    for one in s.execute(wanted.order_by(Rating.revision)):
        given[one[0], one[1]].append((one[2], one[3], tuple(one[4:])))
    pairs: dict[int, list[tuple[tuple[int, ...], Votes]]] = defaultdict(list)
    for answer in newest.values():
        person = persons[answer.annotator_id]
        before = [told for told in given[person, answer.roi_id or 0] if told[0] <= answer.submitted_at]
        if before and (votes == "all" or before[-1][1] in _UNASSISTED):
            pairs[person].append((before[-1][2], _votes(answer)))
    return {
        person: (
            np.array([one for one, _ in found], dtype=np.int64),
            np.array([two for _, two in found], dtype=np.int64),
        )
        for person, found in pairs.items()
    }


def next_attempts(s: Session, annotator_id: int) -> dict[int, int]:
    """By ROI that a person was, or is to be, shown again: the number of the next time."""
    ids = ids_of(s, annotator_id)
    found: dict[int, int] = {}
    for table in (CheckAnswer, RepeatRequest):
        query = select(table.roi_id, func.max(table.attempt)).where(table.annotator_id.in_(ids))
        for roi_id, last in s.execute(query.group_by(table.roi_id)):
            if roi_id is not None:
                found[roi_id] = max(found.get(roi_id, 1), last + 1)
    return found


def _votes(row: CheckAnswer) -> Votes:
    return Votes(*(getattr(row, name) for name in SCALE_NAMES))


def _record(row: CheckAnswer) -> Answer:
    return Answer(
        row.id,
        row.uid,
        cast(CheckKind, row.kind),
        row.item_id,
        row.roi_id,
        row.annotator_id,
        row.attempt,
        row.revision,
        _votes(row),
        row.submitted_at,
    )
