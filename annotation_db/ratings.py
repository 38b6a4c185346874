"""Ratings: append-only. A correction is a new revision; nothing is overwritten or deleted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Select, and_, exists, func, insert, select
from sqlalchemy.orm import Session, aliased

from annotation_db.errors import NotFound, Refused
from annotation_db.records import NewRating, RatingKind, RatingRecord
from annotation_db.scales import SCALE_NAMES, Votes
from annotation_db.schema import Annotator, Assignment, Exclusion, Rating, Roi, now

VOTE_COLUMNS = tuple(getattr(Rating, name) for name in SCALE_NAMES)
"""The eight columns in the order of `scales.SCALE_NAMES`."""


def is_excluded() -> ColumnElement[bool]:
    """SQL: an exclusion of this very rating stands."""
    return exists().where(
        and_(Exclusion.kind == "rating", Exclusion.target_id == Rating.id, Exclusion.lifted_at.is_(None))
    )


def is_latest() -> ColumnElement[bool]:
    """SQL: no later revision of this rating exists."""
    later = aliased(Rating)
    return ~exists().where(
        and_(
            later.roi_id == Rating.roi_id,
            later.annotator_id == Rating.annotator_id,
            later.kind == Rating.kind,
            later.revision > Rating.revision,
        )
    )


def is_counting() -> ColumnElement[bool]:
    """SQL: a rating that labels are made of (methodology: latest, not practice, nothing excluded)."""
    apart = select(Exclusion.target_id).where(Exclusion.lifted_at.is_(None))
    return and_(
        Rating.kind == "rating",
        is_latest(),
        Rating.id.not_in(apart.where(Exclusion.kind == "rating")),
        Rating.annotator_id.not_in(apart.where(Exclusion.kind == "annotator")),
        Rating.roi_id.not_in(apart.where(Exclusion.kind == "roi")),
    )


def submit(
    s: Session,
    *,
    roi_id: int,
    annotator_id: int,
    votes: Votes | Sequence[int],
    kind: RatingKind = "rating",
    shown_at: datetime | None = None,
    duration_ms: int | None = None,
    origin: str = "window",
    submitted_at: datetime | None = None,
) -> RatingRecord:
    """Store one rating; a second one of the same annotator and ROI is a new revision.

    A rating hands its ROI to its annotator if that was not done before, so that no ROI is handed to
    more annotators than wanted.

    Parameters
    ----------
    votes : Votes
        Eight integers in the order of `scales.SCALE_NAMES`.
    shown_at, submitted_at : datetime, optional
        Aware; `submitted_at` is now if not given.
    duration_ms : int, optional
        Time the ROI was in front of the annotator, in milliseconds.

    Raises
    ------
    NotFound
        If there is no such ROI or annotator.
    Refused
        If a vote is off its scale or the ROI is withdrawn.
    """
    new = NewRating(
        roi_id=roi_id,
        annotator_id=annotator_id,
        votes=Votes(*votes) if len(votes) == len(SCALE_NAMES) else cast(Votes, votes),
        kind=kind,
        shown_at=shown_at,
        duration_ms=duration_ms,
        origin=origin,
        submitted_at=submitted_at,
    )
    (rating_id,) = submit_many(s, [new])
    return _record(s.get_one(Rating, rating_id), False)


def submit_many(s: Session, rows: Iterable[NewRating]) -> list[int]:
    """Store many ratings at once, under the rules of `submit`.

    Returns
    -------
    list of int
        Ids of the new ratings, in the order of `rows`.

    Raises
    ------
    NotFound, Refused
        As `submit`; then the caller's transaction must be given up.
    """
    new = list(rows)
    if not new:
        return []
    roi_ids = {row.roi_id for row in new}
    _check_targets(s, roi_ids, {row.annotator_id for row in new})
    revisions = _last_revisions(s, roi_ids)
    values: list[dict[str, object]] = []
    for row in new:
        key = (row.roi_id, row.annotator_id, row.kind)
        revisions[key] += 1
        values.append(_values(row, revisions[key]))
    _hand_out(s, new, roi_ids)
    if len(values) == 1:
        return [s.execute(insert(Rating).returning(Rating.id), values[0]).scalar_one()]
    statement = insert(Rating).returning(Rating.id, sort_by_parameter_order=True)
    return list(s.scalars(statement, values))


def latest(s: Session, roi_id: int, annotator_id: int, kind: RatingKind = "rating") -> RatingRecord | None:
    """An annotator's newest rating of a ROI."""
    found = history(s, roi_id, annotator_id, kind)
    return found[-1] if found else None


def history(s: Session, roi_id: int, annotator_id: int, kind: RatingKind = "rating") -> list[RatingRecord]:
    """All revisions of an annotator's rating of a ROI, oldest first."""
    query = _query().where(Rating.roi_id == roi_id, Rating.annotator_id == annotator_id, Rating.kind == kind)
    return _list(s, query.order_by(Rating.revision))


def get_many(s: Session, rating_ids: Iterable[int]) -> dict[int, RatingRecord]:
    """Several ratings by id, any revision; unknown ids are left out."""
    found: dict[int, RatingRecord] = {}
    for chunk in _chunks(rating_ids):
        found.update((rating.id, rating) for rating in _list(s, _query().where(Rating.id.in_(chunk))))
    return found


