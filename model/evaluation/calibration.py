"""How far a model's probabilities are from the shares of the votes.

Jensen-Shannon divergence (Lin 1991, IEEE Transactions on Information Theory 37, 145-151; base 2, 0 .. 1), and
the earth mover's distance of the levels on a line, in levels (the sum of the differences of the cumulated
shares; Rubner et al. 2000, International Journal of Computer Vision 40, 99-121). Reliability: all pairs of a
ROI and a level, in ten bins of the probability, against the share of votes that the level has (after
Murphy and Winkler 1977, Applied Statistics 26, 41-47). Votes of seven people are noisy themselves: even the
true probabilities have a JS above 0 to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from annotation_db.vocabulary.scales import SCALE_NAMES, SCALES
from model.evaluation.block import Block
from model.evaluation.compared import Said
from model.evaluation.label_file import LabelledRoi
from model.evaluation.resamples import Resamples

Floats = NDArray[np.float64]

BINS: Final = 10
NO_PROBABILITIES: Final = "the predictions give no probabilities of a ROI whose votes the label file tells"


def calibration(rois: Sequence[LabelledRoi], said: Said, resamples: Resamples) -> dict[str, Any] | None:
    """JS, EMD and reliability of each scale that probabilities are given of.

    Returns
    -------
    dict or None
        None where there are none at all.
    """
    told = {}
    for scale in SCALE_NAMES:
        among = np.array(
            [
                roi.counts is not None and scale in one.probabilities
                for roi, one in zip(rois, said.rois, strict=True)
            ]
        )
        if among.any():
            told[scale] = _scale(rois, said, scale, among, resamples)
    return told or None


def js_divergence(p: Floats, q: Floats) -> Floats:
    """Jensen-Shannon divergence of rows of shares, base 2.

    Parameters
    ----------
    p, q : ndarray of float64, shape (n, K)

    Returns
    -------
    ndarray of float64, shape (n,)
        0 for equal rows, 1 for rows that share no level.
    """
    middle = (p + q) / 2

    def to_middle(shares: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = np.where(shares > 0, shares * np.log2(shares / middle), 0.0)
        return np.asarray(terms.sum(axis=1), dtype=np.float64)

    return np.clip((to_middle(p) + to_middle(q)) / 2, 0.0, 1.0)


def emd(p: Floats, q: Floats) -> Floats:
    """Earth mover's distance of rows of shares, in levels, shape (n,)."""
    return np.asarray(np.abs(np.cumsum(p - q, axis=1)[:, :-1]).sum(axis=1), dtype=np.float64)


def _scale(
    rois: Sequence[LabelledRoi], said: Said, scale: str, among: NDArray[np.bool_], resamples: Resamples
) -> dict[str, Any]:
    taken: list[int] = np.flatnonzero(among).tolist()
    counts = np.array([(rois[n].counts or {})[scale] for n in taken], dtype=np.float64)
    votes = counts / counts.sum(axis=1, keepdims=True)
    given = np.array([said.rois[n].probabilities[scale] for n in taken])
    block = Block()
    for name, found in (("js", js_divergence(given, votes)), ("emd", emd(given, votes))):
        values = np.zeros(len(among))
        values[taken] = found
        block.put(name, float(found.mean()))
        block.put_interval(name, resamples.interval(resamples.means(values, among), among))
    bins = _reliability(given.ravel(), votes.ravel())
    pairs = sum(one["pairs"] for one in bins)
    gap = sum(one["pairs"] * abs(one["predicted"] - one["votes"]) for one in bins) / pairs
    block.put("reliability_gap", gap)
    return block.as_json(rois=len(taken), levels=len(SCALES[scale].levels), reliability=bins)


def _reliability(given: Floats, votes: Floats) -> list[dict[str, Any]]:
    """Bins that hold something: from, to, pairs, mean probability, mean share of votes."""
    at = np.minimum((given * BINS).astype(np.int64), BINS - 1)
    return [
        {
            "from": place / BINS,
            "to": (place + 1) / BINS,
            "pairs": int((at == place).sum()),
            "predicted": float(given[at == place].mean()),
            "votes": float(votes[at == place].mean()),
        }
        for place in range(BINS)
        if (at == place).any()
    ]
