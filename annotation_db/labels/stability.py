"""How sure the level of a label is: would more votes leave it?

The n votes stay; N - n more are drawn as the votes so far let expect them (`dirichlet`). Stability at N is
the probability that Eq. 1 on all N votes gives the present level, 1 where N <= n. In the limit it is the
probability that the mean of the shares themselves lies in the present level's interval. A distortion's whole
verdict is absent, or its level; its severity rests on the votes 0 to 4 alone.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from annotation_db.agreement.levels import eq1_levels, verdicts
from annotation_db.files.parallel import map_in_order
from annotation_db.labels.dirichlet import PRIOR, future_sums, mean_at_most, posterior, rising, weights
from annotation_db.vocabulary.scales import LEVELS, MAX_SCORE, NON_EXISTENT

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

RATERS: Final = (14, 24)
"""N: twice the paper's minimum, and as many as a lab has."""
_NODES: Final = 32
_PORTION: Final = 256
"""Rows whose sums to come are in memory together."""
Rule = Callable[[Integers], Floats]
"""Votes on each level, shape (U, L), to stability, shape (U, 3)."""


def of_means(counts: Integers) -> Floats:
    """Stability of the levels of means.

    Parameters
    ----------
    counts : ndarray of int, shape (U, L)
        Votes on each level; L = 5, or 6 where non-existent votes enter a severity as 5 (then Eq. 1 takes
        the sum of n votes as 4 n at most).

    Returns
    -------
    ndarray of float64, shape (U, 3)
        At 14, at 24, in the limit; NaN for rows without a vote.
    """
    return _of_each(counts, _mean_at, _mean_in_the_limit)


def of_verdicts(counts: Integers, *, include_non_existent: bool = False) -> Floats:
    """Stability of the whole verdicts on a distortion: absent, or its level.

    Parameters
    ----------
    counts : ndarray of int, shape (U, 6)
        Votes on each level, non-existent last.
    include_non_existent : bool
        Non-existent votes enter the severity as 5.

    Returns
    -------
    ndarray of float64, shape (U, 3)
        As `of_means`.
    """
    limit = _with_fives_in_the_limit if include_non_existent else _without_fives_in_the_limit
    return _of_each(counts, partial(_verdict_at, fives=include_non_existent), limit)


def _of_each(
    counts: Integers, at: Callable[[Integers, int], Floats], limit: Callable[[Integers], Floats]
) -> Floats:
    """Equal rows are computed once, those of equally many votes together."""
    kinds, which = np.unique(counts, axis=0, return_inverse=True)
    found = np.full((len(kinds), len(RATERS) + 1), np.nan)
    n = kinds.sum(axis=1)
    portions = [
        rows[start : start + _PORTION]
        for rows in (np.flatnonzero(n == votes) for votes in np.unique(n[n > 0]).tolist())
        for start in range(0, len(rows), _PORTION)
    ]

    def computed(rows: Integers) -> Floats:
        votes = int(n[rows[0]])
        stays = [
            at(kinds[rows], raters - votes) if raters > votes else np.ones(len(rows)) for raters in RATERS
        ]
        return np.stack([*stays, limit(kinds[rows])], axis=1)

    with closing(map_in_order(computed, portions)) as outcomes:
        for rows, done in zip(portions, outcomes, strict=True):
            found[rows] = done.result()
    return np.asarray(np.where(np.isnan(found), found, np.clip(found, 0, 1))[which.reshape(-1)])


def _sums(counts: Integers) -> Integers:
    return counts @ np.arange(counts.shape[1])


def _mean_at(counts: Integers, more: int) -> Floats:
    n, now = int(counts[0].sum()), _sums(counts)
    drawn = future_sums(counts, more)[:, more]
    then = eq1_levels(now[:, None] + np.arange(drawn.shape[1]), n + more)
    stays = then == eq1_levels(now, n)[:, None]
    return np.asarray((drawn * stays).sum(axis=1) / _all(counts, more), dtype=np.float64)


