"""What a network makes of held-out ROIs: scores against labels, losses, and predictions as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import isfinite, nan
from typing import Any, Final

import numpy as np
import torch

from annotation_db.vocabulary.scales import DISTORTIONS, MAX_SCORE, OVERALL, SCALE_NAMES
from model.evaluation.label_file import LabelledRoi
from model.evaluation.metrics import plcc, srocc
from model.evaluation.prediction_file import PredictedRoi, as_line
from model.evaluation.reach import panel
from model.evaluation.scores import why_no_correlation
from model.predictors.protocol import RoiPrediction, expected_level
from model.predictors.seagull import prediction
from model.seagull.assessor import Assessor
from model.seagull.errors import NotANumberError
from model.training.config import MODE
from model.training.dataset import TrainingImage, TrainingRoi
from model.training.errors import LossIsNoNumber
from model.training.passes import packed_losses
from model.training.pictures import Pictures
from model.training.plan import Plan
from model.training.ranks import Ranks
from model.training.trainable import Trained, in_its_precision

_FEW_RESAMPLES: Final = 2
"""Intervals of the panels are not asked for."""


def validate(
    trained: Trained,
    tokenizer: Any,
    plan: Plan,
    pictures: Pictures,
    images: Sequence[TrainingImage],
    ranks: Ranks,
    between: Callable[[int, int], bool] | None = None,
) -> dict[str, Any] | None:
    """Score held-out ROIs; each process takes some of the pictures, and all are told the whole.

    Parameters
    ----------
    between : callable, optional
        Told before each picture how many are done and how many there are, in this process; True ends it.

    Returns
    -------
    dict or None
        ``{"srocc", "plcc", "undefined"}`` by scale, the mean SROCC over the scales as ``"mean_srocc"`` (None
        where it is not defined on any; ``"undefined"`` says why), the mean ``"loss"``, and ``"rois"``. None
        where a process was told to end.

    Raises
    ------
    LossIsNoNumber
        In all processes, if a score or the loss of one of them is not finite.
    """
    network = trained.network
    assessor = Assessor(network, tokenizer, mode=MODE)
    scores: dict[str, list[float]] = {scale: [] for scale in OVERALL}
    labels: dict[str, list[float]] = {scale: [] for scale in OVERALL}
    total, answers, ended = 0.0, 0, False
    mine = images[ranks.number :: ranks.count]
    with in_its_precision(network):
        for done, image in enumerate(mine):
            if between is not None and between(done, len(mine)):
                ended = True
                break
            try:
                said = _scores(assessor, pictures, image)
            except NotANumberError:
                total = nan  # told to all processes below
                break
            for roi, one in zip(image.rois, said, strict=True):
                for scale in OVERALL:
                    scores[scale].append(one[scale])
                    labels[scale].append(roi.votes.mean(scale))
            loss, count = _loss(trained, assessor, plan, pictures, image)
            total, answers = total + loss, answers + count
    parts = ranks.gather((scores, labels, total, answers, ended))
    if any(part[4] for part in parts):
        return None
    total, answers = sum(part[2] for part in parts), sum(part[3] for part in parts)
    said_all = (score for said, *_ in parts for scale in OVERALL for score in said[scale])
    if not (isfinite(total) and all(isfinite(score) for score in said_all)):
        raise LossIsNoNumber("A score or the loss of the held-out ROIs is no number.")
    figures: dict[str, Any] = {
        scale: _figures(
            [score for said, *_ in parts for score in said[scale]],
            [label for _, told, *_ in parts for label in told[scale]],
        )
        for scale in OVERALL
    }
    found = [figures[scale]["srocc"] for scale in OVERALL if figures[scale]["srocc"] is not None]
    return {
        **figures,
        "mean_srocc": sum(found) / len(found) if found else None,
        "loss": total / max(1, answers),
        "rois": sum(len(image.rois) for image in images),
        "undefined": None if found else {"mean_srocc": "no scale has an SROCC"},
    }


def attainable(images: Sequence[TrainingImage]) -> dict[str, float | None]:
    """By scale, the correlation that a perfect model could reach with the labels of held-out ROIs.

    The square root of the labels' reliability (`annotation_db.agreement.panels`); None where votes are too
    few to tell.
    """
    rois = [
        LabelledRoi(one.image.name, roi.roi.id, roi.roi.uid, {}, {}, roi.votes.counts, "val", {})
        for one in images
        for roi in one.rois
    ]
    found = panel(rois, bootstrap=_FEW_RESAMPLES, seed=0)["scales"]
    return {scale: found[scale]["attainable"]["plcc"] for scale in OVERALL}


def _figures(scores: Sequence[float], labels: Sequence[float]) -> dict[str, Any]:
    why = why_no_correlation(np.asarray(scores), np.asarray(labels))
    if why:
        return {"srocc": None, "plcc": None, "undefined": {"srocc": why, "plcc": why}}
    return {"srocc": srocc(scores, labels), "plcc": plcc(scores, labels), "undefined": None}


@torch.no_grad()
def _scores(assessor: Assessor, pictures: Pictures, image: TrainingImage) -> list[dict[str, float]]:
    """By scale, of each ROI of a picture."""
    with torch.no_grad():
        levels = pictures.levels(image)
    rgb = pictures.rgb(image)
    picture = assessor.open_picture(rgb, levels)
    outcomes = iter(assessor.ask(picture, [roi.roi.mask(rgb) for roi in image.rois], OVERALL))
    return [{scale: next(outcomes).levels[scale].score for scale in OVERALL} for _ in image.rois]


def _loss(
    trained: Trained, assessor: Assessor, plan: Plan, pictures: Pictures, image: TrainingImage
) -> tuple[float, int]:
    samples = plan.samples(image)
    total = 0.0
    for work in pictures.passes(samples):
        with torch.no_grad():
            inputs = pictures.inputs(image, work.samples)
            total += float(packed_losses(trained.network, assessor.conversation, inputs, work).sum())
    return total, len(samples)


def prediction_lines(
    trained: Trained,
    tokenizer: Any,
    pictures: Pictures,
    images: Sequence[TrainingImage],
    model: str,
    between: Callable[[int, int], None] | None = None,
) -> Iterator[str]:
    """Lines of a prediction file, one for each ROI.

    Parameters
    ----------
    trained : Trained
    tokenizer : transformers tokenizer
    pictures : Pictures
        Reads the pictures.
    images : sequence of TrainingImage
        With the ROIs that are predicted.
    model : str
        What the lines call the model.
    between : callable, optional
        Told before each picture how many are done and how many there are.
    """
    assessor = Assessor(trained.network, tokenizer, mode=MODE)
    for done, image in enumerate(images):
        if between is not None:
            between(done, len(images))
        rgb = pictures.rgb(image)
        with in_its_precision(trained.network):
            found = assessor.assess(rgb, [roi.roi.mask(rgb) for roi in image.rois])
        for roi, told in zip(image.rois, found, strict=True):
            yield as_line(_predicted(image, roi, prediction(told)), model=model)


def _predicted(image: TrainingImage, roi: TrainingRoi, told: RoiPrediction) -> PredictedRoi:
    levels = {"quality": told.quality, "importance": told.importance}
    probabilities: dict[str, tuple[float, ...]] = {n: p for n, p in levels.items() if p is not None}
    for name, one in told.distortions.items():
        if one.severity is not None:
            probabilities[name] = (*(one.presence * p for p in one.severity), 1.0 - one.presence)
    votes = dict(zip(SCALE_NAMES, told.votes, strict=True))
    return PredictedRoi(
        image.image.name,
        roi.roi.id,
        {name: None if p is None else min(expected_level(p), float(MAX_SCORE)) for name, p in levels.items()},
        {name: votes[name] for name in DISTORTIONS},
        probabilities,
        roi.roi.uid,
    )
