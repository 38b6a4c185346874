"""What of a rating or a ROI stands in the journal: all that it takes to store it again, by uids."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_db.database.journal import Entry
from annotation_db.database.schema import Annotator, CheckAnswer, Image, Prediction, Roi
from annotation_db.records import RatingRecord, RoiRecord
from annotation_db.vocabulary.scales import SCALE_NAMES, Votes

RATING = "rating"
ROI = "roi"
CHECK = "check"


def of_rating(s: Session, rating: RatingRecord) -> Entry:
    """The entry of a rating that was just stored."""
    roi = s.scalars(select(Roi.uid).where(Roi.id == rating.roi_id)).one()
    person = s.execute(select(Annotator.uid, Annotator.name).where(Annotator.id == rating.annotator_id)).one()
    prediction = None
    if rating.prediction_id is not None:
        prediction = s.scalars(select(Prediction.uid).where(Prediction.id == rating.prediction_id)).one()
    return {
        "kind": RATING,
        "uid": rating.uid,
        "roi": roi,
        "annotator": person.uid,
        "name": person.name,
        "rating_kind": rating.kind,
        "revision": rating.revision,
        "votes": Votes(*rating.votes)._asdict(),
        "shown_at": None if rating.shown_at is None else rating.shown_at.isoformat(),
        "submitted_at": rating.submitted_at.isoformat(),
        "duration_ms": rating.duration_ms,
        "origin": rating.origin,
        "prefill": rating.prefill,
        "prediction": prediction,
        "outcomes": None if rating.outcomes is None else list(rating.outcomes),
    }


def of_roi(s: Session, roi: RoiRecord) -> Entry:
    """The entry of a ROI that was just stored."""
    image = s.execute(select(Image.uid, Image.sha256).where(Image.id == roi.image_id)).one()
    return {
        "kind": ROI,
        "uid": roi.uid,
        "image": image.uid,
        "sha256": image.sha256,
        "external_id": roi.external_id,
        "level": roi.level,
        "size": list(roi.size),
        "counts": roi.counts,
        "prompts": roi.prompts,
        "segmenter": roi.segmenter,
        "predicted_iou": roi.predicted_iou,
        "created_by": roi.created_by,
    }


def of_check(s: Session, row: CheckAnswer, target_uid: str) -> Entry:
    """The entry of an answer to a check that was just stored; `target_uid` is its item's, or its ROI's."""
    person = s.execute(select(Annotator.uid, Annotator.name).where(Annotator.id == row.annotator_id)).one()
    return {
        "kind": CHECK,
        "uid": row.uid,
        "check": row.kind,
        "target": target_uid,
        "annotator": person.uid,
        "name": person.name,
        "attempt": row.attempt,
        "slot": row.slot,
        "votes": {name: getattr(row, name) for name in SCALE_NAMES},
        "shown_at": None if row.shown_at is None else row.shown_at.isoformat(),
        "submitted_at": row.submitted_at.isoformat(),
        "duration_ms": row.duration_ms,
        "prefill": row.prefill,
    }
