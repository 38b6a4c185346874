"""Bootstrap over images, seeded: ROIs of one image belong together, so images are drawn, not votes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def image_weights(images: int, repetitions: int, seed: int) -> Floats:
    """How often each image is drawn in each repetition.

    Returns
    -------
    ndarray of float64, shape (repetitions, images)
        Whole numbers; each row adds up to `images`.
    """
    if not images:
        return np.zeros((repetitions, 0))
    rng = np.random.default_rng([seed, images])
    return rng.multinomial(images, np.full(images, 1 / images), size=repetitions).astype(np.float64)


def interval95(values: Floats, images: int) -> tuple[float, float] | None:
    """The 95 % interval of bootstrap values by expanded percentiles.

    Plain percentiles (2.5 and 97.5 %) are too narrow for few images: they are put at
    ``Phi(-t sqrt(n / (n - 1)))``, t the 97.5 % point of Student's t with n - 1 degrees of freedom
    (Hesterberg 2015, The American Statistician 69, 371-386). From a few hundred images on they are the
    plain ones.

    Parameters
    ----------
    values : ndarray of float64, shape (repetitions,)
        The estimate in each repetition; NaN where there is none.
    images : int
        n, the images that the estimate rests on.

    Returns
    -------
    tuple of float or None
        None if fewer than 95 % of the values are numbers, or there are fewer than two images.
    """
    numbers = values[np.isfinite(values)]
    if images < 2 or not len(numbers) or len(numbers) < 0.95 * len(values):
        return None
    from scipy.special import ndtr, stdtrit

    tail = 100 * float(ndtr(-stdtrit(images - 1, 0.975) * np.sqrt(images / (images - 1))))
    low, high = np.percentile(numbers, (tail, 100 - tail))
    return float(low), float(high)
