"""Votes yet to come, as the votes so far let expect them: Dirichlet-multinomial, exactly.

Over L levels the shares of votes are taken as Dirichlet(counts + 1/2) (Jeffreys prior; Gelman et al.,
Bayesian Data Analysis, 3rd ed., Sec. 2.8 and 3.4). What m more votes add up to follows by counting, and where
the mean of endlessly many lies by inverting a characteristic function (Gil-Pelaez, Biometrika 38, 1951;
Imhof, Biometrika 48, 1961).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

PRIOR: Final = 0.5
"""Pseudo-votes of each level: Jeffreys prior."""
_NODES: Final = 128
_MANY: Final = (100.0, 320)
"""Above so many votes more nodes are needed, since the integrand is narrower than its tails."""
_ENDS: Final = (-3.6, 11.0)
"""Where the sum over the nodes begins and ends; beyond, less than 1e-11 is left."""
_PORTION: Final = 256
"""Rows whose quadrature is in memory together."""


def future_sums(counts: Integers, more: int) -> Floats:
    """How probable it is that some of `more` votes fall on these levels, with which sum.

    Parameters
    ----------
    counts : ndarray of int, shape (U, L)
        Votes that each of some levels 0 .. L - 1 has so far. There may be more levels than these.
    more : int
        m, votes to come.

    Returns
    -------
    ndarray of float64, shape (U, m + 1, (L - 1) m + 1)
        [u, j, s]: weight of j votes of sum s on these levels, without the weight of the other m - j ones and
        without the common divisor; see `weights`.
    """
    levels = counts.shape[1]
    top = (levels - 1) * more
    drawn = np.zeros((len(counts), more + 1, top + 1))
    drawn[:, :, 0] = weights(counts[:, 0], more)
    for value in range(1, levels):
        of_level = weights(counts[:, value], more)
        added = np.zeros_like(drawn)
        for votes in range(more + 1):
            left = drawn[:, : more + 1 - votes, : top + 1 - value * votes]
            added[:, votes:, value * votes :] += left * of_level[:, votes, None, None]
        drawn = added
    return drawn


def weights(counts: Integers, more: int) -> Floats:
    """Weight of 0 .. `more` new votes on one level, or on levels together: (a)_x / x!, a = counts + 1/2.

    Returns
    -------
    ndarray of float64, shape (U, more + 1)
    """
    return rising(posterior(counts), more)


def posterior(counts: Integers) -> Floats:
    """Parameters of the Dirichlet distribution of the shares, after these votes."""
    return np.asarray(counts + PRIOR, dtype=np.float64)


def rising(start: Floats, most: int) -> Floats:
    """(a)_x / x! for x = 0 .. `most`, shape (U, most + 1); of a sum of levels it divides their weights."""
    x = np.arange(1, most + 1)
    steps = (start[:, None] + x - 1) / x
    return np.cumprod(np.concatenate([np.ones((len(start), 1)), steps], axis=1), axis=1)


def mean_at_most(alpha: Floats, bound: Floats) -> Floats:
    """Probability that the mean level of Dirichlet shares is at most `bound`.

    The mean is at most c where the sum of (k - c) G_k is at most 0, G_k being independent gamma variables of
    shape alpha_k; the characteristic function of that sum is a product.

    Parameters
    ----------
    alpha : ndarray of float64, shape (U, L)
        Above 0; at least 3 together.
    bound : ndarray of float64, shape (U,)
        No whole number strictly between 0 and L - 1.

    Returns
    -------
    ndarray of float64, shape (U,)
        Right to about 1e-9 for up to some hundred votes, to 2e-4 for a thousand.
    """
    found = np.empty(len(alpha))
    for start in range(0, len(alpha), _PORTION):
        some = slice(start, start + _PORTION)
        found[some] = _inverted(alpha[some], bound[some])
    top = alpha.shape[1] - 1
    return np.where(bound <= 0, 0.0, np.where(bound >= top, 1.0, np.clip(found, 0, 1)))


def _inverted(alpha: Floats, bound: Floats) -> Floats:
    slope = np.arange(alpha.shape[1]) - bound[:, None]
    scale = 1 / np.sqrt((alpha * slope**2).sum(axis=1))
    nodes = _NODES if float(alpha.sum(axis=1).max()) < _MANY[0] else _MANY[1]
    u, step = np.linspace(*_ENDS, nodes, retstep=True)
    # t = scale exp(u - exp(-u)): dt / t = (1 + exp(-u)) du, and the left tail goes doubly exponentially.
    t = scale[:, None] * np.exp(u - np.exp(-u))
    angle = np.zeros_like(t)
    damping = np.zeros_like(t)
    for level in range(alpha.shape[1]):
        at = slope[:, level, None] * t
        angle += alpha[:, level, None] * np.arctan(at)
        damping += alpha[:, level, None] / 2 * np.log1p(at * at)
    inside = np.sin(angle) * np.exp(-damping) * (1 + np.exp(-u))
    return np.asarray(0.5 - step * inside.sum(axis=1) / np.pi, dtype=np.float64)
