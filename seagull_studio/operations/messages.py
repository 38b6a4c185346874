"""Messages of leads to annotators: written, shown to whoever they are to, and read."""

from __future__ import annotations

from annotation_db.database.store import Store
from annotation_db.database.transactions import transact, transact_read
from annotation_db.rating import annotators, messages
from annotation_db.rating.permissions import Action
from annotation_db.records import MessageRecord
from seagull_studio.operations.acting import allow


def write(store: Store, name: str, text: str, who: str) -> MessageRecord:
    """Leave a message for the annotator of this name.

    Parameters
    ----------
    name : str
        Whom it is for.
    text : str
        Plain text; not empty.
    who : str
        Who does it, for the audit trail.

    Raises
    ------
    NotFound, Refused
        As `annotation_db.rating.messages.write`.
    """
    allow(store, Action.PEOPLE)
    return transact(
        store, lambda session: messages.write(session, annotators.find(session, name).id, text, who), who=who
    )


def listing(store: Store) -> tuple[MessageRecord, ...]:
    """All messages, oldest first."""
    allow(store, Action.REVIEW)
    return transact_read(store, lambda session: tuple(messages.list_all(session)))


def unread(store: Store) -> tuple[MessageRecord, ...]:
    """What whoever sits at the window has not read yet, oldest first."""
    actor = store.acting
    if actor is None or actor.annotator_id is None:
        return ()
    annotator_id = actor.annotator_id
    return transact_read(store, lambda session: tuple(messages.unread(session, annotator_id)))


def acknowledge(store: Store, message_id: int) -> None:
    """Whoever sits at the window has read this message; raises as `annotation_db.rating.messages`."""
    allow(store, Action.RATE)
    actor = store.acting
    if actor is None or actor.annotator_id is None:
        return  # somebody else sits there by now, or nobody
    annotator_id = actor.annotator_id
    transact(
        store,
        lambda session: messages.acknowledge(session, message_id, annotator_id),
        who=actor.name,
        repeatable=True,
    )
