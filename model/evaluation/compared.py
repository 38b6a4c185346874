"""Labels and one model's predictions of the same ROIs as columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotation_db.vocabulary.scales import DISTORTIONS, NON_EXISTENT, OVERALL
from model.evaluation.label_file import LabelFile
from model.evaluation.prediction_file import ANSWERS, PredictedRoi, PredictionFile

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Bools = NDArray[np.bool_]

UNREAD = -1
"""A distortion's level that could not be read."""


@dataclass(frozen=True, slots=True)
class Truth:
    """Labels of R ROIs."""

    means: dict[str, Floats]
    """Of quality and importance, each of shape (R,)."""
    levels: Integers
    """Of the six distortions, shape (R, 6); 5 is non-existent."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one model says of them."""

    scores: dict[str, Floats]
    """Of quality and importance, each of shape (R,); NaN where it could not be read."""
    levels: Integers
    """Of the six distortions, shape (R, 6); `UNREAD` where it could not be read."""
    rois: tuple[PredictedRoi, ...]

    @property
    def answered(self) -> Bools:
        """Whether the answer on distortions could be read, shape (R,): all six of it."""
        return np.asarray((self.levels != UNREAD).all(axis=1), dtype=np.bool_)

    def read(self, name: str) -> Bools:
        """Whether a score could be read, shape (R,)."""
        return np.asarray(np.isfinite(self.scores[name]), dtype=np.bool_)

    @property
    def unreadable(self) -> float:
        """Share of answers that could not be read, among three on each ROI."""
        lost = sum(int((~self.read(name)).sum()) for name in OVERALL) + int((~self.answered).sum())
        return lost / (len(ANSWERS) * len(self.rois))


def truth_of(labels: LabelFile) -> Truth:
    """The labels as columns, in the order of the file's ROIs."""
    return Truth(
        {name: np.array([roi.means[name] for roi in labels.rois]) for name in OVERALL},
        np.array([[roi.levels[name] for name in DISTORTIONS] for roi in labels.rois], dtype=np.int64),
    )


def said_of(labels: LabelFile, predictions: PredictionFile) -> Said:
    """One model's predictions as columns, in the same order."""
    rois = tuple(predictions.rois[roi.key] for roi in labels.rois)
    levels = [[UNREAD if (v := roi.distortions[name]) is None else v for name in DISTORTIONS] for roi in rois]
    return Said(
        {
            name: np.array([np.nan if (s := roi.scores[name]) is None else s for roi in rois])
            for name in OVERALL
        },
        np.array(levels, dtype=np.int64),
        rois,
    )


def present(levels: Integers) -> Bools:
    """Which distortions levels tell of."""
    return np.asarray((levels != NON_EXISTENT) & (levels != UNREAD), dtype=np.bool_)
