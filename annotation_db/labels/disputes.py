"""Which ROIs are disputed: least stable, widest spread, two camps, far from a model. On columns of votes.

Two camps: van der Eijk's agreement A of ordered categories (C. van der Eijk, Quality & Quantity 35, 2001),
turned round into 0 (all votes on one level) .. 1 (half at each end); votes spread evenly over all levels give
1/2.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from annotation_db.agreement.vote_columns import VoteColumns
from annotation_db.labels import stability
from annotation_db.vocabulary.scales import DISTORTIONS, SCALE_NAMES

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Order = Literal["stability", "spread", "bimodality", "distance"]


@dataclass(frozen=True, slots=True)
class Disputes:
    """Figures of R ROIs on the eight scales, each of shape (R, 8); NaN where there is none."""

    stability: Floats
    """At 14 raters: of a mean's level, and of a distortion's whole verdict."""
    spread: Floats
    """Sample SD of the votes, distortions as 0 .. 5."""
    bimodality: Floats
    """0 .. 1."""
    distance: Floats
    """Between the mean vote and what a model says, in levels."""


def disputes(table: VoteColumns, said: Floats | None = None, *, fives: bool = False) -> Disputes:
    """Compute all figures.

    Parameters
    ----------
    said : ndarray of float64, shape (R, 8), optional
        What a model says of each ROI; NaN where nothing.
    fives : bool
        Verdicts by the rule that lets non-existent votes into a severity.
    """
    shape = (len(table.roi_ids), len(SCALE_NAMES))
    stable, spread, camps, mean = (np.full(shape, np.nan) for _ in range(4))
    n = table.per_roi.astype(np.float64)
    for k, scale in enumerate(SCALE_NAMES):
        counts = table.counts(scale)
        if scale in DISTORTIONS:
            stable[:, k] = stability.of_verdicts(counts, include_non_existent=fives)[:, 0]
        else:
            stable[:, k] = stability.of_means(counts)[:, 0]
        value = np.arange(counts.shape[1])
        mean[:, k] = counts @ value / n
        squares = counts @ value**2 - n * mean[:, k] ** 2
        several = n > 1
        spread[several, k] = np.sqrt(np.maximum(squares[several], 0) / (n[several] - 1))
        camps[:, k] = bimodality(counts)
    distance = np.full(shape, np.nan) if said is None else np.abs(mean - said)
    return Disputes(stable, spread, camps, distance)


def ordered(found: Disputes, by: Order = "stability") -> Integers:
    """ROIs by place in the table, the most disputed first: each by its worst scale, then by the mean of all.

    ROIs without any such figure come last; equal ones stay in their order.
    """
    figures = getattr(found, by) if by != "stability" else 1 - found.stability
    known = np.where(np.isnan(figures), -np.inf, figures)
    worst = known.max(axis=1, initial=-np.inf)
    there = ~np.isnan(figures)
    mean = np.where(there, figures, 0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    return np.lexsort((-mean, -worst)).astype(np.int64)


def bimodality(counts: Integers) -> Floats:
    """(1 - A) / 2 of each row of votes.

    The votes are cut into layers, each of one pattern of levels that are used; A is the mean of the layers'
    by their sizes.

    Parameters
    ----------
    counts : ndarray of int, shape (U, L)
        Votes on each level, L >= 3.

    Returns
    -------
    ndarray of float64, shape (U,)
        NaN for rows without a vote.
    """
    left = counts.astype(np.int64)
    of_pattern = _patterns(counts.shape[1])
    bits = 1 << np.arange(counts.shape[1])
    added = np.zeros(len(counts))
    for _ in range(counts.shape[1]):
        used = left > 0
        height = np.where(used, left, np.iinfo(np.int64).max).min(axis=1)
        height[~used.any(axis=1)] = 0
        added += of_pattern[used @ bits] * height * used.sum(axis=1)
        left = left - used * height[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        agreement = added / counts.sum(axis=1)
    return np.asarray((1 - agreement) / 2, dtype=np.float64)


@cache
def _patterns(levels: int) -> Floats:
    """A of every pattern of used levels, by its bits, shape (2^levels,)."""
    found = np.zeros(1 << levels)
    for pattern in range(1, 1 << levels):
        used = [pattern >> level & 1 for level in range(levels)]
        triples = [tuple(used[level] for level in three) for three in combinations(range(levels), 3)]
        whole = sum(triple in ((1, 1, 0), (0, 1, 1)) for triple in triples)
        torn = triples.count((1, 0, 1))
        unity = 1.0
        if whole + torn:
            unity = ((levels - 2) * whole - (levels - 1) * torn) / ((levels - 2) * (whole + torn))
        found[pattern] = unity * (1 - (sum(used) - 1) / (levels - 1))
    return found
