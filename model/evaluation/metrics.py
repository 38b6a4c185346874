"""How well numbers agree with labels (SEAGULL, arXiv 2411.10161, Sec. 5.1)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def plcc(predicted: npt.ArrayLike, labels: npt.ArrayLike) -> float | None:
    """Pearson's linear correlation, raw: no logistic function is fitted first.

    Parameters
    ----------
    predicted, labels : array_like, shape (n,)

    Returns
    -------
    float or None
        None where one of them is constant, or there are fewer than two.
    """
    x, y = np.asarray(predicted, dtype=np.float64), np.asarray(labels, dtype=np.float64)
    if x.size < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    x, y = x - x.mean(), y - y.mean()
    return float(np.clip((x @ y) / np.sqrt((x @ x) * (y @ y)), -1.0, 1.0))


def srocc(predicted: npt.ArrayLike, labels: npt.ArrayLike) -> float | None:
    """Spearman's rank correlation, ties at their mean rank; otherwise as `plcc`."""
    from scipy.stats import rankdata

    return plcc(rankdata(predicted), rankdata(labels))


def auc(predicted: npt.ArrayLike, positive: npt.ArrayLike) -> float | None:
    """Area under the ROC curve: how often a positive one is ranked above a negative one, ties half.

    Parameters
    ----------
    predicted : array_like of float, shape (n,)
    positive : array_like of bool, shape (n,)

    Returns
    -------
    float or None
        None where all are positive or none is.
    """
    from scipy.stats import rankdata

    ranks, yes = rankdata(predicted), np.asarray(positive, dtype=np.bool_)
    n = int(yes.sum())
    if n in (0, yes.size):
        return None
    return float((ranks[yes].sum() - n * (n + 1) / 2) / (n * (yes.size - n)))
