"""Krippendorff's alpha, from coincidence counts that can be added and reweighted.

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


def added_coincidences(counts: NDArray[np.int64]) -> Floats:
    """The same of all units together, without those of each one.

    Returns
    -------
    ndarray of float64, shape (values, values)
    """
    n = counts.astype(np.float64)
    share = n / np.maximum(n.sum(axis=1) - 1, 1)[:, None]
    several = n.sum(axis=1) > 1
    return np.asarray(share[several].T @ n[several] - np.diag(share[several].sum(axis=0)), dtype=np.float64)


def presence(coincidence: Floats) -> Floats:
    """Coincidences of present (all values but the last) and not, from those of all values.

    Returns
    -------
    ndarray of float64, shape (..., 2, 2)
    """
    there = np.add.reduceat(coincidence, [0, coincidence.shape[-1] - 1], axis=-1)
    return np.asarray(np.add.reduceat(there, [0, coincidence.shape[-1] - 1], axis=-2), dtype=np.float64)


def nominal_alpha(coincidence: Floats) -> Floats:
    """Alpha with the nominal distance: values are equal or not. As `ordinal_alpha`."""
    used = coincidence.sum(axis=-1)
    distance = 1 - np.eye(coincidence.shape[-1])
    return _alpha(coincidence, used, distance)


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
    # The distance of c and k: all votes from c to k, the two ends half.
    middle = np.cumsum(used, axis=-1) - used / 2
    return _alpha(coincidence, used, (middle[..., :, None] - middle[..., None, :]) ** 2)


def _alpha(coincidence: Floats, used: Floats, distance: Floats) -> Floats:
    total = used.sum(axis=-1)
    observed = (coincidence * distance).sum(axis=(-2, -1))
    expected = (used[..., :, None] * used[..., None, :] * distance).sum(axis=(-2, -1))
    with np.errstate(divide="ignore", invalid="ignore"):
        alpha = 1 - (total - 1) * observed / expected
    return np.asarray(np.where(expected > 0, alpha, np.nan), dtype=np.float64)
