"""Whether an annotator may rate: a test on items with known answers, taken before the first ROI.

An attempt is all practice items, each told after it was rated, and then all graded ones, of which nothing
is told before the end. It is passed if on every scale the share of graded items on which the vote lies
within `TOLERANCE` levels of the expected one is at least the project's pass mark of that scale. What is
changed after the last graded item was answered does not enter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from annotation_db.database import audit
from annotation_db.database.schema import Annotator, LetThrough, Project, Rating, now
from annotation_db.errors import Refused
from annotation_db.rating import annotators, check_items
from annotation_db.rating.check_answers import Answer, ids_of, latest, of_person
from annotation_db.rating.check_items import Item
from annotation_db.records import AnnotatorRecord
from annotation_db.vocabulary.scales import SCALE_NAMES

TOLERANCE: Final = 1
"""Levels that a vote may lie beside what is expected."""
State = Literal["not needed", "under way", "passed", "failed", "let through"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at the test."""

    set_number: int
    number: int
    """Within the set, from 1."""
    answered: int
    """Graded items answered."""
    graded: int
    """Graded items of the set."""
    shares: Mapping[str, float]
    """By scale, the share of the graded items within the tolerance; empty before it is finished."""
    missed: tuple[str, ...]
    """Scales below their pass marks."""
    ended_at: datetime | None

    @property
    def finished(self) -> bool:
        return self.ended_at is not None

    @property
    def passed(self) -> bool:
        return self.finished and not self.missed


@dataclass(frozen=True, slots=True)
class LetThroughRecord:
    """Somebody who rates without having passed."""

    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Qualification:
    """How an annotator stands with the test."""

    state: State
    attempts: tuple[Attempt, ...]
    allowed: int
    """Attempts at one set."""
    let_through: LetThroughRecord | None = None

    @property
    def used(self) -> int:
        """Finished attempts at the newest set that was tried."""
        return sum(one.finished and one.set_number == self.attempts[-1].set_number for one in self.attempts)


def look(s: Session, annotator: AnnotatorRecord) -> Qualification:
    """How one annotator stands; leads and simulated annotators need no test, nor does whoever has rated.

    Attempts are judged by the marks of today: raised or lowered ones hold for who has not rated yet.
    """
    project = s.get_one(Project, 1)
    marks = {name: getattr(project, f"pass_{name}") for name in SCALE_NAMES}
    attempts = _attempts(s, annotator.id, marks)
    through = _standing_of(s, annotator.id)
    let = None if through is None else LetThroughRecord(through.reason, through.by, through.at)
    allowed = project.qualification_attempts

    def stands(state: State) -> Qualification:
        return Qualification(state, attempts, allowed, let)

    if any(one.passed for one in attempts):
        return stands("passed")
    if let is not None:
        return stands("let through")
    rated = exists().where(Rating.annotator_id == annotator.id, Rating.kind == "rating")
    graded = check_items.standing(s, "graded") if project.qualification else []
    if not graded or annotator.role == "lead" or annotator.simulated or s.scalar(select(rated)):
        return stands("not needed")
    used = sum(one.finished and one.set_number == graded[0].set_number for one in attempts)
    return stands("failed" if used >= allowed else "under way")


def under_way(s: Session, annotator: AnnotatorRecord, known: Qualification) -> tuple[int, list[Item], int]:
    """What is left of the attempt that an annotator is at.

    Returns
    -------
    tuple
        Its number, the items left in order, and how many it has in all.
    """
    items = check_items.standing(s, "practice", "graded")
    number = 1 + sum(one.finished and one.set_number == items[0].set_number for one in known.attempts)
    given = {one.item_id for one in of_person(s, annotator.id, "practice", "graded") if one.attempt == number}
    return number, [item for item in items if item.id not in given], len(items)


def let_through(s: Session, annotator_id: int, *, reason: str, who: str) -> None:
    """Let somebody rate who has not passed.

    Raises
    ------
    Refused
        If no reason is given, or they are let through already.
    """
    if not reason.strip():
        raise Refused("To let somebody through needs a reason; write why.")
    name = annotators.get(s, annotator_id).name
    # On a server the row is the lock: of two leads at once the second one is refused by a sentence.
    s.get_one(Annotator, annotator_id, with_for_update=True)
    if _standing_of(s, annotator_id) is not None:
        raise Refused(f"{name} is let through already; there is nothing to do.")
    s.add(LetThrough(annotator_id=annotator_id, reason=reason.strip(), by=who))
    s.flush()
    detail = {"name": name, "reason": reason.strip()}
    audit.record(s, who, "qualification.let_through", f"annotator {annotator_id}", detail)


