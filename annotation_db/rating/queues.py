"""One annotator's queue as a program remembers it: read once, and corrected by what has changed since.

It comes to the same as looking at every ROI anew: what may stand differently is told by the database
itself (`place_changes`), and looked at by the very conditions of `places`. A lease that runs out is
nobody's change, so the times when that happens are remembered too.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from annotation_db.database import place_changes, plain_rows
from annotation_db.database.schema import Place, Roi
from annotation_db.pictures.withdrawal import is_withdrawn
from annotation_db.rating.places import is_offered, is_owed, is_rated_by, server_time
from annotation_db.rating.queue_order import Candidate, Ordered, draw_next, random_key

_PORTION: Final = 500
_ANNOTATOR: Final = bindparam("annotator", type_=Roi.id.type)
_AT: Final = bindparam("at", type_=Place.lease_until.type)
_LEASE: Final = (
    select(func.min(Place.lease_until))
    .where(Place.roi_id == Roi.id, Place.state == "claimed", Place.lease_until > _AT)
    .scalar_subquery()
)
_STANDING: Final = select(
    Roi.id,
    Roi.image_id,
    is_owed(_ANNOTATOR).label("owed"),
    is_offered(_ANNOTATOR, _AT).label("offered"),
    (is_rated_by(_ANNOTATOR) & ~is_withdrawn()).label("done"),
    _LEASE.label("lease"),
)
_SOME: Final = _STANDING.where(Roi.id.in_(bindparam("rois", expanding=True)))


class _Standing(NamedTuple):
    """How a ROI stands for the annotator."""

    place: Ordered | None
    """Its place in the queue, if it is in it."""
    done: bool


class Queue:
    """What one annotator is to rate, in order, and how much there is of it.

    It belongs to one `Store`, and is used in transactions that only read.

    Parameters
    ----------
    annotator_id : int
    seed : int
        The annotator's own, of the order.
    """

    def __init__(self, annotator_id: int, seed: int) -> None:
        self.annotator_id = annotator_id
        self._key = random_key(seed)
        self._turn: int | None = None
        self._left: list[Ordered] = []
        self._per_image: Counter[int] = Counter()
        self._standing: dict[int, _Standing] = {}
        self._leases: dict[int, datetime] = {}
        self.done = 0
        """ROIs that the annotator has rated; withdrawn ones do not enter."""
        self.owed = 0
        """ROIs that they hold and have not rated."""

    @property
    def offered(self) -> int:
        """ROIs that they may take."""
        return len(self._left) - self.owed

    def look(self, s: Session) -> None:
        """Bring everything up to date."""
        at = server_time(s)
        turn, changed = place_changes.changed_since(s, self._turn)
        given = {"annotator": self.annotator_id, "at": at}
        if changed is None:
            self._begin(plain_rows.run(s, _STANDING, given).all())
        else:
            due = {roi_id for roi_id, until in self._leases.items() if until <= at}
            some = sorted(changed | due)
            portions = [some[start : start + _PORTION] for start in range(0, len(some), _PORTION)]
            # All is read before anything is corrected: what breaks off in between leaves the queue whole.
            rows = [row for ids in portions for row in plain_rows.run(s, _SOME, {**given, "rois": ids})]
            self._correct(some, rows)
        self._turn = turn

    def up(self, after_image: int | None, limit: int, keep: int | None = None) -> list[Candidate]:
        """The next ROIs: `keep` first, if the annotator may rate it at all; then as `queue_order` says."""
        kept = self._standing[keep].place if keep in self._standing else None
        if kept is None:
            return draw_next(self._left, self._per_image, after_image, limit)
        last = kept.candidate.image_id
        return [kept.candidate, *draw_next(self._left, self._per_image, last, limit - 1, without=kept)]

    def _begin(self, rows: Iterable[Sequence[Any]]) -> None:
        self._standing, self._leases, self._per_image = {}, {}, Counter()
        self.done = self.owed = 0
        for row in rows:
            self._enter(row)
        self._left = sorted(one.place for one in self._standing.values() if one.place is not None)

    def _correct(self, roi_ids: Sequence[int], rows: Iterable[Sequence[Any]]) -> None:
        for roi_id in roi_ids:
            self._leases.pop(roi_id, None)
            before = self._standing.pop(roi_id, None)
            if before is None:
                continue
            self.done -= before.done
            if before.place is not None:
                self._per_image[before.place.candidate.image_id] -= 1
                self.owed -= before.place.candidate.assigned
                del self._left[bisect_left(self._left, before.place)]
        for row in rows:
            place = self._enter(row)
            if place is not None:
                insort(self._left, place)

    def _enter(self, row: Sequence[Any]) -> Ordered | None:
        roi_id, image_id, owed, offered, done, lease = row
        place = None
        if owed or offered:
            place = Ordered(not owed, self._key(roi_id), Candidate(roi_id, image_id, bool(owed)))
            self._per_image[image_id] += 1
            self.owed += bool(owed)
        self.done += bool(done)
        self._standing[roi_id] = _Standing(place, bool(done))
        if lease is not None:
            self._leases[roi_id] = lease
        return place
