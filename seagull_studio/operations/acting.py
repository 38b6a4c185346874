"""Whom a program acts for, and what they may do; asked at the head of every operation that writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from annotation_db import project
from annotation_db.database import database_owner
from annotation_db.database.store import Store
from annotation_db.database.transactions import transact_read
from annotation_db.errors import Refused
from annotation_db.pictures import instructions
from annotation_db.pictures.instructions import Instructions
from annotation_db.rating import annotators, lead_passphrase, permissions
from annotation_db.rating.permissions import Action, Standing
from annotation_db.records import Actor, AnnotatorRecord
from annotation_db.settings import ProjectSettings


@dataclass(frozen=True, slots=True)
class Place:
    """Whoever sits at a window, and what the project lets them do."""

    actor: Actor
    annotator: AnnotatorRecord
    standing: Standing
    settings: ProjectSettings
    instructions: Instructions

    @property
    def leads(self) -> bool:
        """Whether what leads do is theirs."""
        return self.standing.role == "lead"

    @property
    def marks(self) -> bool:
        """Whether marking ROIs is theirs."""
        return Action.MARK in self.standing.allowed


def allow(store: Store, action: Action) -> None:
    """Refuse what whoever the store acts for may not do, before any work is done.

    Raises
    ------
    NotAllowed
        As `annotation_db.rating.permissions.require`.
    """
    actor = store.acting
    if actor is None or action is Action.RATE:
        return
    found = transact_read(store, permissions.standing)
    if found.locked and action not in found.allowed and actor.ask is not None:
        given = actor.ask()
        if given is not None:
            unlock(store, given)
    transact_read(store, lambda session: permissions.require(session, action))


def act_at_command_line(store: Store, who: str, *, named: bool, ask: Callable[[], str | None]) -> None:
    """From now on the store acts for a person at the command line.

    Parameters
    ----------
    who : str
        An annotator of the project, where `named`; else any name, of somebody who acts as a lead.
    named : bool
        Whether they act as the annotator of that name, with what that one may do.
    ask : callable
        Gives the lead's passphrase when an action needs it; None where nobody can be asked.

    Raises
    ------
    NotFound
        If `who` is to be an annotator and is none.
    """
    if not named:
        store.acting = Actor(who, ask=ask)
        return
    person = transact_read(store, lambda session: annotators.find(session, who))
    store.acting = Actor(person.name, person.id, ask=ask)


def sit_down(store: Store, annotator: AnnotatorRecord, proof: str = "") -> Place:
    """From now on the store acts for this annotator; who they are and what they may do.

    Parameters
    ----------
    proof : str
        As `unlock` gave it to a lead; "" for whoever gave no passphrase.
    """
    store.acting = Actor(annotator.name, annotator.id, proof)
    found = place(store)
    assert found is not None  # somebody sits there
    return found


def is_guarded(store: Store, annotator: AnnotatorRecord) -> bool:
    """Whether this annotator must give the lead's passphrase to act as a lead."""
    return transact_read(
        store, lambda session: permissions.standing(session, Actor(annotator.name, annotator.id)).locked
    )


def place(store: Store) -> Place | None:
    """How the project stands now to whoever sits at the window; None while nobody does."""
    actor = store.acting
    if actor is None or actor.annotator_id is None:
        return None
    annotator_id = actor.annotator_id

    def read(session: Session) -> Place:
        return Place(
            actor,
            annotators.current(session, annotator_id),
            permissions.standing(session),
            project.settings(session),
            instructions.get(session),
        )

    return transact_read(store, read)


def prove(store: Store, passphrase: str) -> str:
    """Try the lead's passphrase for somebody who is about to sit down; raises as `unlock` does."""
    return lead_passphrase.prove(store, passphrase)


def unlock(store: Store, passphrase: str) -> str:
    """Try the lead's passphrase for whoever the store acts for; returns the proof.

    Raises
    ------
    WrongPassphrase
        As `annotation_db.rating.lead_passphrase.prove`.
    """
    proof = lead_passphrase.prove(store, passphrase)
    _prove(store, proof)
    return proof


def set_passphrase(store: Store, passphrase: str, who: str) -> str:
    """Set the lead's passphrase; "" takes it away. Whoever did that goes on without being asked for it.

    Returns
    -------
    str
        Their proof, "" after it was taken away.

    Raises
    ------
    Refused
        As `annotation_db.rating.lead_passphrase.set_new`.
    """
    allow(store, Action.SETTINGS)
    if passphrase:
        proof = lead_passphrase.set_new(store, passphrase, who)
    else:
        lead_passphrase.remove(store, who)
        proof = ""
    _prove(store, proof)
    return proof


def forget_passphrase(store: Store, who: str) -> None:
    """Take away a passphrase that nobody knows: for whoever owns the database itself.

    Raises
    ------
    Refused
        If that is somebody else on this machine, or on its server.
    """
    if not database_owner.is_mine(store):
        raise Refused(
            f"The passphrase can be taken away unasked only by whoever owns the database of "
            f"{store.location}; do this as that user of the machine or server."
        )
    lead_passphrase.remove(store, who, forgotten=True)


def _prove(store: Store, proof: str) -> None:
    if (actor := store.acting) is not None:
        store.acting = replace(actor, proof=proof)
