"""What an annotator rated before, newest last, to be gone back to after a restart too."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotation_db.database.schema import CheckAnswer, CheckItem, Rating, Roi
from annotation_db.database.store import Store
from annotation_db.database.transactions import transact_read
from annotation_db.pictures.withdrawal import is_withdrawn
from annotation_db.rating import annotators, assignments, check_answers
from annotation_db.records import QueueEntry
from annotation_db.vocabulary.check_turn import CheckTurn
from seagull_studio.operations import checks


def last_rated(store: Store, annotator_id: int, limit: int) -> tuple[QueueEntry, ...]:
    """The ROIs that somebody rated last, in their order; a corrected one where it was corrected.

    Checks among real ROIs are there as they were among the turns: what is missing would tell them apart.

    Parameters
    ----------
    limit : int
        At most so many.
    """

    def work(s: Session) -> tuple[QueueEntry, ...]:
        person = annotators.person(s, annotator_id)
        given: list[tuple[datetime, int | CheckTurn]] = [*_rois(s, person, limit), *_checks(s, person, limit)]
        newest = sorted(given, key=lambda one: one[0])[-limit:]
        rois = assignments.entries(s, person, [what for _, what in newest if isinstance(what, int)])
        found = (
            rois.get(what) if isinstance(what, int) else checks.entry(store, s, what) for _, what in newest
        )
        return tuple(entry for entry in found if entry is not None)

    return transact_read(store, work)


def _rois(s: Session, person: int, limit: int) -> list[tuple[datetime, int]]:
    at = func.max(Rating.submitted_at)
    query = select(at, Rating.roi_id).join(Roi, Roi.id == Rating.roi_id)
    query = query.where(Rating.annotator_id == person, Rating.kind == "rating", ~is_withdrawn())
    rows = s.execute(query.group_by(Rating.roi_id).order_by(at.desc()).limit(limit))
    return [(row[0], row[1]) for row in rows]


def _checks(s: Session, person: int, limit: int) -> list[tuple[datetime, CheckTurn]]:
    """Gold and repeats; a qualification that has ended is not corrected any more."""
    target = func.coalesce(CheckAnswer.roi_id, CheckAnswer.item_id)
    uid = func.coalesce(Roi.uid, CheckItem.uid)
    at = func.max(CheckAnswer.submitted_at)
    turn = (CheckAnswer.kind, target, uid, CheckAnswer.attempt)
    query = (
        select(at, *turn, func.max(CheckAnswer.slot))
        .outerjoin(Roi, Roi.id == CheckAnswer.roi_id)
        .outerjoin(CheckItem, CheckItem.id == CheckAnswer.item_id)
        .where(
            CheckAnswer.annotator_id.in_(check_answers.ids_of(s, person)),
            CheckAnswer.kind.in_(("gold", "repeat")),
        )
    )
    rows = s.execute(query.group_by(*turn).order_by(at.desc()).limit(limit))
    return [(row[0], CheckTurn(*row[1:])) for row in rows]
