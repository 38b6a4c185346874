"""Ratings: append-only. A correction is a new revision; nothing is overwritten or deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeVar, cast

from sqlalchemy import Select, bindparam, insert, select
from sqlalchemy.orm import Session

from annotation_db.database import content_hash, journal, journal_entries
from annotation_db.database.schema import Annotator, Prediction, Rating, Roi, new_uid, now
from annotation_db.errors import NotFound, Refused
from annotation_db.pictures.withdrawal import is_withdrawn
from annotation_db.rating import annotators
from annotation_db.rating.assistance import (
    ShownPrefill,
    checked_outcomes,
    is_own_opinion,
    most_assisted,
    outcomes_of,
)
from annotation_db.rating.place_balance import settle
from annotation_db.rating.rating_rules import is_counting, is_excluded, is_latest
from annotation_db.records import NewRating, Outcome, PrefillMode, RatingKind, RatingRecord, VotesUsed
from annotation_db.vocabulary.scales import SCALE_NAMES, Votes

K = TypeVar("K", int, str)

_PORTION: Final = 5000
VOTE_COLUMNS = tuple(getattr(Rating, name) for name in SCALE_NAMES)
"""The eight columns in the order of `scales.SCALE_NAMES`."""


def submit(s: Session, new: NewRating) -> RatingRecord:
    """Store one rating; a second one of the same annotator and ROI is a new revision.

    A rating fills its annotator's place. Where they hold none, it takes a free one, so that no ROI is
    handed to more annotators than wanted; where there is none, it is an extra, and counts all the
    same.

    Parameters
    ----------
    new : NewRating
        With a uid, of a rating that is there already that one is returned. A revision keeps what was shown
        before it: an assisted rating stays assisted.

    Raises
    ------
    NotFound
        If there is no such ROI, annotator or prediction.
    Refused
        If a vote is off its scale, the ROI is withdrawn, the prediction is of another ROI, or another
        rating has this uid.
    """
    (rating_id,) = submit_many(s, [new])
    stored = _record(s.get_one(Rating, rating_id), False)
    journal.note(s, journal_entries.of_rating(s, stored))
    return stored


def submit_many(s: Session, rows: Iterable[NewRating]) -> list[int]:
    """Store many ratings at once, under the rules of `submit`.

    Returns
    -------
    list of int
        Ids of the ratings, in the order of `rows`.

    Raises
    ------
    NotFound, Refused
        As `submit`; then the caller's transaction must be given up.
    """
    given = _of_persons(s, list(rows))
    there = _there(s, given)
    new = [row for row in given if row.uid not in there]
    ids = iter(_store(s, new) if new else [])
    return [there[row.uid] if row.uid in there else next(ids) for row in given]


def _of_persons(s: Session, rows: list[NewRating]) -> list[NewRating]:
    """The same rows; what somebody rates under a name that was merged is the rating of the one person."""
    annotator_ids = {row.annotator_id for row in rows}
    # Held until the rating is stored: who is being excluded, or merged, is so before or after it.
    _hold_annotators(s, annotator_ids)
    persons = annotators.persons(s, annotator_ids)
    others = set(persons.values()) - annotator_ids
    if all(person == annotator_id for annotator_id, person in persons.items()):
        return rows
    _hold_annotators(s, others)
    return [replace(row, annotator_id=persons[row.annotator_id]) for row in rows]


def _store(s: Session, new: list[NewRating]) -> list[int]:
    roi_ids = {row.roi_id for row in new}
    _check_targets(s, roi_ids)
    last = _last_revisions(s, roi_ids)
    suggested: dict[int, tuple[int | None, ...]] = {}
    values: list[dict[str, object]] = []
    for row in new:
        key = (row.roi_id, row.annotator_id, row.kind)
        revision, before = last.get(key, (0, ShownPrefill()))
        seen = most_assisted(before, ShownPrefill(row.prefill, row.prediction_id))
        if seen.prediction_id is not None and seen.prediction_id not in suggested:
            suggested[seen.prediction_id] = _suggested(s, row.roi_id, seen.prediction_id)
        last[key] = revision + 1, seen
        values.append(row_values(row, revision + 1, seen, suggested))
    ids = _stored(s, values)
    settle(s, list({(row.roi_id, row.annotator_id): None for row in new if row.kind == "rating"}))
    return ids


def row_values(
    row: NewRating, revision: int, seen: ShownPrefill, suggested: Mapping[int, tuple[int | None, ...]]
) -> dict[str, object]:
    """All columns of a rating but its id, for `submit_many` and for imports alike.

    Parameters
    ----------
    revision : int
        The one it becomes.
    seen : Seen
        The most that was seen up to this revision.
    suggested : mapping
        The votes of predictions by their ids; of `seen` if the rating does not say its outcomes.

    Raises
    ------
    Refused
        If a vote is off its scale, or another value is none that a rating has.
    """
    try:
        votes = Votes(*row.votes).checked()
    except (ValueError, TypeError) as error:
        raise Refused(f"This rating cannot be stored: {error}.") from error
    if row.kind not in ("rating", "practice"):
        raise Refused(f"A rating is of kind rating or practice, not {row.kind!r}.")
    if row.duration_ms is not None and row.duration_ms < 0:
        raise Refused(f"A rating cannot take {row.duration_ms} ms; give 0 or more.")
    outcomes: Sequence[Outcome | None] | None = checked_outcomes(row.outcomes)
    if outcomes is None and seen.prefill == "shown" and seen.prediction_id is not None:
        outcomes = outcomes_of(votes, suggested[seen.prediction_id])
    new = {
        "uid": row.uid or new_uid(),
        "roi_id": row.roi_id,
        "annotator_id": row.annotator_id,
        "kind": row.kind,
        "revision": revision,
        "shown_at": row.shown_at,
        "submitted_at": row.submitted_at or now(),
        "duration_ms": row.duration_ms,
        "origin": row.origin,
        "prefill": seen.prefill,
        "prediction_id": seen.prediction_id,
        "outcomes": outcomes,
        **votes._asdict(),
    }
    return content_hash.with_hash("rating", new)


def latest(s: Session, roi_id: int, annotator_id: int, kind: RatingKind = "rating") -> RatingRecord | None:
    """An annotator's newest rating of a ROI."""
    found = history(s, roi_id, annotator_id, kind)
    return found[-1] if found else None


