"""Let a model say something of every ROI of a project; predictions are rows.

Each picture is read once, all its ROIs go to the model in one call, and what it says of them is stored in one
transaction: whatever happens, at most one picture's work is lost.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from annotation_db.database.store import Store
from annotation_db.database.transactions import transact
from annotation_db.errors import NotFound, PictureError, Refused, StudioError
from annotation_db.pictures import images, masks
from annotation_db.pictures.picture_files import open_rgb
from annotation_db.predictions import predictions
from annotation_db.predictions.prediction_records import (
    DistortionPrediction,
    NewPrediction,
    PredictorInfo,
    PredictorRecord,
)
from annotation_db.rating.permissions import Action
from annotation_db.records import ImageRecord, RoiRecord
from annotation_db.safety import integrity
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from annotation_db.vocabulary.scales import SCALE_NAMES
from model.predictors.factory import card_of, load_predictor
from model.predictors.protocol import NotAssessable, OutOfMemory, Predictor, PredictorError, RoiPrediction
from seagull_studio.operations.acting import allow

WHO: Final = "predict"


@dataclass(frozen=True, slots=True)
class PredictReport:
    """What became of the ROIs that had no prediction of this model."""

    model: str
    predictor_id: int | None
    """None where nothing was loaded, because every shard was done elsewhere."""
    pictures: int
    """Pictures with ROIs to predict."""
    predicted: int
    """ROIs."""
    unreadable: int
    """Of them: ROIs with a scale whose reply could not be read."""
    failed: tuple[tuple[str, str], ...]
    """(picture, sentence) of what was left out."""
    stopped: bool
    """It was cancelled; what was predicted until then is kept."""

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            "model": self.model,
            "predictor": self.predictor_id,
            "pictures": self.pictures,
            "predicted": self.predicted,
            "unreadable": self.unreadable,
            "failed": [{"file": path, "message": sentence} for path, sentence in self.failed],
            "stopped": self.stopped,
        }


def info(predictor: Predictor, spec: str = "") -> PredictorInfo:
    """How a model presents itself to the database, with the specification that it was loaded from."""
    return PredictorInfo(
        name=predictor.name,
        kind=predictor.kind,
        signature=predictor.signature,
        card=card_of(predictor, spec),
        untrained=predictor.untrained,
    )


def new_prediction(roi_id: int, said: RoiPrediction, seconds: float | None = None) -> NewPrediction:
    """What a model says of a ROI, as a row to be stored."""
    return NewPrediction(
        roi_id=roi_id,
        votes=said.votes,
        confidences=said.confidences,
        quality_probabilities=said.quality,
        quality_score=said.quality_score,
        importance_probabilities=said.importance,
        importance_score=said.importance_score,
        distortions={
            name: DistortionPrediction(one.presence, one.severity, one.value)
            for name, one in said.distortions.items()
        },
        raw_text=said.raw_text,
        unreadable=[name for name in SCALE_NAMES if name in said.unreadable],
        seconds=seconds,
    )


def register(store: Store, about: PredictorInfo, who: str = WHO) -> PredictorRecord:
    """Make a model known to a project; one that is known already stays as it is."""
    with store.read() as s:
        try:
            known = predictions.find_predictor(s, about.signature)
            if (known.name, known.card) == (about.name, about.card):
                return known
        except NotFound:
            pass
    return transact(store, lambda s: predictions.register(s, about, who), who=who, repeatable=True)


def keep(store: Store, predictor_id: int, rows: Sequence[NewPrediction], who: str = WHO) -> None:
    """Store predictions; those that ratings refer to stay as they are.

    Parameters
    ----------
    predictor_id : int
        Whose they are.
    rows : sequence of NewPrediction
        At most one of a ROI.
    who : str
        Who does it, for the audit trail.
    """
    transact(store, lambda s: predictions.store(s, predictor_id, rows), who=who, repeatable=True)


def run(
    store: Store,
    spec: str,
    *,
    device: str = "auto",
    limit_images: int | None = None,
    shard: tuple[int, int] = (0, 1),
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> PredictReport:
    """Predict every ROI that this model has said nothing of.

    Stopping loses nothing: calling it again goes on where it stopped. A model with other weights has another
    signature, so it says everything anew.

    Parameters
    ----------
    spec : str
        See `model.predictors.factory`.
    device : str
        "auto", "cpu", "cuda", "cuda:1", "mps" ...
    limit_images : int, optional
        Only so many pictures, all processes together; each takes its share of them.
    shard : (int, int)
        (k, n): only the pictures that fall to process k of n.

    Raises
    ------
    ProjectError
        If the database is damaged.
    Refused
        If the model can not be used or can not go on; what was predicted until then is kept.
    """
    allow(store, Action.MODELS)
    with store.read() as s:
        integrity.refuse_damaged(s)
    if progress is not None:
        progress(0, 0, f"loading {spec}")
    try:
        predictor = load_predictor(spec, device)
    except PredictorError as error:
        raise Refused(str(error)) from error
    record = register(store, info(predictor, spec))
    with store.read() as s:
        missing = predictions.missing(s, record.id)
    own = None if limit_images is None else len(range(shard[0], limit_images, shard[1]))
    todo = [
        (image, [roi for roi, _ in group])
        for image, group in groupby(missing, key=lambda pair: pair[1])
        if image.id % shard[1] == shard[0]
    ][:own]
    predicted = unreadable = 0
    failed: list[tuple[str, str]] = []
    stopped = False
    for number, (image, rois) in enumerate(todo):
        if cancelled is not None and cancelled():
            stopped = True
            break
        if progress is not None:
            progress(number, len(todo), image.path)
        try:
            rows, wrong = _picture(predictor, image, rois)
        except PictureError as error:
            failed.append((image.path, str(error)))
            continue
        except (PredictorError, Refused) as error:
            raise Refused(f"{error} {predicted} ROIs were predicted and are kept.") from error
        failed.extend((image.path, sentence) for sentence in wrong)
        if rows:
            try:
                keep(store, record.id, rows)
            except StudioError as error:
                # It says of its own transaction that nothing was changed; what went before is kept.
                cause = str(error).replace("nothing was changed, so ", "")
                raise type(error)(f"{predicted} ROIs were predicted and are kept. {cause}") from error
        predicted += len(rows)
        unreadable += sum(bool(row.unreadable) for row in rows)
    else:
        if progress is not None:
            progress(len(todo), len(todo), predictor.name)
    return PredictReport(predictor.name, record.id, len(todo), predicted, unreadable, tuple(failed), stopped)


def sentence(report: PredictReport) -> str:
    """What was done, for a person."""
    if report.stopped:
        return f"Stopped with {report.predicted} ROIs predicted; start it again to go on from there."
    told = f"{report.model} predicted {report.predicted} ROIs on {report.pictures} pictures"
    if report.unreadable:
        told += f", {report.unreadable} of them with a reply that could not be read in full"
    if report.failed:
        told += f"; {len(report.failed)} could not be predicted"
    return told + "."


def _picture(
    predictor: Predictor, image: ImageRecord, rois: Sequence[RoiRecord]
) -> tuple[list[NewPrediction], list[str]]:
    """The rows of one picture's ROIs, and a sentence for each ROI that had to be left out."""
    wrong = images.verify(image)
    if wrong is not None:
        raise PictureError(wrong)
    rgb = open_rgb(images.absolute_path(image))
    decoded = [masks.decode(masks.Rle(roi.size, roi.counts)) for roi in rois]
    started = time.perf_counter()
    try:
        said: list[RoiPrediction | str] = list(predictor.predict(rgb, decoded))
    except (NotAssessable, OutOfMemory) as error:
        if len(rois) == 1:
            if isinstance(error, OutOfMemory):
                raise
            return [], [f"ROI {rois[0].external_id}: {error}"]
        # One ROI must not take the others of its picture along.
        said = [_alone(predictor, rgb, mask) for mask in decoded]
    seconds = (time.perf_counter() - started) / len(rois)
    pairs = list(zip(rois, said, strict=True))
    rows = [new_prediction(roi.id, one, seconds) for roi, one in pairs if isinstance(one, RoiPrediction)]
    return rows, [f"ROI {roi.external_id}: {one}" for roi, one in pairs if isinstance(one, str)]


def _alone(predictor: Predictor, rgb: Any, mask: Any) -> RoiPrediction | str:
    try:
        return predictor.predict(rgb, [mask])[0]
    except NotAssessable as error:
        return str(error)
