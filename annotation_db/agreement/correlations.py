"""Correlations of two rows of numbers, and of many resamples of them. A constant has none: NaN."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_NOTHING: Final = 1e-12
"""Variance by the mean square below which numbers count as constant."""


def midranks(values: Floats) -> Floats:
    """Ranks from 1 on; equal values share the mean of theirs."""
    _, which, times = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(times) - (times - 1) / 2)[which], dtype=np.float64)


def pearson(x: Floats, y: Floats) -> float:
    """Pearson's correlation of finite numbers; NaN for a constant or fewer than two of them."""
    if len(x) < 2 or x.min() == x.max() or y.min() == y.max():
        return float("nan")
    a, b = _scaled(x), _scaled(y)
    a, b = _scaled(a - a.mean()), _scaled(b - b.mean())
    return float(np.clip((a @ b) / np.sqrt((a @ a) * (b @ b)), -1, 1))


def _scaled(values: Floats) -> Floats:
    """By the power of two that puts the largest at 1/2 .. 1: no square is 0 or infinite, no digit changes."""
    return np.asarray(np.ldexp(values, -np.frexp(np.abs(values).max())[1]), dtype=np.float64)


def spearman(x: Floats, y: Floats) -> float:
    """Spearman's rank correlation, equal values sharing ranks (Pearson of the midranks)."""
    return pearson(midranks(x), midranks(y))


def moments(x: Floats, y: Floats) -> Floats:
    """What `pearson_of` needs, shape (N, 6); rows may be added and weighted."""
    return np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], axis=1)


def pearson_of(added: Floats) -> Floats:
    """Pearson's correlations from added `moments`, shape (..., 6); the numbers should be centred before."""
    n, x, y, xx, yy, xy = np.moveaxis(added, -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        var_x, var_y = xx - x * x / n, yy - y * y / n
        found = (xy - x * y / n) / np.sqrt(var_x * var_y)
        constant = (var_x <= _NOTHING * xx) | (var_y <= _NOTHING * yy)
    return np.asarray(np.where(constant, np.nan, np.clip(found, -1, 1)), dtype=np.float64)


class Ranked:
    """Two rows of numbers, for Spearman's correlation of many resamples.

    Parameters
    ----------
    x, y : ndarray of float64, shape (N,)
    """

    def __init__(self, x: Floats, y: Floats) -> None:
        self._x, self._y = (np.unique(values, return_inverse=True)[1] for values in (x, y))

    def spearman(self, weights: Floats) -> Floats:
        """Spearman's correlations where number k stands there so and so many times.

        Parameters
        ----------
        weights : ndarray of float64, shape (B, N)
            Whole numbers.

        Returns
        -------
        ndarray of float64, shape (B,)
            NaN for a constant.
        """
        a, b = _centred(self._x, weights), _centred(self._y, weights)
        wa = weights * a
        scale = np.sqrt(np.einsum("bn,bn->b", wa, a) * np.einsum("bn,bn,bn->b", weights, b, b))
        with np.errstate(divide="ignore", invalid="ignore"):
            found = np.clip(np.einsum("bn,bn->b", wa, b) / scale, -1, 1)
        return np.asarray(np.where(scale > 0, found, np.nan), dtype=np.float64)


def _centred(group: Integers, weights: Floats) -> Floats:
    """Midranks of weighted numbers, less their mean, shape (B, N): whole and half numbers, so exact."""
    rows, kinds = len(weights), int(group.max(initial=-1)) + 1
    cell = np.arange(rows)[:, None] * kinds + group
    times = np.bincount(cell.ravel(), weights.ravel(), minlength=rows * kinds).reshape(rows, kinds)
    middle = np.cumsum(times, axis=1) - (times + times.sum(axis=1, keepdims=True)) / 2
    return np.asarray(middle[:, group], dtype=np.float64)
