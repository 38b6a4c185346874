"""Everything that is told of a model on an export: what ``evaluate --json`` prints.

Figures and formulas: docs/methods.md. SROCC and PLCC are those of raw scores against the label's mean; set
figures are on 0 .. 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from annotation_db.vocabulary.scales import LEVELS, OVERALL, level_of_score
from model.evaluation import scores, sets
from model.evaluation.calibration import NO_PROBABILITIES, calibration
from model.evaluation.compared import Said, Truth, said_of, truth_of
from model.evaluation.label_file import LabelFile
from model.evaluation.prediction_file import PredictionFile, refuse_unfit
from model.evaluation.published import PUBLISHED
from model.evaluation.reach import panel
from model.evaluation.resamples import Resamples
from model.evaluation.worst import worst

_STEPS = 5


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One model on one label file."""

    labels: LabelFile
    predictions: PredictionFile
    against: PredictionFile | None
    truth: Truth
    said: Said
    worst: list[tuple[int, float]]
    """Places among the labelled ROIs, and errors; see `model.evaluation.worst`."""
    document: dict[str, Any]
    """JSON values."""


def evaluate(
    labels: LabelFile,
    predictions: PredictionFile,
    against: PredictionFile | None = None,
    *,
    bootstrap: int = 1000,
    seed: int = 0,
    subset: bool = False,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> Evaluation:
    """Compute everything.

    Parameters
    ----------
    against : PredictionFile, optional
        Another model's predictions of the same ROIs.
    bootstrap : int
        Resamples of the images for the 95 % intervals.
    seed : int
        Of resamples and panels: same files and seed, same figures.
    subset : bool
        The label file may hold fewer ROIs than were predicted.

    Raises
    ------
    EvaluationRefused
        If predictions and labels do not fit each other.
    Cancelled
        If `cancelled` said so.
    """
    for one in (predictions, *([against] if against is not None else [])):
        refuse_unfit(one, labels, subset=subset)

    def step(done: int, what: str) -> None:
        if progress is not None:
            progress(done, _STEPS, what)

    truth, said = truth_of(labels), said_of(labels, predictions)
    resamples = Resamples([roi.img for roi in labels.rois], bootstrap, seed)
    told: dict[str, Any] = {
        "rois": len(labels.rois),
        "images": resamples.counts.shape[1],
        "left_out": len(labels.unlabelled),
        "model": predictions.model,
        "untrained": predictions.untrained,
        "bootstrap": {"resamples": bootstrap, "seed": seed, "unit": "image", "method": "percentile"},
    }
    step(0, "scores")
    told |= {name: scores.scores(truth, said, name, resamples) for name in OVERALL}
    step(1, "distortions")
    told["types"] = sets.means(truth, said, resamples, severities=False)
    told["severity"] = sets.means(truth, said, resamples, severities=True)
    told["per_distortion_f1"] = sets.per_distortion(truth, said, resamples)
    told["unreadable"] = said.unreadable
    told["confusion"] = {name: confusion(truth, said, name) for name in OVERALL}
    told["presence"] = sets.presence(truth, said)
    undefined = {}
    step(2, "the other model")
    told["against"] = None
    if against is None:
        undefined["against"] = "no other model was given"
    else:
        told["against"] = _against(truth, said, said_of(labels, against), against, resamples)
    step(3, "calibration")
    told["calibration"] = calibration(labels.rois, said, resamples)
    if told["calibration"] is None:
        undefined["calibration"] = NO_PROBABILITIES
    step(4, "panels")
    told["panel"] = panel(labels.rois, bootstrap=bootstrap, seed=seed, progress=progress, cancelled=cancelled)
    bad = worst(truth, said)
    told["worst"] = [
        {"img": labels.rois[place].img, "id": labels.rois[place].id, "error": error} for place, error in bad
    ]
    told["published"] = PUBLISHED
    told["files"] = _files(labels, predictions, against)
    told["undefined"] = undefined or None
    return Evaluation(labels, predictions, against, truth, said, bad, told)


def confusion(truth: Truth, said: Said, name: str) -> list[list[int]]:
    """How often each level of Eq. 1 of the label (rows) met each of the score (columns), 5 x 5 numbers."""
    counts = np.zeros((LEVELS, LEVELS), dtype=np.int64)
    for mean, score in zip(truth.means[name].tolist(), said.scores[name].tolist(), strict=True):
        if np.isfinite(score):
            counts[level_of_score(mean), level_of_score(score)] += 1
    found: list[list[int]] = counts.tolist()
    return found


def _against(
    truth: Truth, said: Said, other: Said, against: PredictionFile, resamples: Resamples
) -> dict[str, Any]:
    return {
        "model": against.model,
        "untrained": against.untrained,
        **{name: scores.difference(truth, said, other, name, resamples) for name in OVERALL},
        "types": sets.difference(truth, said, other, resamples, severities=False),
        "severity": sets.difference(truth, said, other, resamples, severities=True),
        "unreadable": other.unreadable,
    }


def _files(labels: LabelFile, predictions: PredictionFile, against: PredictionFile | None) -> dict[str, Any]:
    training = sum(roi.split == "train" for roi in labels.rois)
    told: dict[str, Any] = {
        "labels": {
            "path": str(labels.path),
            "sha256": labels.sha256,
            "changed_since_export": labels.changed,
            "training_rois": training,
        },
        "predictions": {
            "path": str(predictions.path),
            "sha256": predictions.sha256,
            "passed_over": len(predictions.rois) - len(labels.rois),
        },
    }
    if against is not None:
        told["against"] = {"path": str(against.path), "sha256": against.sha256}
    return told
