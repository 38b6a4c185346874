"""Distortions as sets of words: precision, recall and F1 of each ROI, then their mean (the paper, Sec. 5.1).

Types: the distortions that are there, or "clean" where none is. Severities: pairs of a distortion and its
level, or "clean". An answer that could not be read is a set with one element that no label has.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotation_db.vocabulary.scales import DISTORTIONS
from model.evaluation.block import Block
from model.evaluation.compared import Said, Truth, present
from model.evaluation.resamples import Resamples
from model.evaluation.scores import paired

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FIGURES: Final = ("precision", "recall", "f1")
COLUMNS: Final = (*DISTORTIONS, "clean")
"""Of the F1 by distortion."""
AVERAGE: Final = "average"
_NOWHERE: Final = "it is neither present nor predicted anywhere"


class OfRois(NamedTuple):
    """One number for each of R ROIs."""

    precision: Floats
    recall: Floats
    f1: Floats


def of_rois(truth: Truth, said: Said, *, severities: bool) -> OfRois:
    """Precision, recall and F1 of each ROI.

    Parameters
    ----------
    severities : bool
        A distortion is right with its level only.

    Returns
    -------
    OfRois
        Each of shape (R,), 0 .. 1. F1 is 0 where nothing is right.
    """
    there, told, answered = present(truth.levels), present(said.levels), said.answered
    same = there & told & (truth.levels == said.levels) if severities else there & told
    clean, says_clean = ~there.any(axis=1), ~told.any(axis=1)
    right = np.where(answered, same.sum(axis=1) + (clean & says_clean), 0).astype(np.float64)
    wanted = np.maximum(there.sum(axis=1), 1)
    given = np.where(answered, np.maximum(told.sum(axis=1), 1), 1)
    return OfRois(right / given, right / wanted, 2 * right / (given + wanted))


def means(truth: Truth, said: Said, resamples: Resamples, *, severities: bool) -> dict[str, Any]:
    """The means over the ROIs. F1 is a mean of F1s, not the harmonic mean of the other two.

    Parameters
    ----------
    truth, said
        Of R ROIs.
    resamples : Resamples
        Of the same ROIs.
    severities : bool
        A distortion is right with its level only.
    """
    block = Block()
    for name, values in of_rois(truth, said, severities=severities)._asdict().items():
        block.put(name, float(values.mean()))
        block.put_interval(name, resamples.interval(resamples.means(values)))
    return block.as_json()


def difference(
    truth: Truth, said: Said, other: Said, resamples: Resamples, *, severities: bool
) -> dict[str, Any]:
    """How much larger the means are than another model's.

    Parameters
    ----------
    truth, said
        Of R ROIs.
    other : Said
        Of the other model, of the same ROIs.
    resamples : Resamples
        Of the same ROIs: both models are in each of them.
    severities : bool
        A distortion is right with its level only.
    """
    own, theirs = (of_rois(truth, one, severities=severities)._asdict() for one in (said, other))
    told = {}
    for name in FIGURES:
        block = Block()
        a, b = float(own[name].mean()), float(theirs[name].mean())
        for key, value in (("difference", a - b), ("own", a), ("other", b)):
            block.put(key, value)
        told[name] = paired(block, resamples, resamples.means(own[name] - theirs[name]))
    return told


def per_distortion(truth: Truth, said: Said, resamples: Resamples) -> dict[str, Any]:
    """F1 of each distortion and of "clean" over all ROIs, and the plain mean of those that exist."""
    there, told = _columns(truth, said)
    hits = np.stack([there & told, there & ~told, ~there & told], axis=2).astype(np.float64)
    point = _f1(hits.sum(axis=0))
    drawn = _f1(resamples.sums(hits.reshape(len(hits), -1)).reshape(-1, len(COLUMNS), 3))
    block = Block()
    for place, name in enumerate(COLUMNS):
        block.put(name, float(point[place]), _NOWHERE)
        block.put_interval(name, resamples.interval(drawn[:, place]))
    block.put(AVERAGE, _mean(point[None])[0], "no distortion and no clean ROI is present or predicted")
    block.put_interval(AVERAGE, resamples.interval(_mean(drawn)))
    return block.as_json()


def presence(truth: Truth, said: Said) -> dict[str, dict[str, int]]:
    """How labels and predictions of each distortion, and of "clean", meet: numbers of ROIs."""
    there, told = _columns(truth, said)
    read = said.answered[:, None]
    cells = {
        "both": there & told,
        "label_only": there & ~told & read,
        "prediction_only": ~there & told,
        "neither": ~there & ~told & read,
        "unreadable": np.broadcast_to(~read, there.shape),
    }
    return {
        name: {cell: int(where[:, place].sum()) for cell, where in cells.items()}
        for place, name in enumerate(COLUMNS)
    }


def _columns(truth: Truth, said: Said) -> tuple[Bools, Bools]:
    """What labels and predictions tell of, shape (R, 7) each; what could not be read predicts nothing."""
    there, told = present(truth.levels), present(said.levels)
    read = said.answered[:, None]
    with_clean = np.concatenate([there, ~there.any(axis=1, keepdims=True)], axis=1)
    told_clean = np.concatenate([told, ~told.any(axis=1, keepdims=True)], axis=1) & read
    return with_clean, told_clean


def _f1(hits: Floats) -> Floats:
    """From how often both, only the label, only the prediction tells of it, shape (..., 3); NaN for never."""
    both, missed, wrong = np.moveaxis(hits, -1, 0)
    with np.errstate(invalid="ignore"):
        return np.asarray(2 * both / (2 * both + missed + wrong), dtype=np.float64)


def _mean(columns: Floats) -> Floats:
    """Mean of the numbers of each row, shape (B, 7) to (B,); NaN where there is none."""
    known = np.isfinite(columns)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(known, columns, 0).sum(axis=1) / known.sum(axis=1), dtype=np.float64)
