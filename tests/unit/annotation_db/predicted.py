"""Predictions to test with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from annotation_db.database import content_hash
from annotation_db.database.schema import Annotator, Roi
from annotation_db.predictions import predictions, prefill
from annotation_db.predictions.prediction_records import NewPrediction, Policy, PredictorInfo, PredictorRecord
from annotation_db.records import RoiRecord

SAID = (5, 4, 3, 2, 1, 0, 3, 2)
CONFIDENT = (0.9,) * 8


def said(roi_id: int, votes: Sequence[int | None] = SAID, **more: Any) -> NewPrediction:
    return NewPrediction(roi_id, votes, CONFIDENT, **more)


def model(s: Session, name: str = "Model A", signature: str = "aaaa", **more: Any) -> PredictorRecord:
    return predictions.register(s, PredictorInfo(name, "plugin", signature, **more), "lead")


def suggest(
    s: Session, rois: Iterable[RoiRecord], *, policy: Policy = "prefill", share: float = 0.2, **model_: Any
) -> PredictorRecord:
    """A model that says `SAID` of every ROI, and its pre-fill switched on."""
    made = model(s, **model_)
    predictions.store(s, made.id, [said(roi.id) for roi in rois])
    prefill.set_policy(s, "lead", policy=policy, predictor_id=made.id, share=share)
    return made


def same_lots(s: Session, annotators: Iterable[int], rois: Iterable[int]) -> None:
    """Draw the same controls in every run: seeds and uids, which are new in each, are replaced."""
    for annotator in annotators:
        s.execute(update(Annotator).where(Annotator.id == annotator).values(order_seed=1000 + annotator))
    for roi in rois:
        row = s.get_one(Roi, roi)
        row.uid = f"{roi:032x}"
        row.content_hash = content_hash.of_row(row)
    s.flush()