def counting(s: Session) -> dict[int, list[RatingRecord]]:
    """The ratings that labels are made of, by ROI; ROIs without any are left out."""
    by_roi: dict[int, list[RatingRecord]] = {}
    query = _query().where(is_counting()).order_by(Rating.roi_id, Rating.annotator_id)
    for rating in _list(s, query):
        by_roi.setdefault(rating.roi_id, []).append(rating)
    return by_roi


def of_annotator(s: Session, annotator_id: int) -> list[RatingRecord]:
    """An annotator's newest rating of each ROI (practice too), in the order they were submitted."""
    query = _query().where(Rating.annotator_id == annotator_id, is_latest())
    return _list(s, query.order_by(Rating.submitted_at, Rating.id))


def all_latest(s: Session, *, practice: bool = False) -> list[RatingRecord]:
    """Everyone's newest rating of each ROI, excluded ones too (and marked), by ROI and annotator."""
    query = _query().where(is_latest()).order_by(Rating.roi_id, Rating.annotator_id)
    return _list(s, query if practice else query.where(Rating.kind == "rating"))


def _check_targets(s: Session, roi_ids: set[int], annotator_ids: set[int]) -> None:
    gone = select(Exclusion.target_id).where(Exclusion.kind == "roi", Exclusion.lifted_at.is_(None))
    known: set[int] = set()
    for chunk in _chunks(roi_ids):
        # On a server the ROIs' rows are the lock under which revisions are numbered.
        query = select(Roi.id).where(Roi.id.in_(chunk)).order_by(Roi.id).with_for_update()
        known.update(s.scalars(query))
    for roi_id in sorted(roi_ids - known):
        raise NotFound(f"There is no ROI number {roi_id} in this project.")
    for roi_id in sorted(roi_ids.intersection(s.scalars(gone))):
        raise Refused(f"ROI number {roi_id} was withdrawn; restore it first, or rate another one.")
    people = s.scalars(select(Annotator.id))
    for annotator_id in sorted(annotator_ids.difference(people)):
        raise NotFound(f"There is no annotator number {annotator_id} in this project.")


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    """Ids in portions: databases limit the number of parameters of one statement."""
    listed = sorted(ids)
    for start in range(0, len(listed), 5000):
        yield listed[start : start + 5000]


def _last_revisions(s: Session, roi_ids: set[int]) -> Counter[tuple[int, int, str]]:
    last: Counter[tuple[int, int, str]] = Counter()
    for chunk in _chunks(roi_ids):
        query = (
            select(Rating.roi_id, Rating.annotator_id, Rating.kind, func.max(Rating.revision))
            .where(Rating.roi_id.in_(chunk))
            .group_by(Rating.roi_id, Rating.annotator_id, Rating.kind)
        )
        for roi_id, annotator_id, kind, revision in s.execute(query):
            last[roi_id, annotator_id, kind] = revision
    return last


def _hand_out(s: Session, new: Sequence[NewRating], roi_ids: set[int]) -> None:
    have: set[tuple[int, int, str]] = set()
    for chunk in _chunks(roi_ids):
        query = select(Assignment.roi_id, Assignment.annotator_id, Assignment.kind).where(
            Assignment.roi_id.in_(chunk)
        )
        have.update((row[0], row[1], row[2]) for row in s.execute(query))
    missing = {(row.roi_id, row.annotator_id, row.kind): None for row in new}
    rows = [
        {"roi_id": roi_id, "annotator_id": annotator_id, "kind": kind}
        for roi_id, annotator_id, kind in missing
        if (roi_id, annotator_id, kind) not in have
    ]
    if rows:
        s.execute(insert(Assignment), rows)


def _values(row: NewRating, revision: int) -> dict[str, object]:
    try:
        votes = Votes(*row.votes).checked()
    except (ValueError, TypeError) as error:
        raise Refused(f"This rating cannot be stored: {error}.") from error
    if row.kind not in ("rating", "practice"):
        raise Refused(f"A rating is of kind rating or practice, not {row.kind!r}.")
    if row.duration_ms is not None and row.duration_ms < 0:
        raise Refused(f"A rating cannot take {row.duration_ms} ms; give 0 or more.")
    return {
        "roi_id": row.roi_id,
        "annotator_id": row.annotator_id,
        "kind": row.kind,
        "revision": revision,
        "shown_at": row.shown_at,
        "submitted_at": row.submitted_at or now(),
        "duration_ms": row.duration_ms,
        "origin": row.origin,
        **votes._asdict(),
    }


def _query() -> Select[Rating, bool]:
    return select(Rating, is_excluded())


def _list(s: Session, query: Select[Rating, bool]) -> list[RatingRecord]:
    return [_record(row[0], row[1]) for row in s.execute(query)]


def _record(row: Rating, excluded: bool) -> RatingRecord:
    return RatingRecord(
        id=row.id,
        uid=row.uid,
        roi_id=row.roi_id,
        annotator_id=row.annotator_id,
        revision=row.revision,
        votes=Votes(*(getattr(row, name) for name in SCALE_NAMES)),
        kind=cast(RatingKind, row.kind),
        shown_at=row.shown_at,
        submitted_at=row.submitted_at,
        duration_ms=row.duration_ms,
        origin=row.origin,
        excluded=bool(excluded),
    )
