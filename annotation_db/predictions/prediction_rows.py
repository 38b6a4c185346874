"""Between rows and records of predictions: what is checked on the way in, what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite
from typing import Any, Final, cast

from annotation_db.database.schema import Prediction, Predictor, new_uid, now
from annotation_db.errors import Refused
from annotation_db.predictions.prediction_records import (
    DistortionPrediction,
    NewPrediction,
    PredictionRecord,
    PredictorKind,
    PredictorRecord,
)
from annotation_db.vocabulary.scales import DISTORTIONS, LEVELS, MAX_SCORE, NON_EXISTENT, SCALE_NAMES, SCALES

_SLACK: Final = 1e-5
"""How far beyond its range float32 arithmetic may carry a number; it is then put back to the end."""


def predictor_record(row: Predictor) -> PredictorRecord:
    """The record of a model."""
    return PredictorRecord(
        id=row.id,
        uid=row.uid,
        name=row.name,
        kind=cast(PredictorKind, row.kind),
        signature=row.signature,
        card=dict(row.card),
        untrained=row.untrained,
        created_at=row.created_at,
    )


def prediction_record(row: Prediction) -> PredictionRecord:
    """The record of a prediction."""
    return PredictionRecord(
        id=row.id,
        uid=row.uid,
        roi_id=row.roi_id,
        predictor_id=row.predictor_id,
        votes=tuple(getattr(row, name) for name in SCALE_NAMES),
        confidences=tuple(row.confidences),
        quality_probabilities=_tuple(row.quality_probabilities),
        quality_score=row.quality_score,
        importance_probabilities=_tuple(row.importance_probabilities),
        importance_score=row.importance_score,
        distortions={
            name: DistortionPrediction(
                present_probability=said["present_probability"],
                severity_probabilities=_tuple(said["severity_probabilities"]),
                value=said["value"],
            )
            for name, said in row.distortions.items()
        },
        raw_text=row.raw_text,
        unreadable=tuple(row.unreadable),
        computed_at=row.computed_at,
        seconds=row.seconds,
    )


def prediction_values(new: NewPrediction) -> dict[str, Any]:
    """The columns of a new prediction, all but its model.

    Raises
    ------
    Refused
        If a vote is off its scale, or a number outside its range.
    """
    where = f"The prediction for ROI number {new.roi_id} cannot be stored"
    if len(new.votes) != len(SCALE_NAMES) or len(new.confidences) != len(SCALE_NAMES):
        raise Refused(f"{where}: it must have a vote and a confidence for each scale.")
    votes = dict(zip(SCALE_NAMES, new.votes, strict=True))
    _check_votes(where, votes, new.unreadable)
    return {
        "uid": new_uid(),
        "roi_id": new.roi_id,
        **votes,
        "confidences": [
            _number(where, f"the confidence in {name}", confidence, 1)
            for name, confidence in zip(SCALE_NAMES, new.confidences, strict=True)
        ],
        "quality_probabilities": _five(where, "quality", new.quality_probabilities),
        "quality_score": _number(where, "the quality", new.quality_score, MAX_SCORE),
        "importance_probabilities": _five(where, "importance", new.importance_probabilities),
        "importance_score": _number(where, "the importance", new.importance_score, MAX_SCORE),
        "distortions": {name: _distortion(where, name, said) for name, said in new.distortions.items()},
        "raw_text": new.raw_text,
        "unreadable": list(new.unreadable),
        "computed_at": now(),
        "seconds": _number(where, "its time in seconds", new.seconds, inf),
    }


def _check_votes(where: str, votes: dict[str, int | None], unreadable: Sequence[str]) -> None:
    for name, vote in votes.items():
        if vote is not None:
            try:
                SCALES[name].check(vote)
            except ValueError as error:
                raise Refused(f"{where}: {error}.") from error
    for name in unreadable:
        if name not in votes:
            raise Refused(f"{where}: {name!r} is called unreadable, and is no scale.")
        if votes[name] is not None:
            raise Refused(f"{where}: {name} is called unreadable, and has a vote.")


def _distortion(where: str, name: str, said: DistortionPrediction) -> dict[str, Any]:
    if name not in DISTORTIONS:
        raise Refused(f"{where}: {name!r} is not one of the distortions {', '.join(DISTORTIONS)}.")
    return {
        "present_probability": _number(where, f"the probability of {name}", said.present_probability, 1),
        "severity_probabilities": _five(where, f"{name} severity", said.severity_probabilities),
        "value": _number(where, f"the value of {name}", said.value, NON_EXISTENT),
    }


def _number(where: str, what: str, value: float | None, top: float) -> float | None:
    if value is None:
        return None
    if not isfinite(value) or not -_SLACK <= value <= top + _SLACK:
        raise Refused(f"{where}: {what} must be a number from 0 to {top:g}, not {value!r}.")
    return min(max(float(value), 0.0), top)


def _five(where: str, what: str, values: Sequence[float] | None) -> list[float | None] | None:
    if values is None:
        return None
    if len(values) != LEVELS:
        raise Refused(f"{where}: {what} must have five probabilities, not {len(values)}.")
    return [_number(where, f"each probability of {what}", value, 1) for value in values]


def _tuple(values: Sequence[float] | None) -> tuple[float, ...] | None:
    return None if values is None else tuple(values)
