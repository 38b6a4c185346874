"""Which turns of an annotator are checks: gold items and repeats among the real ROIs.

Before the ROI that comes after `n` real ones there is slot `n`. What is in a slot is drawn from the
annotator's stored seed and `n` alone, so that it is the same after quitting, and ahead of time. A slot that
was answered is empty from then on.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from annotation_db.database import audit
from annotation_db.database.schema import Annotator, CheckAnswer, Project, Rating, RepeatRequest, Roi
from annotation_db.errors import Refused
from annotation_db.pictures.withdrawal import is_withdrawn
from annotation_db.rating import annotators, check_items, requests
from annotation_db.rating.check_answers import ids_of, next_attempts
from annotation_db.rating.check_items import Item
from annotation_db.rating.queue_order import mix64
from annotation_db.records import AnnotatorRecord, QueueProgress
from annotation_db.vocabulary.check_turn import CheckKind, CheckTurn

GAP: Final = 20
"""ROIs rated last, which are never shown again."""
_SALT: Final = 0x636865636B73
_WORD: Final = 2**64


class Known(NamedTuple):
    """What decides of the turns of one annotator, as it stands now."""

    gold_share: float
    repeat_share: float
    given: int
    """Gold items and repeats that they have answered."""
    asked: tuple[CheckTurn, ...]
    """Repeats that a lead asked for, in order."""
    gold: tuple[Item, ...]
    """Gold items that they have not answered, in the order in which they come."""
    answered: frozenset[int]
    """Slots."""

    @property
    def idle(self) -> bool:
        """Whether there is nothing to be checked by."""
        return not (self.asked or self.gold or self.repeat_share)


_CURRENT: Final = annotators.CURRENT.add_columns(
    or_(
        exists().where(or_(Project.qualification, Project.gold_share > 0, Project.repeat_share > 0)),
        exists().where(RepeatRequest.id.is_not(None)),
        exists().where(CheckAnswer.id.is_not(None)),
    )
)
"""Built once: every turn of an annotator asks this."""


def current(s: Session, annotator_id: int) -> tuple[AnnotatorRecord, bool]:
    """The person of this id, as `annotators.current`, and whether the project has any checks, or had.

    Where it has none, no turn has to look for them.
    """
    who, (in_use,) = annotators.current_and(s, annotator_id, _CURRENT)
    return who, bool(in_use)


def look(s: Session, annotator: AnnotatorRecord) -> Known:
    """Read what decides."""
    ids = ids_of(s, annotator.id)
    theirs = and_(CheckAnswer.annotator_id.in_(ids), CheckAnswer.kind.in_(("gold", "repeat")))
    project = s.get_one(Project, 1)
    rows = s.execute(
        select(CheckAnswer.slot, CheckAnswer.item_id).where(theirs, CheckAnswer.revision == 1)
    ).all()
    seen = {row[1] for row in rows}
    gold = check_items.standing(s, "gold") if project.gold_share else []
    left = [item for item in gold if item.id not in seen]
    left.sort(key=lambda item: mix64(annotator.order_seed ^ mix64(item.id)))
    return Known(
        project.gold_share,
        project.repeat_share,
        len(rows),
        _asked(s, ids),
        tuple(left),
        frozenset(row[0] for row in rows if row[0] is not None),
    )


def draws(seed: int, first: int, count: int) -> NDArray[np.float64]:
    """The numbers from 0 to 1 that decide of the slots from `first` on."""
    value = np.arange(first, first + count, dtype=np.uint64) ^ np.uint64(mix64((seed ^ _SALT) % _WORD))
    # `queue_order.mix64` of a whole column: an annotator may have twenty thousand ROIs ahead.
    value = value + np.uint64(0x9E3779B97F4A7C15)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (value ^ (value >> np.uint64(31))).astype(np.float64) / _WORD


def turn_id(check: CheckTurn) -> int:
    """The id that a window knows a check by, below 0; no ROI has such a one."""
    kinds: tuple[CheckKind, ...] = ("practice", "graded", "gold", "repeat")
    mixed = mix64(mix64(mix64(check.target_id) ^ check.attempt) ^ kinds.index(check.kind))
    return -1 - mixed % (2**30)


class Slots:
    """The checks in an annotator's next slots.

    Parameters
    ----------
    known : Known
    done : int
        Real ROIs that they have rated: the first slot.
    left : int
        Real ROIs that they may still rate.
    """

    def __init__(self, s: Session, annotator: AnnotatorRecord, known: Known, done: int, left: int) -> None:
        self._s = s
        self._annotator = annotator
        self._known = known
        self._done = done
        self._left = left
        self._rated: list[tuple[int, int, str]] | None = None
        self._attempts: dict[int, int] = {}
        self._told: frozenset[int] = frozenset()
        self._gold = 0
        self._taken: set[int] = set()
        self._asked = list(known.asked)

    def due(self, slot: int, avoid: Set[int], skipped: Set[int], keep: int | None) -> CheckTurn | None:
        """What is in a slot; called for one slot after the other.

        Parameters
        ----------
        avoid : set of int
            Pictures that come just before and after: their ROIs are not shown again here if others can be.
        skipped : set of int
            Ids (`turn_id`) of what was put off: it is left out.
        keep : int or None
            Of a repeat: the one that is in front already stays.
        """
        if slot in self._known.answered:
            return None
        if (asked := self.asked(slot, skipped)) is not None:
            return asked
        drawn = float(draws(self._annotator.order_seed, slot, 1)[0])
        if drawn < self._known.gold_share:
            return self._next_gold(slot, skipped)
        if drawn < self._known.gold_share + self._known.repeat_share and slot > GAP:
            return self._repeat(slot, avoid, skipped, keep)
        return None

    def asked(self, slot: int, skipped: Set[int]) -> CheckTurn | None:
        """The next repeat that a lead asked for."""
        for at, one in enumerate(self._asked):
            if turn_id(one) not in skipped:
                del self._asked[at]
                return replace(one, slot=slot)
        return None

    def count(self) -> int:
        """How many checks are still to come, as far as can be told ahead."""
        asked = len(self._known.asked)
        first, end = self._done, self._done + self._left
        for _ in range(asked):  # each takes a slot
            while first in self._known.answered:
                first += 1
            first += 1
        ahead = max(0, end - first)
        drawn = draws(self._annotator.order_seed, first, ahead)
        slots = np.arange(first, first + ahead)
        open_ = ~np.isin(slots, list(self._known.answered))
        gold = int((open_ & (drawn < self._known.gold_share)).sum())
        again = (drawn >= self._known.gold_share) & (
            drawn < self._known.gold_share + self._known.repeat_share
        )
        return asked + min(gold, len(self._known.gold)) + int((open_ & again & (slots > GAP)).sum())

    def _next_gold(self, slot: int, skipped: Set[int]) -> CheckTurn | None:
        while self._gold < len(self._known.gold):
            item = self._known.gold[self._gold]
            self._gold += 1
            turn = CheckTurn("gold", item.id, item.uid, 1, slot)
            if turn_id(turn) not in skipped:
                return turn
        return None

    def _repeat(self, slot: int, avoid: Set[int], skipped: Set[int], keep: int | None) -> CheckTurn | None:
        if self._rated is None:
            self._rated = _rated(self._s, self._annotator.id)
            self._attempts = next_attempts(self._s, self._annotator.id)
            self._told = _told(self._s)
        found = []
        for roi_id, image_id, uid in self._rated[: slot - GAP]:
            turn = CheckTurn("repeat", roi_id, uid, self._attempts.get(roi_id, 1), slot)
            known = turn_id(turn)
            if known == keep:
                self._taken.add(roi_id)
                return turn
            if roi_id not in self._taken | self._told and known not in skipped:
                drawn = mix64(self._annotator.order_seed ^ mix64(roi_id) ^ mix64(slot))
                found.append((turn.attempt, image_id in avoid, drawn, turn))
        if not found:
            return None
        turn = min(found, key=lambda one: one[:3])[3]
        self._taken.add(turn.target_id)
        return turn


def shown_progress(real: QueueProgress, known: Known, ahead: int) -> QueueProgress:
    """Progress with checks among it: what an annotator sees moves on alike after every turn."""
    return QueueProgress(real.done + known.given, real.open, real.available + ahead)


def ask_again(s: Session, annotator_id: int, count: int, who: str) -> int:
    """Ask for ROIs of an annotator to be shown to them again, at their next turns.

    Those that were shown again least often, and rated longest ago, come first.

    Returns
    -------
    int
        How many; fewer than `count` where there are not as many.

    Raises
    ------
    Refused
        If `count` is below 1, they have not rated enough yet, or there is no such ROI.
    """
    if count < 1:
        raise Refused(f"Ask for at least 1 repeat, not {count}.")
    person = annotators.get(s, annotator_id)
    # On a server the row is the lock: of two leads at once the second one asks for others.
    s.get_one(Annotator, annotator_id, with_for_update=True)
    rated = _rated(s, annotator_id)[:-GAP]
    if not rated:
        raise Refused(
            f"{person.name} has not rated more than {GAP} ROIs; the last {GAP} are never shown again, for "
            "they are still remembered."
        )
    attempts = next_attempts(s, annotator_id)
    passed = pending(s, annotator_id) | _told(s)
    order = sorted(
        (attempts.get(roi_id, 1), at, roi_id)
        for at, (roi_id, _, _) in enumerate(rated)
        if roi_id not in passed
    )[:count]
    if not order:
        raise Refused(
            f"No ROI of {person.name} is left to be shown again: not those that wait for it already, nor "
            "finished ones while annotators may see how they compare."
        )
    s.add_all(
        RepeatRequest(annotator_id=annotator_id, roi_id=roi_id, attempt=attempt, by=who)
        for attempt, _, roi_id in order
    )
    s.flush()
    detail = {"name": person.name, "rois": [roi_id for _, _, roi_id in order]}
    audit.record(s, who, "repeats.ask", f"annotator {annotator_id}", detail)
    return len(order)


def pending(s: Session, annotator_id: int) -> frozenset[int]:
    """ROIs that they are still to be shown again because a lead asked for it."""
    return frozenset(one.target_id for one in _asked(s, ids_of(s, annotator_id)))


def waiting(s: Session) -> dict[int, int]:
    """By person, the repeats that were asked for and are not given."""
    named = s.scalars(select(RepeatRequest.annotator_id).distinct()).all()
    counted = {one: len(pending(s, one)) for one in set(annotators.persons(s, named).values())}
    return {person: count for person, count in counted.items() if count}


def _asked(s: Session, ids: Sequence[int]) -> tuple[CheckTurn, ...]:
    """What was asked of a person, under whichever of their names, and is neither given nor withdrawn.

    Merges come and go: what counts is whether one of the names has answered, and has rated the ROI.
    """
    given = exists().where(
        CheckAnswer.kind == "repeat",
        CheckAnswer.roi_id == RepeatRequest.roi_id,
        CheckAnswer.annotator_id.in_(ids),
        CheckAnswer.attempt == RepeatRequest.attempt,
    )
    rated = exists().where(
        Rating.roi_id == RepeatRequest.roi_id, Rating.annotator_id.in_(ids), Rating.kind == "rating"
    )
    query = (
        select(RepeatRequest.roi_id, Roi.uid, RepeatRequest.attempt)
        .join(Roi, Roi.id == RepeatRequest.roi_id)
        .where(RepeatRequest.annotator_id.in_(ids), ~given, rated, ~is_withdrawn())
    )
    return tuple(
        CheckTurn("repeat", row[0], row[1], row[2]) for row in s.execute(query.order_by(RepeatRequest.id))
    )


def _told(s: Session) -> frozenset[int]:
    """ROIs whose labels those who rated them may see: shown again, they would say nothing."""
    if not s.get_one(Project, 1).feedback:
        return frozenset()
    return frozenset(s.scalars(select(Roi.id).where(requests.is_finished())))


def _rated(s: Session, annotator_id: int) -> list[tuple[int, int, str]]:
    """ROI, picture and uid of all that somebody rated and that still stands, in the order of rating."""
    query = (
        select(Roi.id, Roi.image_id, Roi.uid)
        .join(Rating, Rating.roi_id == Roi.id)
        .where(
            Rating.annotator_id == annotator_id,
            Rating.kind == "rating",
            Rating.revision == 1,
            ~is_withdrawn(),
        )
    )
    return [(row[0], row[1], row[2]) for row in s.execute(query.order_by(Rating.id))]