def lift(s: Session, annotator_id: int, *, who: str) -> None:
    """Let the test decide again.

    Raises
    ------
    Refused
        If they are not let through.
    """
    name = annotators.get(s, annotator_id).name
    s.get_one(Annotator, annotator_id, with_for_update=True)
    standing = s.scalars(_standing(s, annotators.person(s, annotator_id))).all()
    if not standing:
        raise Refused(f"{name} is not let through; there is nothing to take back.")
    for row in standing:  # two names of one person may each have been
        row.lifted_at, row.lifted_by = now(), who
    s.flush()
    audit.record(s, who, "qualification.lift", f"annotator {annotator_id}", {"name": name})


def let_through_ids(s: Session) -> frozenset[int]:
    """The annotators who are let through: every name of whoever is."""
    named = s.scalars(select(LetThrough.annotator_id).where(LetThrough.lifted_at.is_(None))).all()
    people = set(annotators.persons(s, named).values())
    return frozenset(one for person in people for one in ids_of(s, person))


def within(votes: Sequence[int], expected: Sequence[int]) -> tuple[bool, ...]:
    """By scale, whether a vote lies within the tolerance."""
    return tuple(abs(vote - level) <= TOLERANCE for vote, level in zip(votes, expected, strict=True))


def shares(pairs: Sequence[tuple[Sequence[int], Sequence[int]]]) -> dict[str, float]:
    """By scale, the share of votes within the tolerance; empty without a vote.

    Parameters
    ----------
    pairs : sequence
        Votes and what was expected, eight each.
    """
    if not pairs:
        return {}
    told = [within(votes, expected) for votes, expected in pairs]
    return {name: sum(one[at] for one in told) / len(told) for at, name in enumerate(SCALE_NAMES)}


def _attempts(s: Session, annotator_id: int, marks: Mapping[str, float]) -> tuple[Attempt, ...]:
    given = of_person(s, annotator_id, "practice", "graded")
    if not given:
        return ()
    items = check_items.by_id(s)
    graded: dict[int, int] = defaultdict(int)
    for item in items.values():
        graded[item.set_number] += item.kind == "graded"
    # Two names of one person each began with their attempt 1: what was begun apart is told apart, in time.
    begun: dict[tuple[int, int, int], list[Answer]] = defaultdict(list)
    for one in given:
        begun[items[one.item_id or 0].set_number, one.annotator_id, one.attempt].append(one)
    found: list[Attempt] = []
    for key, answers in sorted(begun.items(), key=lambda one: (one[0][0], one[1][0].id)):
        number = 1 + sum(one.set_number == key[0] for one in found)
        found.append(_attempt((key[0], number), answers, graded[key[0]], items, marks))
    return tuple(found)


def _attempt(
    key: tuple[int, int],
    answers: Sequence[Answer],
    graded: int,
    items: Mapping[int, Item],
    marks: Mapping[str, float],
) -> Attempt:
    until: list[Answer] = []
    seen: set[int | None] = set()
    for one in answers:
        if one.kind == "graded":
            until.append(one)
            seen.add(one.item_id)
            if len(seen) == graded:
                break
    if len(seen) < graded or not until:
        return Attempt(*key, len(seen), graded, {}, (), None)
    found = shares([(one.votes, items[one.item_id or 0].expected) for one in latest(until)])
    missed = tuple(name for name, share in found.items() if share < marks[name])
    return Attempt(*key, len(seen), graded, found, missed, until[-1].submitted_at)


def _standing_of(s: Session, annotator_id: int) -> LetThrough | None:
    return s.scalars(_standing(s, annotator_id)).first()


def _standing(s: Session, annotator_id: int) -> Select[LetThrough]:
    ids = ids_of(s, annotator_id)
    return select(LetThrough).where(LetThrough.annotator_id.in_(ids), LetThrough.lifted_at.is_(None))
