"""Who may do what: the one rule, asked by every operation that writes, and by what a window shows.

Annotators rate, and mark where the project lets them; leads do the rest. As long as nobody leads a
project, everybody who signs in may do everything, as in projects of older versions. A program that acts
for nobody (`Store.acting` is None), such as a script or a job's process, may do everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from annotation_db.database.schema import Annotator, LeadPassphrase, Project
from annotation_db.errors import Refused
from annotation_db.rating import annotators
from annotation_db.records import Actor, Role


class Action(StrEnum):
    """What can be done to a project."""

    RATE = "rate"
    MARK = "mark"
    """Add ROIs, and withdraw those that one added oneself."""
    IMPORT = "import"
    PICTURES = "pictures"
    """Withdraw pictures and others' ROIs, find pictures again."""
    ASSIGN = "assign"
    PEOPLE = "people"
    """Add, exclude and merge annotators, set roles, exclude ratings."""
    LABEL = "label"
    """Compute, compare and delete label runs."""
    EXPORT = "export"
    REVIEW = "review"
    """See what others gave."""
    MODELS = "models"
    """Predict, fit, choose what is shown of predictions."""
    SETTINGS = "settings"
    BACKUP = "backup"


ROLES: Final[MappingProxyType[Action, Role]] = MappingProxyType(
    {action: "annotator" if action in (Action.RATE, Action.MARK) else "lead" for action in Action}
)
"""Which role an action needs at least; marking needs a lead where the project says so."""

_WORDS: Final = {
    Action.RATE: "Rating",
    Action.MARK: "Marking ROIs",
    Action.IMPORT: "Importing",
    Action.PICTURES: "Withdrawing pictures and the ROIs of others",
    Action.ASSIGN: "Handing out ROIs",
    Action.PEOPLE: "Deciding about annotators and their ratings",
    Action.LABEL: "Computing and changing labels",
    Action.EXPORT: "Exporting",
    Action.REVIEW: "Seeing what others gave",
    Action.MODELS: "Working with models",
    Action.SETTINGS: "Changing the project's settings",
    Action.BACKUP: "Making backups",
}


class NotAllowed(Refused):
    """Whoever acts may not do this; the sentence says who may."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How whoever acts stands in a project."""

    role: Role
    """Under which they act now."""
    locked: bool
    """They are a lead, or the command line, and the lead's passphrase is set and was not given."""
    led: bool
    """Whether the project has a lead."""
    guarded: bool
    """Whether a passphrase of the lead is set."""
    allowed: frozenset[Action]


def is_led(s: Session) -> bool:
    """Whether somebody leads the project; simulated annotators and second names do not count."""
    lead = exists().where(Annotator.role == "lead", ~Annotator.simulated, ~annotators.is_merged())
    return bool(s.scalar(select(lead)))


def standing(s: Session, actor: Actor | None = None) -> Standing:
    """How somebody stands; whoever the session acts for, if nobody is given."""
    actor = actor if actor is not None else s.info.get("acting")
    led, lock = is_led(s), s.scalar(select(LeadPassphrase.hash)) or ""
    claims = actor is None or actor.annotator_id is None or not led
    if actor is not None and actor.annotator_id is not None and led:
        claims = annotators.current(s, actor.annotator_id).role == "lead"
    locked = claims and actor is not None and lock not in ("", actor.proof)
    role: Role = "lead" if claims and not locked else "annotator"
    return Standing(role, locked, led, bool(lock), _allowed(s, role))


def require(s: Session, action: Action) -> None:
    """Refuse what whoever the session acts for may not do.

    Raises
    ------
    NotAllowed
        With a sentence that says what, who may, and what to do.
    """
    actor: Actor | None = s.info.get("acting")
    if actor is None or action is Action.RATE:
        return
    found = standing(s)
    if action in found.allowed:
        return
    what = _WORDS[action]
    if found.locked:
        advice = "sign in as a lead once more"
        if actor.ask is not None:  # at the command line
            advice = "give it in a terminal, or in SEAGULL_STUDIO_PASSPHRASE"
        raise NotAllowed(
            f"{what} is for leads, and the lead's passphrase was not given, or is another one by now; "
            f"{advice}."
        )
    raise NotAllowed(f"{what} is for leads, and {actor.name} is an annotator; ask a lead of this project.")


def require_for_roi(s: Session, created_by: str) -> None:
    """Refuse to withdraw or bring back a ROI that is not one's own, as `require` does."""
    actor: Actor | None = s.info.get("acting")
    own = actor is not None and actor.name == created_by
    require(s, Action.MARK if own else Action.PICTURES)


def _allowed(s: Session, role: Role) -> frozenset[Action]:
    if role == "lead":
        return frozenset(Action)
    allowed = {action for action, needed in ROLES.items() if needed == "annotator"}
    if s.scalars(select(Project.who_may_mark)).one() == "leads":
        allowed.discard(Action.MARK)
    return frozenset(allowed)
