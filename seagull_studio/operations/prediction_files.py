"""What a model said of a project's ROIs, as a prediction file (`model.evaluation.prediction_file`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from annotation_db.database.store import Store
from annotation_db.errors import Refused
from annotation_db.pictures import images, rois
from annotation_db.pictures.picture_names import image_names
from annotation_db.predictions import predictions
from annotation_db.predictions.prediction_records import DistortionPrediction, PredictionRecord
from annotation_db.rating.permissions import Action
from annotation_db.vocabulary.scales import DISTORTIONS, MAX_SCORE, SCALE_NAMES
from model.evaluation import prediction_file
from model.evaluation.prediction_file import PredictedRoi
from seagull_studio.operations import new_file
from seagull_studio.operations.acting import allow


def check(file: Path) -> None:
    """Refuse a place before anything is predicted for it; an earlier prediction file may be there.

    Raises
    ------
    Refused
        If something else is there, or it is no place for a file.
    """
    if file.is_file() and not prediction_file.is_one(file):
        raise Refused(f"{file} is there already and is no prediction file; name another file.")
    new_file.check(file, overwrite=True)


def write(store: Store, predictor_id: int, file: Path) -> int:
    """Write what a model said of every ROI, withdrawn ones left out.

    Pictures are called what an export calls them, and distortions have the votes that a pre-fill would show.

    Returns
    -------
    int
        Lines.

    Raises
    ------
    Refused
        As `check`.
    DiskError
        If it cannot be written; what stood there before stays.
    """
    allow(store, Action.MODELS)
    check(file)
    with store.read() as s:
        model = predictions.get_predictor(s, predictor_id)
        said = {one.roi_id: one for one in predictions.of_predictor(s, predictor_id)}
        called = image_names(images.list_all(s))
        told = [roi for roi in rois.list_all(s) if roi.id in said]
    told.sort(key=lambda roi: (called[roi.image_id], roi.id))
    more: dict[str, Any] = {"model": model.name}
    if model.untrained:
        more["untrained"] = True
    lines = [
        prediction_file.as_line(
            _predicted(called[roi.image_id], roi.external_id, roi.uid, said[roi.id]), **more
        )
        for roi in told
    ]
    new_file.save(file, "".join(f"{line}\n" for line in lines).encode("utf-8"))
    return len(lines)


def _predicted(img: str, roi_id: str, uid: str, record: PredictionRecord) -> PredictedRoi:
    probabilities = {
        name: tuple(found)
        for name, found in (
            ("quality", record.quality_probabilities),
            ("importance", record.importance_probabilities),
        )
        if found is not None
    }
    for name, one in record.distortions.items():
        if (shares := _six(one)) is not None:
            probabilities[name] = shares
    votes = dict(zip(SCALE_NAMES, record.votes, strict=True))
    return PredictedRoi(
        img,
        roi_id,
        {"quality": _on_scale(record.quality_score), "importance": _on_scale(record.importance_score)},
        {name: votes[name] for name in DISTORTIONS},
        probabilities,
        uid,
        record.raw_text,
    )


def _on_scale(score: float | None) -> float | None:
    """Within 0 .. 4: probabilities that add up to 1.0000001 have a mean beyond."""
    return None if score is None else min(max(score, 0.0), float(MAX_SCORE))


def _six(one: DistortionPrediction) -> tuple[float, ...] | None:
    """Probabilities of the six levels of a distortion, "non-existent" last."""
    if one.severity_probabilities is None:
        return None
    there = one.present_probability
    return (*(there * p for p in one.severity_probabilities), 1.0 - there)
