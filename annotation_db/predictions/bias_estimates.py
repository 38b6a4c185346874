"""Shares, weights of advice and agreements with their intervals, or one sentence why there is none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotation_db.agreement.alpha import coincidences, ordinal_alpha
from annotation_db.agreement.resampling import MIN_IMAGES, interval95
from annotation_db.agreement.scale_agreement import point_alpha
from annotation_db.predictions.weight_of_advice import sums

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 95 % interval, or why there is none."""

    value: float | None
    ci95: tuple[float, float] | None
    undefined: str | None = None
    """Why `value` or `ci95` is None."""


def share(hits: Floats, number: Floats, weights: Floats, none: str) -> Estimate:
    """Share of hits, counted per image (shape (I,)), with weights of `image_weights`.

    Parameters
    ----------
    none : str
        What to say where there is nothing to count.
    """
    if not number.sum():
        return Estimate(None, None, none)
    value = float(hits.sum() / number.sum())
    images = int((number > 0).sum())
    if images < MIN_IMAGES:
        return Estimate(value, None, f"{images} images are too few for an interval")
    return _estimate(value, _ratio(weights @ hits, weights @ number), images)


def weight_of_advice(numerator: Floats, denominator: Floats, images: int, weights: Floats) -> Estimate:
    """The weight of advice from the moments of each image (shape (I,)), `images` of which have any.

    Parameters
    ----------
    numerator, denominator : ndarray of float64, shape (I,)
        See `weight_of_advice.Moments`.
    images : int
        How many images have any.
    weights : ndarray of float64, shape (repetitions, I)
        From `image_weights`.
    """
    if images < MIN_IMAGES:
        return Estimate(
            None,
            None,
            f"{images} images have a ROI with a shown, a control and one more vote; "
            f"at least {MIN_IMAGES} are needed",
        )
    drawn = weights @ denominator
    if np.percentile(drawn, 2.5) <= 0:
        return Estimate(None, None, "the suggestions differ too little from the votes given without them")
    value = float(numerator.sum() / denominator.sum())
    return _estimate(value, _ratio(weights @ numerator, drawn), images)


def alpha(values: Integers, roi: Integers, image: Integers, levels: int, weights: Floats) -> Estimate:
    """Krippendorff's ordinal alpha of one scale.

    Parameters
    ----------
    values : ndarray of int, shape (N,)
        Votes, 0 .. levels - 1.
    roi : ndarray of int, shape (N,)
        The ROI of each vote, 0 .. R - 1.
    image : ndarray of int, shape (R,)
        The image of each ROI, 0 .. I - 1.
    weights : ndarray of float64, shape (repetitions, I)
        From `image_weights`.
    """
    counts = np.zeros((len(image), levels), dtype=np.int64)
    np.add.at(counts, (roi, values), 1)
    images = len(np.unique(image[counts.sum(axis=1) >= 2]))
    if not images:
        return Estimate(None, None, "no ROI has two such votes")
    per_image = sums(image, coincidences(counts), weights.shape[1])
    value = point_alpha(counts, "ordinal")
    if value is None:
        return Estimate(None, None, "no variation: all of these votes are equal")
    if images < MIN_IMAGES:
        return Estimate(value, None, f"{images} images are too few for an interval")
    return _estimate(value, ordinal_alpha(np.tensordot(weights, per_image, axes=1)), images)


def _estimate(value: float, drawn: Floats, images: int) -> Estimate:
    interval = interval95(drawn, images)
    return Estimate(value, interval, None if interval else "too many resamples hold too little for it")


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(numerator / denominator, dtype=np.float64)
