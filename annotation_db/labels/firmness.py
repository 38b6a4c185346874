"""How many labels are firm, and how many a coin's toss: shares of stabilities (see `stability`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

FIRM: Final = 0.9
"""Stability from which a label counts as firm."""
TOSS: Final = 0.6
"""Stability below which it counts as a coin's toss: as likely as not, more votes change it."""


@dataclass(frozen=True, slots=True)
class Firmness:
    """How many labels of one scale stand how firmly."""

    firm: int
    between: int
    toss: int


def firmness(stability: NDArray[np.float64]) -> Firmness:
    """Count them.

    Parameters
    ----------
    stability : ndarray of float64, shape (R,)
        0 .. 1; NaN, where there is no label, does not enter.
    """
    firm, toss = is_firm(stability), is_toss(stability)
    known = int(np.count_nonzero(~np.isnan(stability)))
    return Firmness(int(firm.sum()), known - int(firm.sum()) - int(toss.sum()), int(toss.sum()))


def is_firm(stability: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which labels are firm."""
    return np.asarray(stability >= FIRM, dtype=np.bool_)


def is_toss(stability: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which labels are a coin's toss."""
    return np.asarray(stability < TOSS, dtype=np.bool_)
