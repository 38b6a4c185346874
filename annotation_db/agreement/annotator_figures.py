"""What is told of each annotator beside the observer model: how they fit in, and how they work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotation_db.agreement.alpha import added_coincidences, ordinal_alpha
from annotation_db.agreement.correlations import spearman
from annotation_db.agreement.vote_columns import VoteColumns
from annotation_db.vocabulary.scales import SCALE_NAMES, SCALES

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Repeats:
    """How an annotator rated ROIs that they were shown a second time without being told."""

    pairs: int
    exact: float
    """Share of pairs with the same vote."""
    mean_abs_difference: float
    """In levels."""


def spearman_others(table: VoteColumns, scale: str) -> Floats:
    """Spearman's correlation of each annotator's votes with the mean of the others' on the same ROI.

    Returns
    -------
    ndarray of float64, shape (A,)
        NaN where fewer than two ROIs have another rating, or one of the two is constant.
    """
    votes = table.column(scale)
    n = table.per_roi[table.roi]
    sums = np.bincount(table.roi, votes, minlength=len(table.roi_ids))[table.roi]
    with np.errstate(divide="ignore", invalid="ignore"):
        others = (sums - votes) / (n - 1)
    found = np.full(len(table.annotator_ids), np.nan)
    for person, rows in _by_annotator(table):
        shared = rows[n[rows] > 1]
        found[person] = spearman(votes[shared].astype(np.float64), others[shared])
    return found


def alpha_without(table: VoteColumns, scale: str) -> Floats:
    """Ordinal alpha of the scale as it would be without each annotator.

    Only the ROIs that they rated are counted anew.

    Returns
    -------
    ndarray of float64, shape (A,)
        NaN where nothing is left, or nothing that is left varies.
    """
    votes, counts = table.column(scale), table.counts(scale)
    everything = added_coincidences(counts)
    used = _used(counts)
    found = np.full(len(table.annotator_ids), np.nan)
    for person, rows in _by_annotator(table):
        before = counts[table.roi[rows]]
        after = before.copy()
        after[np.arange(len(rows)), votes[rows]] -= 1
        left = used - _used(before) + _used(after)
        if np.count_nonzero(left) < 2:
            continue
        there = left > 0  # what is not used any more may keep a rounding error
        without = everything - added_coincidences(before) + added_coincidences(after)
        found[person] = ordinal_alpha(without * np.outer(there, there))
    return found


def straight_lining(table: VoteColumns) -> Floats:
    """Share of each annotator's ratings that have their most frequent pattern of eight votes, shape (A,)."""
    sizes = [len(scale.levels) for scale in SCALES.values()]
    code = np.ravel_multi_index(tuple(table.votes.astype(np.int64).T), sizes)
    found = np.full(len(table.annotator_ids), np.nan)
    for person, rows in _by_annotator(table):
        found[person] = np.unique(code[rows], return_counts=True)[1].max() / len(rows)
    return found


def median_seconds(table: VoteColumns) -> Floats:
    """Median time on a ROI of each annotator, shape (A,); NaN where no time is known."""
    found = np.full(len(table.annotator_ids), np.nan)
    for person, rows in _by_annotator(table):
        known = table.seconds[rows]
        known = known[~np.isnan(known)]
        if len(known):
            found[person] = np.median(known)
    return found


def repeats(first: Integers, second: Integers) -> dict[str, Repeats] | None:
    """How one annotator's hidden repeats came out.

    Parameters
    ----------
    first, second : ndarray of int, shape (pairs, 8)
        What they gave the same ROIs the first and the second time.

    Returns
    -------
    dict or None
        By scale; None without a pair.
    """
    if not len(first):
        return None
    apart = np.abs(first.astype(np.int64) - second)
    return {
        scale: Repeats(len(apart), float((apart[:, k] == 0).mean()), float(apart[:, k].mean()))
        for k, scale in enumerate(SCALE_NAMES)
    }


def _used(counts: Integers) -> Integers:
    """How often each value is used where there are two or more votes."""
    return np.asarray(counts[counts.sum(axis=1) > 1].sum(axis=0), dtype=np.int64)


def _by_annotator(table: VoteColumns) -> Iterator[tuple[int, Integers]]:
    """Each annotator with the rows of their ratings."""
    order = np.argsort(table.annotator, kind="stable")
    ends = np.cumsum(np.bincount(table.annotator, minlength=len(table.annotator_ids)))
    yield from enumerate(np.split(order, ends[:-1]))
