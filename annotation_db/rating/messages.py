"""What leads tell annotators, shown when those next sit down; who has read it, and when."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from annotation_db.database import audit
from annotation_db.database.schema import Message, now
from annotation_db.errors import NotFound, Refused
from annotation_db.rating import annotators
from annotation_db.records import MessageRecord

LONGEST: Final = 4000
"""Of a text, in characters."""


def write(s: Session, annotator_id: int, text: str, who: str) -> MessageRecord:
    """Leave a message for an annotator; of a merged one, for the person whose second name it is.

    Raises
    ------
    NotFound
        If there is no such annotator.
    Refused
        If there is nothing in it, it is too long, or the annotator is simulated.
    """
    person = annotators.current(s, annotator_id)
    said = text.strip()
    if not said:
        raise Refused("A message needs a text; write what they are to know.")
    if len(said) > LONGEST:
        raise Refused(f"A message has at most {LONGEST:,} characters, not {len(said):,}; say it shorter.")
    if "\0" in said:
        raise Refused("A message is text, and this holds a character that is none; write it anew.")
    if person.simulated:
        raise Refused(f"{person.name} is simulated and will never sit down; write to a person.")
    row = Message(annotator_id=person.id, text=said, by=who)
    s.add(row)
    s.flush()
    audit.record(s, who, "message.write", f"annotator {person.id}", {"message": row.id, "text": said})
    return _record(row, person.id)


def acknowledge(s: Session, message_id: int, annotator_id: int) -> MessageRecord:
    """Note that its annotator has read it; the first time counts.

    Raises
    ------
    NotFound
        If there is no such message.
    Refused
        If it is to somebody else.
    """
    row = s.get(Message, message_id, with_for_update=True)
    if row is None:
        raise NotFound(f"There is no message number {message_id} in this project.")
    person = annotators.person(s, row.annotator_id)
    if annotators.person(s, annotator_id) != person:
        raise Refused("This message is to somebody else; only they can say that they have read it.")
    if row.read_at is None:
        row.read_at = now()
        row.read_by = annotators.get(s, annotator_id).name
        s.flush()
    return _record(row, person)


def unread(s: Session, annotator_id: int) -> list[MessageRecord]:
    """What this annotator has not read yet, oldest first."""
    person = annotators.person(s, annotator_id)
    return [one for one in _list(s, _query().where(Message.read_at.is_(None))) if one.annotator_id == person]


def list_all(s: Session) -> list[MessageRecord]:
    """All messages, oldest first."""
    return _list(s, _query())


def _query() -> Select[Message]:
    return select(Message).order_by(Message.id)


def _list(s: Session, query: Select[Message]) -> list[MessageRecord]:
    rows = list(s.scalars(query))
    persons = annotators.persons(s, {row.annotator_id for row in rows})
    return [_record(row, persons[row.annotator_id]) for row in rows]


def _record(row: Message, person: int) -> MessageRecord:
    return MessageRecord(
        id=row.id,
        annotator_id=person,
        text=row.text,
        by=row.by,
        at=row.at,
        read_at=row.read_at,
        read_by=row.read_by,
    )