def latest_of(
    s: Session, roi_ids: Sequence[int], annotator_id: int, kind: RatingKind = "rating"
) -> dict[int, RatingRecord]:
    """An annotator's newest ratings of several ROIs, by ROI; those that they did not rate are left out."""
    given = {"rois": list(roi_ids), "annotator": annotator_id, "kind": kind}
    return {row[0].roi_id: _record(row[0], row[1]) for row in s.execute(_REVISIONS, given)}


def history(s: Session, roi_id: int, annotator_id: int, kind: RatingKind = "rating") -> list[RatingRecord]:
    """All revisions of an annotator's rating of a ROI, oldest first."""
    query = _query().where(Rating.roi_id == roi_id, Rating.annotator_id == annotator_id, Rating.kind == kind)
    return _list(s, query.order_by(Rating.revision))


def of_rois(s: Session, roi_ids: Iterable[int]) -> list[RatingRecord]:
    """All ratings of some ROIs, every revision, practice too."""
    return [
        rating for chunk in _chunks(roi_ids) for rating in _list(s, _query().where(Rating.roi_id.in_(chunk)))
    ]


def own_opinions(s: Session, roi_ids: Iterable[int]) -> dict[tuple[int, int], int]:
    """By ROI and annotator, the id of the rating that stands for them when assisted votes are left out."""
    query = select(Rating.roi_id, Rating.annotator_id, Rating.id).where(
        Rating.kind == "rating", is_own_opinion()
    )
    return {
        (row.roi_id, row.annotator_id): row.id
        for chunk in _chunks(roi_ids)
        for row in s.execute(query.where(Rating.roi_id.in_(chunk)))
    }


def get_many(s: Session, rating_ids: Iterable[int]) -> dict[int, RatingRecord]:
    """Several ratings by id, any revision; unknown ids are left out."""
    found: dict[int, RatingRecord] = {}
    for chunk in _chunks(rating_ids):
        found.update((rating.id, rating) for rating in _list(s, _query().where(Rating.id.in_(chunk))))
    return found


def counting(s: Session, votes: VotesUsed = "all") -> dict[int, list[RatingRecord]]:
    """The ratings that labels are made of (see `is_counting`), by ROI; ROIs without any are left out."""
    by_roi: dict[int, list[RatingRecord]] = {}
    query = _query().where(is_counting(votes)).order_by(Rating.roi_id, Rating.annotator_id)
    for rating in _list(s, query):
        by_roi.setdefault(rating.roi_id, []).append(rating)
    return by_roi


def on_roi(s: Session, roi_id: int) -> tuple[list[RatingRecord], frozenset[int]]:
    """Everybody's newest rating of a ROI, by annotator, and the ids of those that count."""
    of_roi = Rating.roi_id == roi_id
    query = _query().where(of_roi, Rating.kind == "rating", is_latest()).order_by(Rating.annotator_id)
    return _list(s, query), frozenset(s.scalars(select(Rating.id).where(of_roi, is_counting())))


def of_annotator(s: Session, annotator_id: int) -> list[RatingRecord]:
    """An annotator's newest rating of each ROI (practice too), in the order they were submitted."""
    query = _query().where(Rating.annotator_id == annotator_id, is_latest())
    return _list(s, query.order_by(Rating.submitted_at, Rating.id))


def all_latest(s: Session, *, practice: bool = False) -> list[RatingRecord]:
    """Everyone's newest rating of each ROI, excluded ones too (and marked), by ROI and annotator."""
    query = _query().where(is_latest()).order_by(Rating.roi_id, Rating.annotator_id)
    return _list(s, query if practice else query.where(Rating.kind == "rating"))


