"""Where the mean of bounded votes may lie: it never leaves the scale, and it has a width when all agree.

Source: T. Hossfeld et al., Confidence Interval Estimators for MOS Values, arXiv 1806.01126: the sum S of n
votes 0 .. M is taken as S successes in M n trials (Clopper and Pearson, Biometrika 26, 1934).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from annotation_db.records import Interval

INTERVAL: Final[Interval] = "clopper-pearson"
"""What `bounded` is called in policies."""


@lru_cache(maxsize=65536)
def bounded(total: int, n: int, top: int) -> tuple[float, float]:
    """The 95 % interval of a mean.

    Parameters
    ----------
    total : int
        Sum of the votes.
    n : int
        Votes, at least 1.
    top : int
        M, the largest vote.

    Returns
    -------
    tuple of float
        Inside [0, top]; holds the mean.
    """
    from scipy.special import betaincinv

    missed = top * n - total
    low = float(betaincinv(total, missed + 1, 0.025)) if total else 0.0
    high = float(betaincinv(total + 1, missed, 0.975)) if missed else 1.0
    mean = total / n
    return min(top * low, mean), max(top * high, mean)


def overdispersed(total: int, n: int, spread: int, top: int) -> bool:
    """Whether votes are split more than binomial ones, so that `bounded` is too narrow for them.

    That is sd^2 > mean (top - mean) / top, on integers.

    Parameters
    ----------
    spread : int
        n (n - 1) variances: n times the sum of squares less the square of the sum.
    """
    return n > 1 and n * top * spread > (n - 1) * total * (top * n - total)