def _all(counts: Integers, more: int) -> Floats:
    """What all weights of `more` votes on all levels add up to."""
    return rising(posterior(counts).sum(axis=1), more)[:, more]


def _verdict_at(counts: Integers, more: int, *, fives: bool) -> Floats:
    votes, absent = counts[:, :LEVELS].sum(axis=1), counts[:, NON_EXISTENT]
    sums = _sums(counts[:, :LEVELS])
    present = verdicts(sums, votes, absent, fives=fives)
    drawn = future_sums(counts[:, :LEVELS], more)
    of_absent = weights(absent, more)
    then = sums[:, None] + np.arange(drawn.shape[2])
    stays = np.zeros(len(counts))
    for j in range(more + 1):
        told = verdicts(then, (votes + j)[:, None], (absent + more - j)[:, None], fives=fives)
        stays += (drawn[:, j] * (told == present[:, None])).sum(axis=1) * of_absent[:, more - j]
    return np.asarray(stays / _all(counts, more), dtype=np.float64)


def _between(alpha: Floats, low: Floats, high: Floats) -> Floats:
    return mean_at_most(alpha, high) - mean_at_most(alpha, low)


def _interval(level: Integers, top: int) -> tuple[Floats, Floats]:
    """The means that Eq. 1 puts on a level; the highest one reaches to the end of the scale."""
    low = np.asarray(MAX_SCORE / LEVELS * level, dtype=np.float64)
    high = np.asarray(MAX_SCORE / LEVELS * (level + 1), dtype=np.float64)
    return low, np.where(level == LEVELS - 1, float(top), high)


def _mean_in_the_limit(counts: Integers) -> Floats:
    level = eq1_levels(_sums(counts), counts.sum(axis=1))
    return _between(posterior(counts), *_interval(level, counts.shape[1] - 1))


def _present(counts: Integers) -> tuple[Integers, Floats, Floats]:
    """The verdict without fives, and the shape of the share of non-existent votes, which is Beta(a, b)."""
    votes, absent = counts[:, :LEVELS].sum(axis=1), counts[:, NON_EXISTENT]
    verdict = verdicts(_sums(counts[:, :LEVELS]), votes, absent, fives=False)
    return verdict, posterior(absent), np.asarray(votes + PRIOR * LEVELS, dtype=np.float64)


def _without_fives_in_the_limit(counts: Integers) -> Floats:
    """The share of non-existent votes and the shares among the others are independent (Dirichlet)."""
    from scipy.special import betainc

    verdict, a, b = _present(counts)
    level = np.minimum(verdict, LEVELS - 1)
    stays = betainc(a, b, 0.5) * _between(posterior(counts[:, :LEVELS]), *_interval(level, MAX_SCORE))
    return np.asarray(np.where(verdict == NON_EXISTENT, betainc(b, a, 0.5), stays), dtype=np.float64)


def _with_fives_in_the_limit(counts: Integers) -> Floats:
    """Added up over the share x of non-existent votes: given it, the others' mean must lie in an interval."""
    from scipy.special import betainc, betaln

    verdict, a, b = _present(counts)
    level = eq1_levels(_sums(counts), counts.sum(axis=1))
    low, high = _interval(level, NON_EXISTENT)
    node, weight = np.polynomial.legendre.leggauss(_NODES)
    root = np.sqrt(0.5) * (node + 1) / 2  # x = root^2: its density has a root's pole at 0
    alpha = posterior(counts[:, :LEVELS])
    stays = np.zeros(len(counts))
    for v, w in zip(root.tolist(), (weight * np.sqrt(0.5) / 2).tolist(), strict=True):
        x = v * v
        density = 2 * np.exp((2 * a - 1) * np.log(v) + (b - 1) * np.log1p(-x) - betaln(a, b))
        bounds = [(end - NON_EXISTENT * x) / (1 - x) for end in (low, high)]
        stays += w * density * _between(alpha, bounds[0], bounds[1])
    return np.asarray(np.where(verdict == NON_EXISTENT, betainc(b, a, 0.5), stays), dtype=np.float64)
