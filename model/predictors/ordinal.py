"""Ordinal regression with a ridge: the proportional odds model (McCullagh, JRSS B 42, 1980).

P(vote <= k | x) = logistic(c_k - x.w), c_0 < c_1 < ...; w and c maximise the log-likelihood of all votes,
each ROI counting once whatever its number of votes, less ridge * |w|^2 / 2 per ROI.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OrdinalModel:
    """Fitted weights of one scale."""

    weights: Floats
    """Shape (p,)."""
    thresholds: Floats
    """Increasing, shape (levels - 1,)."""

    def probabilities(self, x: Floats) -> Floats:
        """Of every level, shape (R, levels), for measures of shape (R, p)."""
        below = _logistic(self.thresholds[None, :] - _times(x, self.weights)[:, None])
        ends = np.zeros((len(x), 1)), np.ones((len(x), 1))
        return np.diff(np.concatenate([ends[0], below, ends[1]], axis=1), axis=1)

    def expected(self, x: Floats) -> Floats:
        """The mean vote, shape (R,)."""
        p = self.probabilities(x)
        means: Floats = p @ np.arange(p.shape[1])
        return means


def fit(x: Floats, votes: Floats, ridge: float) -> OrdinalModel:
    """Fit one scale.

    Parameters
    ----------
    x : ndarray, shape (R, p)
        Standardised measures.
    votes : ndarray, shape (R, levels)
        How many votes each level got; at least one vote per ROI.
    ridge : float
        Strength of the penalty, above 0.
    """
    from scipy.optimize import minimize

    share = votes / votes.sum(axis=1, keepdims=True)
    # A vote's thousandth on every level keeps the thresholds apart where a level was never chosen.
    overall = np.cumsum(share.mean(axis=0) + 1e-3)
    levels, p = votes.shape[1], x.shape[1]
    start = np.log(overall[:-1] / (overall[-1] - overall[:-1]))
    # Gaps as logarithms: the thresholds then stay in order whatever the optimiser tries.
    first = np.concatenate([np.zeros(p), start[:1], np.log(np.maximum(np.diff(start), 1e-3))])

    def loss(theta: Floats) -> tuple[float, Floats]:
        w, thresholds = theta[:p], _thresholds(theta[p:])
        below = _logistic(thresholds[None, :] - _times(x, w)[:, None])
        full = np.concatenate([np.zeros((len(x), 1)), below, np.ones((len(x), 1))], axis=1)
        chance = np.maximum(np.diff(full, axis=1), 1e-12)
        ratio = share / chance
        # d loss / d (threshold - x.w), one by one.
        slope = -(ratio[:, :-1] - ratio[:, 1:]) * below * (1.0 - below)
        by_threshold = slope.sum(axis=0) / len(x)
        by_gap = np.exp(theta[p + 1 :]) * np.cumsum(by_threshold[::-1])[::-1][1:]
        by_weight = -_times(x.T, slope.sum(axis=1)) / len(x) + ridge * w
        value = -float((share * np.log(chance)).sum()) / len(x) + 0.5 * ridge * float(w @ w)
        # Without votes on an end level its gap would grow for ever.
        shrinkage = 1e-4 * theta[p:]
        gradient = np.concatenate([by_weight, [by_threshold.sum()], by_gap])
        gradient[p:] += shrinkage
        return value + 0.5e-4 * float(theta[p:] @ theta[p:]), gradient

    # Truncated Newton: its code calls no BLAS either.
    found = minimize(loss, first, jac=True, method="TNC", options={"maxfun": 2000})
    theta = np.asarray(found.x, dtype=np.float64)
    assert len(theta) == p + levels - 1
    return OrdinalModel(theta[:p], _thresholds(theta[p:]))


def log_losses(model: OrdinalModel, x: Floats, votes: Floats) -> Floats:
    """Minus the mean log-probability of each ROI's votes, shape (R,)."""
    share = votes / votes.sum(axis=1, keepdims=True)
    chance = np.maximum(model.probabilities(x), 1e-6)
    return -np.asarray((share * np.log(chance)).sum(axis=1))


def _times(matrix: Floats, vector: Floats) -> Floats:
    """Matrix times vector without BLAS, whose threads cost more than they bring at these sizes."""
    return np.asarray(np.einsum("ij,j->i", matrix, vector))


def _thresholds(free: Floats) -> Floats:
    return np.asarray(np.cumsum(np.concatenate([free[:1], np.exp(free[1:])])))


def _logistic(values: Floats) -> Floats:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * values)))
