"""One question to the project's model about one ROI."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from annotation_db.database.store import Store
from annotation_db.pictures import images
from annotation_db.predictions import predictions, prefill
from annotation_db.predictions.prediction_records import PredictorInfo
from annotation_db.rating.permissions import Action
from annotation_db.records import ImageRecord, RoiRecord
from model.predictors.protocol import RoiPrediction
from seagull_studio.operations.acting import allow
from seagull_studio.operations.models import spec_of


@dataclass(frozen=True, slots=True)
class Question:
    """A ROI, its picture, and the model to ask."""

    roi: RoiRecord
    image: ImageRecord
    spec: str


def question(store: Store, roi: RoiRecord) -> Question | None:
    """Whom to ask: the model of the pre-fill, else the one added last; None if there is none."""
    allow(store, Action.MODELS)
    with store.read() as session:
        model = prefill.policy(session).predictor
        if model is None:
            model = next(iter(predictions.predictors(session)), None)
        if model is None:
            return None
        return Question(roi, images.get(session, roi.image_id), spec_of(model, store.folder))


def keep(store: Store, model: Mapping[str, Any], roi_id: int, said: RoiPrediction) -> None:
    """Store what was said as a prediction of the project; one that ratings refer to stays as it is.

    Parameters
    ----------
    model : mapping
        What the model says of itself: name, kind, hash, whether it is trained.
    roi_id : int
        Which ROI was asked about.
    said : RoiPrediction
        The answer.
    """
    from seagull_studio.jobs import predict

    record = predict.register(store, PredictorInfo(**model))
    predict.keep(store, record.id, [predict.new_prediction(roi_id, said)])
