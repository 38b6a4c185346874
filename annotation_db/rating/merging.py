"""Two annotators who are one person: merging them, and undoing that.

What was rated under the second name becomes the person's: the ratings keep uid, votes and times, and are
numbered as revisions among those of the first name by when they were given, so that the newest vote counts
and a label sees one rater. What every changed row was before stands in `merged_rating`, and undoing puts it
back.
The second name stays an annotator who is nobody: whoever signs in by it, or imports it, is the person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, cast

from sqlalchemy import Table, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from annotation_db.database import audit, content_hash
from annotation_db.database.schema import (
    Annotator,
    AnnotatorMerge,
    MergedRating,
    Place,
    Prediction,
    Rating,
    now,
)
from annotation_db.errors import NotFound, Refused
from annotation_db.rating import annotators, place_balance
from annotation_db.rating.assistance import ShownPrefill, most_assisted, outcomes_of
from annotation_db.records import AnnotatorRecord, MergeRecord
from annotation_db.vocabulary.scales import SCALE_NAMES, Votes

_RATING: Final = cast(Table, Rating.__table__)
_BEFORE: Final = ("annotator_id", "revision", "prefill", "prediction_id", "outcomes")
"""What merging may change in a rating."""
_ASIDE: Final = 1_000_000
"""Added to revisions while they are numbered anew, so that no two are equal meanwhile."""
_PORTION: Final = 5000
Row = dict[str, Any]
Key = tuple[int, str]
"""ROI and kind of rating: what revisions are numbered within."""


def merge(s: Session, kept_id: int, other_id: int, *, who: str) -> MergeRecord:
    """Let `other_id` be a second name of `kept_id`.

    Raises
    ------
    NotFound
        If there is no such annotator.
    Refused
        If they are the same, one of them is merged already, only one of them is excluded or simulated, or
        only the second one is a lead.
    """
    _hold(s, (kept_id, other_id))
    kept, other = annotators.get(s, kept_id), annotators.get(s, other_id)
    check(s, kept, other)
    rows = _ratings(s, (kept_id, other_id))
    theirs = {_key(row) for row in rows if row["annotator_id"] == other_id}
    shared = {_key(row) for row in rows if row["annotator_id"] == kept_id} & theirs
    touched = [row for row in rows if row["annotator_id"] == other_id or _key(row) in shared]
    roi_ids = {row["roi_id"] for row in touched}
    place_balance.lock(s, sorted(roi_ids))
    done = AnnotatorMerge(kept_id=kept_id, other_id=other_id, by=who)
    s.add(done)
    s.flush()
    before = [
        {"merge_id": done.id, "rating_id": row["id"], **{n: row[n] for n in _BEFORE}} for row in touched
    ]
    if before:
        s.execute(insert(cast(Table, MergedRating.__table__)), before)
    _write(s, [*_moved(touched, shared, kept_id), *_one_sequence(s, touched, shared, kept_id)])
    done.places = _take_places(s, kept_id, other_id)
    s.flush()
    place_balance.rebalance(
        s, roi_ids | {place[0] for place in done.places["moved"] + done.places["dropped"]}
    )
    found = _record(s, done, kept, other)
    detail = {
        "other": other_id,
        "names": [kept.name, other.name],
        "ratings": len(theirs),
        "both": found.shared,
    }
    audit.record(s, who, "annotator.merge", f"annotator {kept_id}", detail)
    return found


def undo(s: Session, other_id: int, *, who: str) -> MergeRecord:
    """Let a second name be an annotator again, with the ratings that were given under it.

    What was rated after the merge stays with the person.

    Raises
    ------
    Refused
        If this annotator is not merged, later merges of the person are to be undone first, or the person
        was excluded since.
    """
    _hold(s, (other_id,))
    standing = AnnotatorMerge.undone_at.is_(None)
    done = s.scalar(select(AnnotatorMerge).where(AnnotatorMerge.other_id == other_id, standing))
    other = annotators.get(s, other_id)
    if done is None:
        raise Refused(f"{other.name} is not merged with anybody; there is nothing to undo.")
    _hold(s, (done.kept_id,))
    kept = annotators.get(s, done.kept_id)
    newer = or_(AnnotatorMerge.kept_id == kept.id, AnnotatorMerge.other_id == kept.id)
    later = s.scalar(select(AnnotatorMerge).where(newer, standing, AnnotatorMerge.id > done.id))
    if later is not None:
        raise Refused(
            f"{kept.name} was merged again since; undo first the merge of "
            f"{annotators.get(s, later.other_id).name}."
        )
    if kept.excluded != other.excluded:
        raise Refused(f"{kept.name} was excluded or readmitted since the merge; take that back first.")
    found = _record(s, done, kept, other)
    before = {
        row.rating_id: row for row in s.scalars(select(MergedRating).where(MergedRating.merge_id == done.id))
    }
    rows = _ratings(s, (kept.id,))
    keys = {_key(row) for row in rows if row["id"] in before}
    touched = [row for row in rows if _key(row) in keys]
    roi_ids = {row["roi_id"] for row in touched}
    place_balance.lock(s, sorted(roi_ids))
    _write(s, _as_before(touched, before, kept.id))
    done.undone_at, done.undone_by = now(), who
    s.flush()
    _give_places_back(s, done)
    listed = done.places["moved"] + done.places["dropped"]
    place_balance.rebalance(s, roi_ids | {place[0] for place in listed})
    detail = {"other": other_id, "names": [kept.name, other.name]}
    audit.record(s, who, "annotator.unmerge", f"annotator {kept.id}", detail)
    return found


def standing(s: Session) -> list[MergeRecord]:
    """The merges in force, oldest first."""
    rows = s.scalars(
        select(AnnotatorMerge).where(AnnotatorMerge.undone_at.is_(None)).order_by(AnnotatorMerge.id)
    )
    return [
        _record(s, row, annotators.get(s, row.kept_id), annotators.get(s, row.other_id)) for row in rows.all()
    ]


def check(s: Session, kept: AnnotatorRecord, other: AnnotatorRecord) -> None:
    """Refuse two annotators who cannot be merged; raises `Refused` as `merge` does."""
    if kept.id == other.id:
        raise Refused(f"{kept.name} and {other.name} are one annotator already; there is nothing to merge.")
    for one in (kept, other):
        person = annotators.person(s, one.id)
        if person != one.id:
            name = annotators.get(s, person).name
            raise Refused(f"{one.name} is merged with {name} already; name {name}, or undo that first.")
    if kept.excluded != other.excluded:
        out, into = (kept, other) if kept.excluded else (other, kept)
        raise Refused(
            f"{out.name} is excluded and {into.name} is not; readmit the one or exclude the other first."
        )
    if kept.simulated != other.simulated:
        raise Refused(
            f"Of {kept.name} and {other.name} one is simulated and one is a person; they stay apart."
        )
    if other.role == "lead" and kept.role != "lead":
        raise Refused(
            f"{other.name} is a lead and {kept.name} is not; make {kept.name} a lead first, or "
            f"keep {other.name}."
        )


def _hold(s: Session, annotator_ids: Sequence[int]) -> None:
    """On a server, nobody rates as one of these until the transaction ends."""
    query = select(Annotator.id).where(Annotator.id.in_(annotator_ids)).order_by(Annotator.id)
    found = set(s.scalars(query.with_for_update()))
    for annotator_id in annotator_ids:
        if annotator_id not in found:
            raise NotFound(f"There is no annotator number {annotator_id} in this project.")


def _ratings(s: Session, annotator_ids: Sequence[int]) -> list[Row]:
    query = select(_RATING).where(_RATING.c.annotator_id.in_(annotator_ids))
    ordered = query.order_by(_RATING.c.roi_id, _RATING.c.kind, _RATING.c.annotator_id, _RATING.c.revision)
    return [dict(row) for row in s.execute(ordered).mappings()]


def _key(row: Mapping[str, Any]) -> Key:
    return row["roi_id"], row["kind"]


def _moved(touched: Iterable[Row], shared: set[Key], kept_id: int) -> Iterator[Row]:
    """The second name's ratings of what the first has not rated."""
    return ({**row, "annotator_id": kept_id} for row in touched if _key(row) not in shared)


