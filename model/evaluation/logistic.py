"""PLCC after a logistic function was fitted: the customary second figure, never the one that is meant.

Published numbers are raw, logistic or cubic, and differ by 0.03; so it is called by its name.
"""

from __future__ import annotations

import warnings
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.metrics import plcc

Floats = NDArray[np.float64]

PARAMETERS: Final = 4
_MOST_CALLS: Final = 10_000
_STEEPEST: Final = 500.0
"""Exponents are cut there: beyond, the function is flat in floating point anyway."""


def logistic(x: Floats, high: float, low: float, middle: float, width: float) -> Floats:
    """The four-parameter logistic of the VQEG: ``low + (high - low) / (1 + exp(-(x - middle) / |width|))``.

    Parameters
    ----------
    x : ndarray of float64, shape (n,)
    """
    steep = np.clip(-(x - middle) / max(abs(width), 1e-12), -_STEEPEST, _STEEPEST)
    return np.asarray(low + (high - low) / (1 + np.exp(steep)), dtype=np.float64)


def plcc_logistic(predicted: Floats, labels: Floats) -> tuple[float | None, str]:
    """Pearson's correlation of the labels with the fitted predictions.

    The fit begins at max y, min y, mean x and SD x / 4 (Levenberg and Marquardt's way).

    Parameters
    ----------
    predicted, labels : ndarray of float64, shape (n,)
        Neither of them constant.

    Returns
    -------
    (float or None, str)
        None with the reason where there is no fit.
    """
    from scipy.optimize import curve_fit

    if len(predicted) < PARAMETERS:
        return None, f"a logistic with {PARAMETERS} parameters needs {PARAMETERS} ROIs"
    start = (labels.max(), labels.min(), predicted.mean(), predicted.std() / 4)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a covariance that nobody asked for
            found, _ = curve_fit(logistic, predicted, labels, p0=start, maxfev=_MOST_CALLS)
    except RuntimeError:
        return None, "the logistic fit did not converge"
    fitted = logistic(predicted, *found)
    if not np.isfinite(fitted).all() or (value := plcc(fitted, labels)) is None:
        return None, "the logistic fit did not converge"
    return value, ""
