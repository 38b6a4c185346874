"""Krippendorff's alpha for ordinal votes, from coincidence counts that can be added and reweighted.

Source: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def coincidences(counts: NDArray[np.int64]) -> Floats:
    """Coincidences of values within units; those of several units may be added.

    Parameters
    ----------
    counts : ndarray of int, shape (units, values)
        How often each value was given to each unit.

    Returns
    -------
    ndarray of float64, shape (units, values, values)
        Ordered pairs of values, weighted 1 / (votes - 1); zero for units with fewer than two votes.
    """
    n = counts.astype(np.float64)
    pairs = n[:, :, None] * n[:, None, :]
    pairs[:, np.arange(n.shape[1]), np.arange(n.shape[1])] -= n
    return np.asarray(pairs / np.maximum(n.sum(axis=1) - 1, 1)[:, None, None], dtype=np.float64)


def point_alpha(counts: NDArray[np.int64]) -> float:
    """Alpha of all units, ordinal, by the package `krippendorff`: the number that people are shown.

    `ordinal_alpha` gives the same for many resamples at once; it is tested against this.

    Parameters
    ----------
    counts : ndarray of int, shape (units, values)
        How often each value was given to each unit; at least one unit has two votes, and of those with two
        not all votes are equal.

    Returns
    -------
    float
        At most 1.
    """
    import krippendorff

    return float(krippendorff.alpha(value_counts=counts, level_of_measurement="ordinal"))


def ordinal_alpha(coincidence: Floats) -> Floats:
    """Alpha with the ordinal distance, which rests on how often each value is used.

    Parameters
    ----------
    coincidence : ndarray of float64, shape (..., values, values)
        Added `coincidences`.

    Returns
    -------
    ndarray of float64, shape (...)
        At most 1; NaN where nothing varies.
    """
    used = coincidence.sum(axis=-1)
    total = used.sum(axis=-1)
    # The distance of c and k: all votes from c to k, the two ends half.
    middle = np.cumsum(used, axis=-1) - used / 2
    distance = (middle[..., :, None] - middle[..., None, :]) ** 2
    observed = (coincidence * distance).sum(axis=(-2, -1))
    expected = (used[..., :, None] * used[..., None, :] * distance).sum(axis=(-2, -1))
    with np.errstate(divide="ignore", invalid="ignore"):
        alpha = 1 - (total - 1) * observed / expected
    return np.asarray(np.where(expected > 0, alpha, np.nan), dtype=np.float64)
