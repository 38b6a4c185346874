"""How far off a model is on each ROI, so that people look at the worst ones first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from annotation_db.vocabulary.scales import MAX_SCORE, OVERALL
from model.evaluation.compared import Said, Truth
from model.evaluation.prediction_file import ANSWERS
from model.evaluation.sets import of_rois

WORST = 20


def errors(truth: Truth, said: Said) -> NDArray[np.float64]:
    """The mean error of the three answers on each ROI, shape (R,), 0 .. 1.

    A score's is its distance to the mean label over 4, that of the distortions 1 less the F1 of the
    severities; an answer that could not be read has 1.
    """
    added = 1 - of_rois(truth, said, severities=True).f1
    for name in OVERALL:
        off = np.abs(said.scores[name] - truth.means[name]) / MAX_SCORE
        added = added + np.where(said.read(name), off, 1.0)
    return np.asarray(added / len(ANSWERS), dtype=np.float64)


def worst(truth: Truth, said: Said, most: int = WORST) -> list[tuple[int, float]]:
    """Places and errors of the worst ROIs, the worst first; of equal ones the first."""
    found = errors(truth, said)
    return [(int(place), float(found[place])) for place in np.argsort(-found, kind="stable")[:most]]
