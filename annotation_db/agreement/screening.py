"""Screening of observers by ITU-R BT.500: advice to the lead. Nobody is excluded by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from annotation_db.agreement.vote_columns import VoteColumns

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

WEAK: Final = (
    "BT.500 sees little here: with seven votes on a ROI only 14 of 330 patterns of votes can count against "
    "anybody, a lone dissenter never does, and with five or six votes nothing can."
)
"""Said beside every count."""
_OFTEN: Final = 0.05
_ONE_SIDED: Final = 0.3


@dataclass(frozen=True, slots=True)
class Screening:
    """One annotator on one scale."""

    p: int
    """Votes far above the others."""
    q: int
    """Votes far below."""
    n: int
    """Votes that they cast."""

    @property
    def flagged(self) -> bool:
        """Often far off, and to both sides: (P + Q) / N >= 0.05 and abs(P - Q) / (P + Q) < 0.3."""
        far = self.p + self.q
        return far > 0 and far / self.n >= _OFTEN and abs(self.p - self.q) / far < _ONE_SIDED


def screen(table: VoteColumns, scale: str) -> list[Screening]:
    """Count the far votes of each annotator, in the order of `table.annotator_ids`."""
    above, below = far_levels(table.counts(scale))
    votes = table.column(scale)
    people = len(table.annotator_ids)
    p = np.bincount(table.annotator[above[table.roi, votes]], minlength=people)
    q = np.bincount(table.annotator[below[table.roi, votes]], minlength=people)
    n = np.bincount(table.annotator, minlength=people)
    return [Screening(*row) for row in zip(p.tolist(), q.tolist(), n.tolist(), strict=True)]


def far_levels(counts: Integers) -> tuple[Bools, Bools]:
    """Which levels lie far above, and far below, the votes of each ROI.

    u >= mean + e S and u <= mean - e S with the sample SD S; e = 2 where the kurtosis is 2 .. 4, else
    sqrt(20). ROIs whose votes are all equal are skipped. Everything is compared as whole numbers, so that no
    boundary depends on rounding (below some 150 votes on a ROI).

    Parameters
    ----------
    counts : ndarray of int, shape (R, L)

    Returns
    -------
    tuple of ndarray of bool, shape (R, L)
    """
    n = counts.sum(axis=1, keepdims=True).astype(np.float64)
    value = np.arange(counts.shape[1], dtype=np.float64)
    off = n * value - (counts * value).sum(axis=1, keepdims=True)  # n (u - mean)
    second = (counts * off**2).sum(axis=1, keepdims=True)
    fourth = (counts * off**4).sum(axis=1, keepdims=True)
    normal = (2 * second**2 <= n * fourth) & (n * fourth <= 4 * second**2)
    far = (off**2 * (n - 1) >= np.where(normal, 4, 20) * second) & (second > 0)
    return far & (off > 0), far & (off < 0)