def _one_sequence(s: Session, touched: Iterable[Row], shared: set[Key], kept_id: int) -> list[Row]:
    """The ratings of what both have rated, as one sequence of revisions by the time they were given.

    What was seen of a prediction once, was seen: a later revision is assisted as an earlier one is.
    """
    groups: dict[Key, list[tuple[datetime, Row]]] = {}
    latest: dict[tuple[Key, int], datetime] = {}
    for row in touched:
        key = _key(row)
        if key in shared:
            # A clock that was put back does not turn one name's own revisions round.
            own = key, row["annotator_id"]
            latest[own] = max(latest.get(own, datetime.min.replace(tzinfo=UTC)), row["submitted_at"])
            groups.setdefault(key, []).append((latest[own], row))
    suggested = _suggested(s, [row for group in groups.values() for _, row in group])
    return [
        changed
        for group in groups.values()
        for changed in _renumbered(
            [row for _, row in sorted(group, key=lambda one: one[0])], suggested, kept_id
        )
    ]


def _renumbered(
    rows: Iterable[Row], suggested: Mapping[int, tuple[int | None, ...]], kept_id: int
) -> Iterator[Row]:
    seen = ShownPrefill()
    for revision, row in enumerate(rows, 1):
        before = ShownPrefill(row["prefill"], row["prediction_id"])
        seen = most_assisted(seen, before)
        outcomes = row["outcomes"]
        if seen != before and seen.prefill == "shown" and seen.prediction_id is not None:
            votes = Votes(*(row[name] for name in SCALE_NAMES))
            outcomes = outcomes_of(votes, suggested[seen.prediction_id])
        yield {
            **row,
            "annotator_id": kept_id,
            "revision": revision,
            "prefill": seen.prefill,
            "prediction_id": seen.prediction_id,
            "outcomes": outcomes,
        }


