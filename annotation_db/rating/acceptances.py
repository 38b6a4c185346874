"""Disputed ROIs that a lead takes as they are, with a note why. Lifting an acceptance keeps its row."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_db.database import audit
from annotation_db.database.schema import Acceptance, Roi, now
from annotation_db.errors import NotFound, Refused
from annotation_db.pictures import rois
from annotation_db.records import AcceptanceRecord


def accept(s: Session, roi_id: int, *, note: str, who: str) -> AcceptanceRecord:
    """Take a ROI's label as it is: it is disputed no more, and nobody is asked for more ratings of it.

    Parameters
    ----------
    note : str
        Why, for the audit trail.

    Raises
    ------
    NotFound
        If there is no such ROI.
    Refused
        If no note is given, or it is accepted already, or withdrawn.
    """
    if not note.strip():
        raise Refused("An acceptance needs a note; write why the label is taken as it is.")
    # On a server the row is the lock: of two who accept at once the second one is refused by a sentence.
    if s.get(Roi, roi_id, with_for_update=True) is None:
        raise NotFound(f"There is no ROI number {roi_id} in this project.")
    if rois.get(s, roi_id).withdrawn:
        raise Refused("This ROI is withdrawn and has no label to accept; bring it back first.")
    if _standing_of(s, roi_id) is not None:
        raise Refused("This ROI is accepted already; lift that first to write another note.")
    row = Acceptance(roi_id=roi_id, note=note.strip(), by=who)
    s.add(row)
    s.flush()
    audit.record(s, who, "roi.accept", f"roi {roi_id}", {"reason": row.note})
    return _record(row)


def lift_of(s: Session, roi_id: int, *, who: str) -> AcceptanceRecord | None:
    """Let a ROI be disputed again; None if it is not accepted."""
    row = _standing_of(s, roi_id)
    if row is None:
        return None
    row.lifted_at = now()
    row.lifted_by = who
    s.flush()
    audit.record(s, who, "roi.unaccept", f"roi {roi_id}", {"reason": row.note})
    return _record(row)


def standing(s: Session) -> dict[int, AcceptanceRecord]:
    """By ROI id, the acceptances in force."""
    rows = s.scalars(select(Acceptance).where(Acceptance.lifted_at.is_(None)).order_by(Acceptance.id))
    return {row.roi_id: _record(row) for row in rows}


def _standing_of(s: Session, roi_id: int) -> Acceptance | None:
    query = select(Acceptance).where(Acceptance.roi_id == roi_id, Acceptance.lifted_at.is_(None))
    return s.scalar(query.with_for_update())


def _record(row: Acceptance) -> AcceptanceRecord:
    return AcceptanceRecord(
        id=row.id,
        roi_id=row.roi_id,
        note=row.note,
        by=row.by,
        at=row.at,
        lifted_at=row.lifted_at,
        lifted_by=row.lifted_by,
    )
