"""Each annotator's bias and inconsistency, and scores corrected for them (ITU-T P.910, Annex E).

A vote is taken as u_ij = psi_j + delta_i + upsilon_i x: the ROI's score, the annotator's bias, and noise of
the annotator's own size. As published the estimates collapse where each ROI has few of many raters: single
raters get an inconsistency of 0 and all the weight. With prior votes each annotator's variance is shrunk to
the pooled one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from annotation_db.agreement.vote_columns import VoteColumns
from annotation_db.errors import Cancelled
from annotation_db.vocabulary.callbacks import CancelCheck

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

PRIOR_VOTES: Final = 10
"""nu: pseudo-votes of the pooled variance."""
_SETTLED: Final = 1e-8
"""L2 norm of the scores' change below which the rounds end."""
_MOST_ROUNDS: Final = 1000
_LEAST_VARIANCE: Final = 1e-8
"""Added to every variance before it divides."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Which annotators and ROIs hang together: biases compare only within a group."""

    count: int
    of_annotator: Integers
    """Shape (A,), 0 .. count - 1."""
    of_roi: Integers
    """Shape (R,)."""


@dataclass(frozen=True, slots=True)
class ObserverModel:
    """What was estimated on one scale."""

    bias: Floats
    """delta, shape (A,), in levels; of each group its unweighted mean is 0."""
    inconsistency: Floats
    """upsilon, shape (A,), in levels."""
    score: Floats
    """psi, shape (R,): the bias-corrected score. Never the label."""
    standard_error: Floats
    """Of psi, shape (R,): population SD of the ROI's residuals by sqrt(n)."""
    residual: Floats
    """u - psi - delta, shape (N,)."""
    converged: bool
    rounds: int
    prior_votes: float


def groups(table: VoteColumns) -> Groups:
    """The connected parts of the graph of annotators and ROIs."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    people, rois = len(table.annotator_ids), len(table.roi_ids)
    ones = np.ones(len(table.roi), dtype=np.int8)
    edges = coo_array((ones, (table.annotator, people + table.roi)), shape=(people + rois, people + rois))
    count, part = connected_components(edges, directed=False)
    return Groups(int(count), part[:people].astype(np.int64), part[people:].astype(np.int64))


def fit(
    table: VoteColumns,
    scale: str,
    together: Groups,
    *,
    prior_votes: float = PRIOR_VOTES,
    cancelled: CancelCheck | None = None,
) -> ObserverModel:
    """Estimate the model on one scale; distortions are 0 .. 5.

    Parameters
    ----------
    table : VoteColumns
        At least one rating.
    together : Groups
        From `groups`.
    prior_votes : float
        nu; 0 is the published algorithm.

    Raises
    ------
    Cancelled
        If `cancelled` said so.
    """
    u = table.column(scale).astype(np.float64)
    sums = _Sums(table)
    psi = sums.of_rois(u) / sums.n_roi
    delta = sums.of_annotators(u - psi[table.roi]) / sums.n_annotator
    upsilon = np.zeros_like(delta)
    rounds, converged = 0, False
    while rounds < _MOST_ROUNDS and not converged:
        if cancelled is not None and cancelled():
            raise Cancelled("The agreement was not computed to its end.")
        rounds += 1
        e = u - psi[table.roi] - delta[table.annotator]
        variance = _variance(sums, e, table.annotator, prior_votes)
        upsilon = np.sqrt(variance)
        weight = (1 / (variance + _LEAST_VARIANCE))[table.annotator]
        before = psi
        psi = sums.of_rois(weight * (u - delta[table.annotator])) / sums.of_rois(weight)
        delta = sums.of_annotators(u - psi[table.roi]) / sums.n_annotator
        converged = bool(np.linalg.norm(psi - before) < _SETTLED)
    size = np.bincount(together.of_annotator, minlength=together.count)
    centre = np.bincount(together.of_annotator, delta, minlength=together.count) / np.maximum(size, 1)
    delta = delta - centre[together.of_annotator]
    psi = psi + centre[together.of_roi]
    residual = u - psi[table.roi] - delta[table.annotator]
    own = sums.of_rois(residual) / sums.n_roi
    squares = sums.of_rois((residual - own[table.roi]) ** 2)
    error = np.sqrt(squares) / sums.n_roi  # sqrt(squares / n) / sqrt(n)
    return ObserverModel(delta, upsilon, psi, error, residual, converged, rounds, prior_votes)


def _variance(sums: _Sums, e: Floats, annotator: Integers, prior_votes: float) -> Floats:
    """upsilon^2 = (SS + nu pooled) / (n + nu), SS around the annotator's own mean; nu = 0 as published."""
    mean = sums.of_annotators(e) / sums.n_annotator
    squares = sums.of_annotators((e - mean[annotator]) ** 2)
    pooled = squares.sum() / sums.n_annotator.sum()
    return np.asarray((squares + prior_votes * pooled) / (sums.n_annotator + prior_votes), dtype=np.float64)


class _Sums:
    """Sums over the ratings of each ROI and of each annotator."""

    def __init__(self, table: VoteColumns) -> None:
        self._table = table
        self.n_roi = self.of_rois(np.ones(len(table.roi)))
        self.n_annotator = self.of_annotators(np.ones(len(table.roi)))

    def of_rois(self, values: Floats) -> Floats:
        return _added(self._table.roi, values, len(self._table.roi_ids))

    def of_annotators(self, values: Floats) -> Floats:
        return _added(self._table.annotator, values, len(self._table.annotator_ids))


def _added(group: Integers, values: Floats, groups_n: int) -> Floats:
    return np.bincount(group, values, minlength=groups_n).astype(np.float64)