def _suggested(s: Session, rows: Iterable[Row]) -> dict[int, tuple[int | None, ...]]:
    ids = sorted({row["prediction_id"] for row in rows if row["prediction_id"] is not None})
    columns = [getattr(Prediction, name) for name in SCALE_NAMES]
    found: dict[int, tuple[int | None, ...]] = {}
    for start in range(0, len(ids), _PORTION):
        query = select(Prediction.id, *columns).where(Prediction.id.in_(ids[start : start + _PORTION]))
        found.update((row[0], tuple(row[1:])) for row in s.execute(query))
    return found


def _as_before(touched: Iterable[Row], before: Mapping[int, MergedRating], kept_id: int) -> Iterator[Row]:
    """The ratings as they were before the merge; later ones stay the person's, numbered after theirs."""
    numbers: dict[Key, int] = {}
    for row in touched:
        was = before.get(row["id"])
        changed = dict(row) if was is None else {**row, **{name: getattr(was, name) for name in _BEFORE}}
        if changed["annotator_id"] == kept_id:
            numbers[_key(row)] = changed["revision"] = numbers.get(_key(row), 0) + 1
        yield changed


def _write(s: Session, rows: Iterable[Row]) -> None:
    """Store changed ratings with their new hashes."""
    changed = [
        {
            "this": row["id"],
            **{name: row[name] for name in _BEFORE},
            content_hash.HASH: content_hash.of_values("rating", row),
        }
        for row in rows
    ]
    if not changed:
        return
    this = _RATING.c.id == bindparam("this")
    aside = update(_RATING).where(this).values(revision=_RATING.c.revision + _ASIDE)
    s.connection().execute(aside, [{"this": row["this"]} for row in changed])
    s.connection().execute(update(_RATING).where(this), changed)


def _take_places(s: Session, kept_id: int, other_id: int) -> dict[str, list[list[Any]]]:
    """The second name's places become the person's; where both held one, one is enough."""
    own = set(s.scalars(select(Place.roi_id).where(Place.annotator_id == kept_id)))
    query = select(Place.roi_id, Place.id, Place.state).where(Place.annotator_id == other_id)
    rows = [list(row) for row in s.execute(query.order_by(Place.id))]
    both = aliased(Place)
    has = select(both.roi_id).where(both.annotator_id == kept_id)
    s.execute(delete(Place).where(Place.annotator_id == other_id, Place.roi_id.in_(has)))
    s.execute(update(Place).where(Place.annotator_id == other_id).values(annotator_id=kept_id))
    return {
        "moved": [row[:2] for row in rows if row[0] not in own],
        "dropped": [[row[0], row[2]] for row in rows if row[0] in own],
    }


def _give_places_back(s: Session, done: AnnotatorMerge) -> None:
    """What the second name was handed, but for what the person has rated since."""
    rated = select(Rating.roi_id).where(Rating.annotator_id == done.kept_id, Rating.kind == "rating")
    moved = [place_id for _, place_id in done.places["moved"]]
    for start in range(0, len(moved), _PORTION):
        some = Place.id.in_(moved[start : start + _PORTION])
        theirs = some, Place.annotator_id == done.kept_id, Place.roi_id.not_in(rated)
        s.execute(update(Place).where(*theirs).values(annotator_id=done.other_id))
    handed = [roi_id for roi_id, state in done.places["dropped"] if state == "assigned"]
    top = {
        row[0]: row[1]
        for row in s.execute(select(Place.roi_id, func.max(Place.slot)).group_by(Place.roi_id))
        if handed
    }
    rows = [
        {"roi_id": roi_id, "slot": top.get(roi_id, 0) + 1, "annotator_id": done.other_id, "state": "assigned"}
        for roi_id in handed
    ]
    if rows:
        s.execute(insert(Place), rows)


def _record(s: Session, done: AnnotatorMerge, kept: AnnotatorRecord, other: AnnotatorRecord) -> MergeRecord:
    both = (
        select(Rating.roi_id)
        .join(MergedRating, MergedRating.rating_id == Rating.id)
        .where(MergedRating.merge_id == done.id, MergedRating.annotator_id == done.kept_id)
        .where(Rating.kind == "rating")
        .distinct()
    )
    shared = s.scalar(select(func.count()).select_from(both.subquery())) or 0
    return MergeRecord(id=done.id, kept=kept, other=other, by=done.by, at=done.at, shared=shared)
