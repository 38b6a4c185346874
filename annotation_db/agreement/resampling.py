"""Bootstrap over images, seeded: ROIs of one image belong together, so images are drawn, not votes."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.uint16]

MIN_IMAGES: Final = 10
"""Fewer images are too few for an interval by bootstrap over images."""
MOST_LEFT_OUT: Final = 0.05
"""Share of resamples without a figure, above which there is no interval."""
_ENTRIES: Final = 4_000_000
"""Weights that are in memory as numbers together."""


class Interval(NamedTuple):
    """A 95 % interval, or why there is none."""

    ci95: tuple[float, float] | None
    left_out: int
    """Resamples in which the figure does not exist."""
    undefined: str | None


def image_counts(images: int, repetitions: int, seed: int) -> Counts:
    """How often each image is drawn in each repetition.

    Returns
    -------
    ndarray of uint16, shape (repetitions, images)
        Each row adds up to `images`.
    """
    rng = np.random.default_rng([seed, images])
    drawn = np.zeros((repetitions, images), dtype=np.uint16)
    for row in drawn:
        row += np.bincount(rng.integers(0, images, images), minlength=images).astype(np.uint16)
    return drawn


def image_weights(images: int, repetitions: int, seed: int) -> Floats:
    """`image_counts` as numbers to calculate with, shape (repetitions, images)."""
    return image_counts(images, repetitions, seed).astype(np.float64)


def weighted(counts: Counts, per_image: Floats) -> Floats:
    """What the images of each repetition add up to.

    Parameters
    ----------
    counts : ndarray of uint16, shape (repetitions, images)
        From `image_counts`.
    per_image : ndarray of float64, shape (images, K)

    Returns
    -------
    ndarray of float64, shape (repetitions, K)
        Some repetitions at a time, so that memory stays bounded.
    """
    step = max(1, _ENTRIES // max(1, counts.shape[1]))
    found = np.empty((len(counts), per_image.shape[1]))
    for start in range(0, len(counts), step):
        found[start : start + step] = counts[start : start + step].astype(np.float64) @ per_image
    return found


def percentile95(values: Floats, images: int) -> Interval:
    """The plain percentile interval, 2.5 to 97.5 %.

    Parameters
    ----------
    values : ndarray of float64, shape (repetitions,)
        The figure in each repetition; NaN where it does not exist. Those are left out, and counted.
    images : int
        The images that the figure rests on.
    """
    numbers = values[np.isfinite(values)]
    left_out = len(values) - len(numbers)
    if images < MIN_IMAGES:
        return Interval(
            None, left_out, f"{images} images are too few for an interval, {MIN_IMAGES} are needed"
        )
    if not len(numbers) or left_out > MOST_LEFT_OUT * len(values):
        why = f"the figure does not exist in {left_out} of {len(values)} resamples"
        return Interval(None, left_out, why)
    low, high = np.percentile(numbers, (2.5, 97.5))
    return Interval((float(low), float(high)), left_out, None)


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
