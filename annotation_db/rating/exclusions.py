"""What does not count, and why: ratings, annotators, ROIs, pictures. Lifting an exclusion keeps its row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from annotation_db.database import audit, content_hash
from annotation_db.database.schema import Annotator, Exclusion, Image, Place, Rating, Roi, now
from annotation_db.database.standing import exclusion_stands, is_standing
from annotation_db.errors import NotFound, Refused
from annotation_db.rating import place_balance
from annotation_db.rating.rating_rules import is_excluded, is_latest
from annotation_db.records import ExclusionKind, ExclusionRecord

_PORTION = 5000
_TARGETS: dict[str, type[Annotator] | type[Rating] | type[Roi] | type[Image]] = {
    "rating": Rating,
    "annotator": Annotator,
    "roi": Roi,
    "image": Image,
}


def exclude(s: Session, kind: ExclusionKind, target_id: int, *, reason: str, who: str) -> ExclusionRecord:
    """Let something not count from now on. Others take the places of an excluded rating or annotator.

    Parameters
    ----------
    kind : {"rating", "annotator", "roi", "image"}
        What it is. An excluded ROI or picture is called withdrawn.
    target_id : int
        Its id.
    reason : str
        Why, for the audit trail and the exports.

    Raises
    ------
    NotFound
        If there is no such thing.
    Refused
        If no reason is given, or it is excluded already.
    """
    if kind not in _TARGETS:
        raise Refused(f"Only a rating, an annotator, a ROI or a picture can be excluded, not a {kind}.")
    if not reason.strip():
        raise Refused("An exclusion needs a reason; write one.")
    # On a server the row is the lock: nobody hands places to an annotator who is being excluded.
    if s.get(_TARGETS[kind], target_id, with_for_update=kind == "annotator") is None:
        raise NotFound(f"There is no {kind} number {target_id} in this project.")
    if s.scalar(select(exclusion_stands(kind, target_id))):
        raise Refused(f"This {kind} is excluded already; lift that first to give another reason.")
    new = {"kind": kind, "target_id": target_id, "reason": reason.strip(), "by": who}
    row = Exclusion(**content_hash.with_hash("exclusion", new))
    s.add(row)
    s.flush()
    _level(s, kind, target_id)
    audit.record(s, who, f"{kind}.exclude", f"{kind} {target_id}", {"reason": row.reason})
    return _record(row)


def exclude_new_ratings(s: Session, reasons: Mapping[int, str], *, who: str) -> None:
    """Let ratings that were stored just now not count, as `exclude` does with one.

    Parameters
    ----------
    reasons : mapping
        By rating id, none of them empty.
    """
    if not reasons:
        return
    at = now()
    rows = [
        content_hash.with_hash(
            "exclusion", {"kind": "rating", "target_id": rating_id, "reason": reason, "by": who, "at": at}
        )
        for rating_id, reason in reasons.items()
    ]
    s.execute(insert(Exclusion), rows)
    audit.record_many(
        s, who, "rating.exclude", [(f"rating {rating_id}", {"reason": r}) for rating_id, r in reasons.items()]
    )


def exclude_ratings(s: Session, reasons: Mapping[int, str], *, who: str) -> None:
    """Let ratings that are there not count, as `exclude` does; those that do not count already stay so.

    Parameters
    ----------
    reasons : mapping
        By rating id, none of them empty.

    Raises
    ------
    Refused
        If one of them is no longer its annotator's latest: somebody rated meanwhile.
    """
    fresh: dict[int, str] = {}
    roi_ids: set[int] = set()
    listed = sorted(reasons)
    for start in range(0, len(listed), _PORTION):
        some = Rating.id.in_(listed[start : start + _PORTION])
        query = select(Rating.id, Rating.roi_id, is_latest(), is_excluded()).where(some)
        for rating_id, roi_id, latest, excluded in s.execute(query):
            if not latest:
                raise Refused(
                    "Somebody has rated meanwhile what was to be excluded, and nothing was changed; do it "
                    "again."
                )
            if not excluded:
                fresh[rating_id] = reasons[rating_id]
                roi_ids.add(roi_id)
    exclude_new_ratings(s, fresh, who=who)
    place_balance.rebalance(s, roi_ids)


def lift(s: Session, exclusion_id: int, *, who: str) -> ExclusionRecord:
    """Let it count again; where others have taken the place meanwhile, as an extra.

    Raises
    ------
    NotFound
        If there is no such exclusion.
    Refused
        If it was lifted already.
    """
    row = s.get(Exclusion, exclusion_id, with_for_update=True)
    if row is None:
        raise NotFound(f"There is no exclusion number {exclusion_id} in this project.")
    if row.lifted_at is not None:
        raise Refused("This exclusion was lifted already; there is nothing to do.")
    row.lifted_at = now()
    row.lifted_by = who
    row.content_hash = content_hash.of_row(row)
    s.flush()
    _level(s, row.kind, row.target_id)
    audit.record(s, who, f"{row.kind}.restore", f"{row.kind} {row.target_id}", {"reason": row.reason})
    return _record(row)


def lift_of(s: Session, kind: ExclusionKind, target_id: int, *, who: str) -> ExclusionRecord | None:
    """Lift the exclusion of something, as `lift` does; None if it is not excluded."""
    found = s.scalar(
        select(Exclusion.id).where(Exclusion.kind == kind, Exclusion.target_id == target_id, is_standing())
    )
    return None if found is None else lift(s, found, who=who)


def standing(s: Session, kind: ExclusionKind | None = None) -> list[ExclusionRecord]:
    """The exclusions in force (of one kind, if given), oldest first."""
    query = select(Exclusion).where(is_standing()).order_by(Exclusion.id)
    return [_record(row) for row in s.scalars(query if kind is None else query.where(Exclusion.kind == kind))]


def _level(s: Session, kind: str, target_id: int) -> None:
    if kind == "annotator":
        query = select(Place.roi_id).where(Place.annotator_id == target_id)
        place_balance.rebalance(s, list(s.scalars(query)))
    elif kind == "rating":
        place_balance.rebalance(s, [s.get_one(Rating, target_id).roi_id])


def _record(row: Exclusion) -> ExclusionRecord:
    return ExclusionRecord(
        id=row.id,
        kind=cast(ExclusionKind, row.kind),
        target_id=row.target_id,
        reason=row.reason,
        by=row.by,
        at=row.at,
        lifted_at=row.lifted_at,
        lifted_by=row.lifted_by,
    )
