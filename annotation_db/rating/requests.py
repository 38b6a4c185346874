"""Requests for more ratings that are taken back, those that are still waited for, and what is finished."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, bindparam, exists, func, select, update
from sqlalchemy.orm import Session

from annotation_db.database import audit
from annotation_db.database.schema import Audit, Place, Roi
from annotation_db.errors import NotFound, Refused
from annotation_db.rating.place_balance import lock, rebalance
from annotation_db.rating.places import server_time

ASKED: Final = "place.more"
"""Action of a request in the audit trail (see `assignments.ask_for_more`)."""
TAKEN_BACK: Final = "place.more.undo"
SETTLED: Final = timedelta(days=1)
"""Age from which a rating may be compared with its label, if the lead turned feedback on."""
_DONE: Final = ("rated", "closed")
"""States of places of which no rating is to come."""


def take_back(s: Session, entry_id: int, who: str) -> int:
    """Undo a request. Ratings that were given since stay and count.

    Parameters
    ----------
    entry_id : int
        Of the request in the audit trail.

    Returns
    -------
    int
        ROIs of which fewer ratings are wanted now.

    Raises
    ------
    NotFound
        If there is no such request.
    Refused
        If it was taken back already.
    """
    entry = s.get(Audit, entry_id, with_for_update=True)
    if entry is None or entry.action != ASKED:
        raise NotFound(f"There is no request number {entry_id} in this project's audit trail.")
    if entry_id in undone(s):
        raise Refused("This request was taken back already; there is nothing to do.")
    chosen: list[int] = entry.detail["rois"]
    # Versions before kept only how many were asked for.
    raised: list[int] = entry.detail.get("raised", [entry.detail["more"]] * len(chosen))
    lock(s, chosen)
    least = func.max if s.get_bind().dialect.name == "sqlite" else func.greatest
    lowered = update(Roi).where(Roi.id == bindparam("roi"))
    lowered = lowered.values(raters_more=least(Roi.raters_more - bindparam("n"), 0))
    if chosen:
        rows = [{"roi": roi_id, "n": n} for roi_id, n in zip(chosen, raised, strict=True)]
        s.connection().execute(lowered, rows)
    rebalance(s, chosen)
    audit.record(s, who, TAKEN_BACK, "project", {"request": entry_id, "rois": chosen})
    return len(chosen)


def undone(s: Session) -> frozenset[int]:
    """The entries of the audit trail whose requests were taken back."""
    details = s.scalars(select(Audit.detail).where(Audit.action == TAKEN_BACK))
    return frozenset(detail["request"] for detail in details)


def waiting(s: Session) -> dict[int, int]:
    """By ROI id, the ratings that are wanted and not given yet; ROIs without any are left out."""
    query = select(Place.roi_id, func.count()).where(Place.state.not_in(_DONE))
    return {row[0]: row[1] for row in s.execute(query.group_by(Place.roi_id))}


def is_finished() -> ColumnElement[bool]:
    """SQL: this ROI is rated, and none of its wanted ratings is missing."""
    of_roi = Place.roi_id == Roi.id
    rated, missing = exists().where(of_roi, Place.state == "rated"), Place.state.not_in(_DONE)
    return rated & ~exists().where(of_roi, missing)


def settled_before(s: Session) -> datetime:
    """Ratings from before this moment may be compared with their labels, and are not corrected any more.

    Of a younger one nothing is told, so that going back to it is the same whether or not its ROI is finished
    by now, and whether or not it was a check: what differed there would tell checks apart.
    """
    return server_time(s) - SETTLED


def least_loaded(s: Session, annotator_ids: Sequence[int]) -> list[int]:
    """These annotators, who has the fewest ratings to give first; equal ones in the order given."""
    mine = Place.annotator_id.in_(annotator_ids) & Place.state.not_in(_DONE)
    query = select(Place.annotator_id, func.count()).where(mine).group_by(Place.annotator_id)
    load = {row[0]: row[1] for row in s.execute(query)}
    return sorted(annotator_ids, key=lambda one: load.get(one, 0))


def has_place(s: Session, roi_id: int, annotator_id: int) -> bool:
    """Whether this annotator has rated a ROI, or is to rate it."""
    theirs = exists().where(Place.roi_id == roi_id, Place.annotator_id == annotator_id)
    return bool(s.scalar(select(theirs)))
