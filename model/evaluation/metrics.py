"""How well numbers agree with labels (SEAGULL, arXiv 2411.10161, Sec. 5.1)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from annotation_db.agreement.correlations import midranks, pearson, spearman


def plcc(predicted: npt.ArrayLike, labels: npt.ArrayLike) -> float | None:
    """Pearson's linear correlation, raw: no logistic function is fitted first.

    Parameters
    ----------
    predicted, labels : array_like, shape (n,)
        Finite.

    Returns
    -------
    float or None
        None where one of them is constant, or there are fewer than two.
    """
    return _known(pearson(_column(predicted), _column(labels)))


def srocc(predicted: npt.ArrayLike, labels: npt.ArrayLike) -> float | None:
    """Spearman's rank correlation, ties at their mean rank; otherwise as `plcc`."""
    return _known(spearman(_column(predicted), _column(labels)))


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
    ranks, yes = midranks(_column(predicted)), np.asarray(positive, dtype=np.bool_)
    n = int(yes.sum())
    if n in (0, yes.size):
        return None
    return float((ranks[yes].sum() - n * (n + 1) / 2) / (n * (yes.size - n)))


def _column(values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    return np.asarray(values, dtype=np.float64)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
