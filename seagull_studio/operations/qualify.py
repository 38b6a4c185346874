"""What a lead does about checks: make a set, see results, let somebody through, ask for repeats."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_db import project
from annotation_db.agreement import annotator_figures
from annotation_db.agreement.annotator_figures import Repeats
from annotation_db.database.schema import CheckAnswer
from annotation_db.database.store import Store
from annotation_db.database.transactions import transact, transact_read
from annotation_db.rating import annotators, check_answers, check_items, check_turns, qualification
from annotation_db.rating.check_items import ItemKind
from annotation_db.rating.permissions import Action
from annotation_db.rating.qualification import Attempt, Qualification
from annotation_db.records import AnnotatorRecord
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from annotation_db.vocabulary.scales import SCALE_NAMES
from seagull_studio.operations.acting import allow


@dataclass(frozen=True, slots=True)
class Checked:
    """What checks say of one annotator."""

    qualification: Qualification
    gold: int
    """Gold items answered."""
    gold_shares: Mapping[str, float]
    """By scale, the share of them within the tolerance; empty without one."""
    repeats: Mapping[str, Repeats] | None
    asked: int
    """Repeats that were asked for and are not given yet."""

    def as_json(self) -> dict[str, Any]:
        """As it stands in ``qualify --json``."""
        through = self.qualification.let_through
        return {
            "state": self.qualification.state,
            "attempts": [_attempt(one) for one in self.qualification.attempts],
            "let_through": None
            if through is None
            else {"reason": through.reason, "by": through.by, "at": through.at.isoformat()},
            "gold": {"answered": self.gold, "within": dict(self.gold_shares) or None},
            "repeats": None if self.repeats is None else {k: asdict(v) for k, v in self.repeats.items()},
            "repeats_asked": self.asked,
        }


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """The set in force, and how everybody stands."""

    qualification: bool
    attempts: int
    marks: Mapping[str, float]
    """By scale."""
    set_number: int | None
    items: Mapping[str, int]
    """By kind, items of the set."""
    people: tuple[tuple[AnnotatorRecord, Checked], ...]

    def as_json(self) -> dict[str, Any]:
        """What ``qualify --json`` prints."""
        return {
            "qualification": self.qualification,
            "attempts": self.attempts,
            "pass": dict(self.marks),
            "tolerance": qualification.TOLERANCE,
            "set": self.set_number,
            "items": dict(self.items),
            "annotators": [{"annotator": one.name, **checked.as_json()} for one, checked in self.people],
        }


def make_set(
    store: Store,
    who: str,
    sizes: Mapping[ItemKind, int] | None = None,
    seed: int | None = None,
    *,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> int:
    """Make a set of check items in the place of the one before; its number.

    Parameters
    ----------
    sizes : mapping, optional
        By kind, how many items; `check_sets.SIZES` where nothing is said.
    seed : int, optional
        The project's, where none is given.

    Raises
    ------
    Refused
        If there is nothing in it.
    Cancelled
        If `cancelled` said so.
    """
    allow(store, Action.SETTINGS)
    from seagull_studio.operations import check_sets

    drawn = transact_read(store, lambda s: project.get(s).seed) if seed is None else seed
    items = check_sets.make(
        {**check_sets.SIZES, **(sizes or {})}, drawn, progress=progress, cancelled=cancelled
    )
    return transact(store, lambda s: check_items.store_set(s, items, who), who=who)


def make_missing(store: Store, who: str, changes: Mapping[str, Any]) -> None:
    """Make a set if these settings are about to need one, and there is none."""
    if changes.get("qualification") or changes.get("gold_share"):
        there = transact_read(store, lambda s: bool(check_items.standing(s)))
        if not there:
            make_set(store, who)


def facts(store: Store) -> CheckFacts:
    """The set in force, and how everybody stands."""
    allow(store, Action.REVIEW)

    def read(s: Session) -> CheckFacts:
        settings = project.settings(s)
        items = check_items.standing(s)
        people = annotators.list_all(s)
        found = checked(s, people)
        kinds = [item.kind for item in items]
        return CheckFacts(
            settings.qualification,
            settings.qualification_attempts,
            {name: getattr(settings, f"pass_{name}") for name in SCALE_NAMES},
            items[0].set_number if items else None,
            {kind: kinds.count(kind) for kind in ("practice", "graded", "gold")},
            tuple((one, found[one.id]) for one in people),
        )

    return transact_read(store, read)


def checked(s: Session, people: list[AnnotatorRecord]) -> dict[int, Checked]:
    """By annotator, what checks say of them."""
    items = check_items.by_id(s)
    pairs = check_answers.repeats(s)
    waiting = check_turns.waiting(s)
    gold: dict[int, list[tuple[tuple[int, ...], tuple[int, ...]]]] = defaultdict(list)
    answered = set(s.scalars(select(CheckAnswer.annotator_id).where(CheckAnswer.kind == "gold").distinct()))
    persons = annotators.persons(s, answered)
    for person in set(persons.values()):
        for one in check_answers.latest(check_answers.of_person(s, person, "gold")):
            gold[person].append((tuple(one.votes), items[one.item_id or 0].expected))
    return {
        one.id: Checked(
            qualification.look(s, one),
            len(gold[one.id]),
            qualification.shares(gold[one.id]),
            annotator_figures.repeats(*pairs[one.id]) if one.id in pairs else None,
            waiting.get(one.id, 0),
        )
        for one in people
    }


def let_through(store: Store, name: str, reason: str, who: str) -> AnnotatorRecord:
    """Let somebody rate who has not passed; raises as `qualification.let_through`.

    Parameters
    ----------
    name : str
        Of the annotator.
    reason : str
        Why; not empty.
    who : str
        Who does it, for the audit trail.
    """
    allow(store, Action.PEOPLE)

    def work(s: Session) -> AnnotatorRecord:
        person = annotators.find(s, name)
        qualification.let_through(s, person.id, reason=reason, who=who)
        return person

    return transact(store, work, who=who)


def lift(store: Store, name: str, who: str) -> AnnotatorRecord:
    """Let the test decide again; raises as `qualification.lift`."""
    allow(store, Action.PEOPLE)

    def work(s: Session) -> AnnotatorRecord:
        person = annotators.find(s, name)
        qualification.lift(s, person.id, who=who)
        return person

    return transact(store, work, who=who)


def ask_again(store: Store, name: str, count: int, who: str) -> int:
    """Ask for ROIs of an annotator again, at once; raises as `check_turns.ask_again`.

    Parameters
    ----------
    name : str
        Of the annotator.
    count : int
        How many ROIs, at least 1.
    who : str
        Who does it, for the audit trail.

    Returns
    -------
    int
        How many are asked for.
    """
    allow(store, Action.ASSIGN)
    return transact(
        store,
        lambda s: check_turns.ask_again(s, annotators.find(s, name).id, count, who),
        who=who,
    )


def _attempt(one: Attempt) -> dict[str, Any]:
    return {
        "set": one.set_number,
        "attempt": one.number,
        "answered": one.answered,
        "graded": one.graded,
        "finished": one.finished,
        "passed": one.passed if one.finished else None,
        "within": dict(one.shares) or None,
        "missed": list(one.missed),
        "ended_at": None if one.ended_at is None else one.ended_at.isoformat(),
    }
