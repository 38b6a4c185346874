"""Models and what they say of ROIs.

A prediction that a rating names as what its annotator saw is never changed afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from annotation_db.database import audit, content_hash
from annotation_db.database.schema import Image, Prediction, Predictor, Rating, Roi
from annotation_db.errors import NotFound, Refused
from annotation_db.pictures import images, rois
from annotation_db.pictures.withdrawal import is_withdrawn
from annotation_db.predictions.prediction_records import (
    NewPrediction,
    PredictionRecord,
    PredictorInfo,
    PredictorRecord,
    StoreReport,
)
from annotation_db.predictions.prediction_rows import prediction_record, prediction_values, predictor_record
from annotation_db.records import ImageRecord, RoiRecord

_PORTION = 1000


def register(s: Session, info: PredictorInfo, who: str) -> PredictorRecord:
    """Make a model known; one of the same signature stays, with this name and card.

    Raises
    ------
    Refused
        If name or signature is blank or the kind is unknown.
    """
    name, signature = info.name.strip(), info.signature.strip()
    if not name or not signature:
        raise Refused("A model needs a name and a signature; give both.")
    if info.kind not in ("seagull", "baseline", "plugin"):
        raise Refused(f"A model is of kind seagull, baseline or plugin, not {info.kind!r}.")
    row = s.scalar(select(Predictor).where(Predictor.signature == signature))
    if row is None:
        row = Predictor(signature=signature, kind=info.kind, untrained=info.untrained)
        row.name, row.card = name, dict(info.card)
        s.add(row)
        s.flush()
        detail = {"name": name, "kind": info.kind, "signature": signature}
        audit.record(s, who, "predictor.register", f"predictor {row.id}", detail)
    else:
        row.name, row.card = name, dict(info.card)
        s.flush()
    return predictor_record(row)


def predictors(s: Session) -> list[PredictorRecord]:
    """All models, newest first."""
    return [predictor_record(row) for row in s.scalars(select(Predictor).order_by(Predictor.id.desc()))]


def get_predictor(s: Session, predictor_id: int) -> PredictorRecord:
    """One model.

    Raises
    ------
    NotFound
        If there is none of this id.
    """
    row = s.get(Predictor, predictor_id)
    if row is None:
        raise NotFound(f"There is no model number {predictor_id} in this project.")
    return predictor_record(row)


def find_predictor(s: Session, name: str) -> PredictorRecord:
    """The model of this name, signature or uid; of several of one name the newest.

    Raises
    ------
    NotFound
        If there is none.
    """
    known = predictors(s)
    for record in known:
        if name in (record.name, record.signature, record.uid):
            return record
    names = ", ".join(dict.fromkeys(record.name for record in known))
    there = f"the models here are {names}" if names else "compute predictions first"
    raise NotFound(f"There is no model {name} in this project; {there}.")


def store(s: Session, predictor_id: int, predictions: Iterable[NewPrediction]) -> StoreReport:
    """Store what one model says, in place of what the same model said of the same ROIs before.

    A prediction that ratings refer to is kept as it is.

    Raises
    ------
    NotFound
        If there is no such model or ROI.
    Refused
        If a value is off its scale, a ROI comes twice, or a number is no probability.
    """
    get_predictor(s, predictor_id)
    rows: dict[int, dict[str, Any]] = {}
    for prediction in predictions:
        if prediction.roi_id in rows:
            raise Refused(f"ROI number {prediction.roi_id} comes twice; give one prediction for each ROI.")
        rows[prediction.roi_id] = prediction_values(prediction)
    there: dict[int, int] = {}
    referred: set[int] = set()
    for ids in _portions(rows):
        unknown = set(ids).difference(s.scalars(select(Roi.id).where(Roi.id.in_(ids))))
        if unknown:
            raise NotFound(f"There is no ROI number {min(unknown)} in this project.")
        had = select(Prediction.roi_id, Prediction.id).where(
            Prediction.predictor_id == predictor_id, Prediction.roi_id.in_(ids)
        )
        there.update((row[0], row[1]) for row in s.execute(had))
        named = select(Rating.prediction_id).where(
            Rating.prediction_id.in_([there[roi_id] for roi_id in ids if roi_id in there])
        )
        referred.update(found for found in s.scalars(named) if found is not None)
    whole = {
        roi_id: content_hash.with_hash("prediction", {**row, "predictor_id": predictor_id})
        for roi_id, row in rows.items()
    }
    new = [row for roi_id, row in whole.items() if roi_id not in there]
    again = [
        {**row, "id": there[roi_id]}
        for roi_id, row in whole.items()
        if roi_id in there and there[roi_id] not in referred
    ]
    if new:
        s.execute(insert(Prediction), new)
    if again:
        s.execute(update(Prediction), again)
    return StoreReport(stored=len(new) + len(again), kept=len(rows) - len(new) - len(again))


def missing(s: Session, predictor_id: int) -> list[tuple[RoiRecord, ImageRecord]]:
    """The ROIs that a model has said nothing of, withdrawn ones left out, picture by picture.

    Raises
    ------
    NotFound
        If there is no such model.
    """
    get_predictor(s, predictor_id)
    done = select(Prediction.roi_id).where(Prediction.predictor_id == predictor_id)
    query = select(Roi.id, Roi.image_id).where(~is_withdrawn(), Roi.id.not_in(done))
    wanted = s.execute(query.join(Image, Image.id == Roi.image_id).order_by(Image.path, Image.id, Roi.id))
    pairs = [(row[0], row[1]) for row in wanted]
    roi_records: dict[int, RoiRecord] = {}
    for ids in _portions(roi_id for roi_id, _ in pairs):
        roi_records.update(rois.get_many(s, ids))
    image_records: dict[int, ImageRecord] = {}
    for ids in _portions({image_id for _, image_id in pairs}):
        image_records.update(images.get_many(s, ids))
    return [(roi_records[roi_id], image_records[image_id]) for roi_id, image_id in pairs]


def of_roi(s: Session, roi_id: int, predictor_id: int) -> PredictionRecord | None:
    """What a model says of a ROI."""
    query = select(Prediction).where(Prediction.roi_id == roi_id, Prediction.predictor_id == predictor_id)
    row = s.scalar(query)
    return None if row is None else prediction_record(row)


def of_predictor(s: Session, predictor_id: int) -> list[PredictionRecord]:
    """All that a model says, by ROI."""
    query = select(Prediction).where(Prediction.predictor_id == predictor_id).order_by(Prediction.roi_id)
    return [prediction_record(row) for row in s.scalars(query)]


def get_many(s: Session, prediction_ids: Iterable[int]) -> dict[int, PredictionRecord]:
    """Several predictions by id; unknown ids are left out."""
    found: dict[int, PredictionRecord] = {}
    for ids in _portions(prediction_ids):
        rows = s.scalars(select(Prediction).where(Prediction.id.in_(ids)))
        found.update((row.id, prediction_record(row)) for row in rows)
    return found


def counts(s: Session) -> dict[int, int]:
    """Of how many ROIs (withdrawn ones left out) each model has said something, by model id."""
    query = (
        select(Predictor.id, func.count(Roi.id))
        .outerjoin(Prediction, Prediction.predictor_id == Predictor.id)
        .outerjoin(Roi, (Roi.id == Prediction.roi_id) & ~is_withdrawn())
        .group_by(Predictor.id)
    )
    return {row[0]: row[1] for row in s.execute(query)}


def _portions(ids: Iterable[int]) -> Iterator[list[int]]:
    listed = sorted(ids)
    for start in range(0, len(listed), _PORTION):
        yield listed[start : start + _PORTION]
