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


def interval95(values: Floats) -> tuple[float, float] | None:
    """The 2.5 and 97.5 % points of bootstrap values; None if fewer than 95 % of them are numbers."""
    numbers = values[np.isfinite(values)]
    if not len(numbers) or len(numbers) < 0.95 * len(values):
        return None
    low, high = np.percentile(numbers, (2.5, 97.5))
    return float(low), float(high)