def _there(s: Session, rows: Sequence[NewRating]) -> dict[str, int]:
    """By uid, the ratings that are stored already."""
    by_uid = {row.uid: row for row in rows if row.uid}
    found: dict[str, int] = {}
    for chunk in _chunks(by_uid):
        for rating in s.scalars(select(Rating).where(Rating.uid.in_(chunk))):
            row = by_uid[rating.uid]
            if (rating.roi_id, rating.annotator_id, rating.kind, rating.duration_ms) != (
                row.roi_id,
                row.annotator_id,
                row.kind,
                row.duration_ms,
            ) or tuple(row.votes) != tuple(getattr(rating, name) for name in SCALE_NAMES):
                raise Refused(f"Another rating has the number {rating.uid} already; give this one a new one.")
            found[rating.uid] = rating.id
    return found


def _hold_annotators(s: Session, annotator_ids: set[int]) -> None:
    query = select(Annotator.id).where(Annotator.id.in_(annotator_ids)).order_by(Annotator.id)
    people = set(s.scalars(query.with_for_update(read=True, key_share=True)))
    for annotator_id in sorted(annotator_ids - people):
        raise NotFound(f"There is no annotator number {annotator_id} in this project.")


def _check_targets(s: Session, roi_ids: set[int]) -> None:
    known: set[int] = set()
    gone: set[int] = set()
    for chunk in _chunks(roi_ids):
        # On a server the ROIs' rows are the lock under which revisions are numbered.
        for roi_id, withdrawn in s.execute(_TARGETS.with_for_update(of=Roi), {"rois": chunk}):
            known.add(roi_id)
            if withdrawn:
                gone.add(roi_id)
    for roi_id in sorted(roi_ids - known):
        raise NotFound(f"There is no ROI number {roi_id} in this project.")
    for roi_id in sorted(gone):
        raise Refused(f"ROI number {roi_id} was withdrawn; restore it first, or rate another one.")


def _chunks(ids: Iterable[K]) -> Iterator[list[K]]:
    """Ids in portions: databases limit the number of parameters of one statement."""
    listed = sorted(ids)
    for start in range(0, len(listed), _PORTION):
        yield listed[start : start + _PORTION]


def _last_revisions(s: Session, roi_ids: set[int]) -> dict[tuple[int, int, str], tuple[int, ShownPrefill]]:
    last: dict[tuple[int, int, str], tuple[int, ShownPrefill]] = {}
    for chunk in _chunks(roi_ids):
        found = s.execute(_LAST, {"rois": chunk})
        for roi_id, annotator_id, kind, revision, shown, prediction_id in found:
            last[roi_id, annotator_id, kind] = revision, ShownPrefill(cast(PrefillMode, shown), prediction_id)
    return last


def _suggested(s: Session, roi_id: int, prediction_id: int) -> tuple[int | None, ...]:
    columns = [getattr(Prediction, name) for name in SCALE_NAMES]
    row = s.execute(select(Prediction.roi_id, *columns).where(Prediction.id == prediction_id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no prediction number {prediction_id} in this project.")
    if row[0] != roi_id:
        raise Refused(f"Prediction number {prediction_id} is of another ROI than number {roi_id}.")
    return tuple(row[1:])


def _stored(s: Session, values: list[dict[str, object]]) -> list[int]:
    if len(values) == 1:
        return [s.execute(insert(Rating).returning(Rating.id), values[0]).scalar_one()]
    # Into the table, not the class: there nulls are left out, and every shape of row is a statement.
    s.execute(insert(Rating.metadata.tables[Rating.__tablename__]), values)
    uids = [str(row["uid"]) for row in values]
    ids: dict[str, int] = {}
    for start in range(0, len(uids), _PORTION):
        some = Rating.uid.in_(uids[start : start + _PORTION])
        ids.update((row[0], row[1]) for row in s.execute(select(Rating.uid, Rating.id).where(some)))
    return [ids[uid] for uid in uids]


def _query() -> Select[Rating, bool]:
    return select(Rating, is_excluded())


# Built once: every turn of an annotator asks these.
_REVISIONS: Final = (
    _query()
    .where(
        Rating.roi_id.in_(bindparam("rois", expanding=True)),
        Rating.annotator_id == bindparam("annotator"),
        Rating.kind == bindparam("kind"),
    )
    .order_by(Rating.roi_id, Rating.revision)
)
_TARGETS: Final = (
    select(Roi.id, is_withdrawn()).where(Roi.id.in_(bindparam("rois", expanding=True))).order_by(Roi.id)
)
_LAST: Final = select(
    *(Rating.roi_id, Rating.annotator_id, Rating.kind, Rating.revision, Rating.prefill, Rating.prediction_id)
).where(Rating.roi_id.in_(bindparam("rois", expanding=True)), is_latest())


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
        prefill=cast(PrefillMode, row.prefill),
        prediction_id=row.prediction_id,
        outcomes=None if row.outcomes is None else cast(tuple[Outcome | None, ...], tuple(row.outcomes)),
    )
