"""Resamples of the images of an evaluation: all figures, and both models of a comparison, share them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from annotation_db.agreement.correlations import Ranked, moments, pearson_of
from annotation_db.agreement.resampling import Interval, image_counts, percentile95, weighted

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_ROWS = 64
"""Resamples whose weights of single ROIs are in memory together."""


class Resamples:
    """How often each image is drawn in each resample: ROIs of one image belong together.

    Parameters
    ----------
    images : sequence of str, length R
        Each ROI's picture. Their order does not matter: pictures are numbered by name.
    repetitions : int
    seed : int
        Same pictures and seed, same resamples.
    """

    def __init__(self, images: Sequence[str], repetitions: int, seed: int) -> None:
        names, of_roi = np.unique(np.asarray(images, dtype=np.str_), return_inverse=True)
        self.image_of_roi: Integers = of_roi.astype(np.int64)
        self.counts = image_counts(len(names), repetitions, seed)
        """Shape (repetitions, images)."""

    def sums(self, values: Floats) -> Floats:
        """What columns of numbers of the ROIs add up to in each resample.

        Parameters
        ----------
        values : ndarray of float64, shape (R, K)

        Returns
        -------
        ndarray of float64, shape (repetitions, K)
        """
        per_image = np.zeros((self.counts.shape[1], values.shape[1]))
        np.add.at(per_image, self.image_of_roi, values)
        return weighted(self.counts, per_image)

    def means(self, values: Floats, among: NDArray[np.bool_] | None = None) -> Floats:
        """The mean of one number over the ROIs of each resample, shape (repetitions,).

        Parameters
        ----------
        values : ndarray of float64, shape (R,)
        among : ndarray of bool, shape (R,), optional
            Over these ROIs only; NaN where a resample has none of them.
        """
        taken = np.ones(len(values), dtype=np.bool_) if among is None else among
        added = self.sums(np.stack([np.where(taken, values, 0.0), taken.astype(np.float64)], axis=1))
        with np.errstate(invalid="ignore"):
            return np.asarray(added[:, 0] / added[:, 1], dtype=np.float64)

    def plcc(self, x: Floats, y: Floats, among: NDArray[np.bool_]) -> Floats:
        """Pearson's correlation in each resample, over some of the ROIs, shape (repetitions,)."""
        taken = np.flatnonzero(among)
        rows = np.zeros((len(x), 6))
        rows[taken] = moments(x[taken] - x[taken].mean(), y[taken] - y[taken].mean())
        with np.errstate(invalid="ignore", divide="ignore"):
            return pearson_of(self.sums(rows))

    def srocc(self, x: Floats, y: Floats, among: NDArray[np.bool_]) -> Floats:
        """Spearman's correlation in each resample, over some of the ROIs, shape (repetitions,)."""
        taken = np.flatnonzero(among)
        ranked, images = Ranked(x[taken], y[taken]), self.image_of_roi[taken]
        found = np.empty(len(self.counts))
        for start in range(0, len(self.counts), _ROWS):
            weights = self.counts[start : start + _ROWS][:, images].astype(np.float64)
            found[start : start + _ROWS] = ranked.spearman(weights)
        return found

    def interval(self, values: Floats, among: NDArray[np.bool_] | None = None) -> Interval:
        """The 95 % interval of a figure that rests on some of the ROIs."""
        images = self.image_of_roi if among is None else self.image_of_roi[among]
        return percentile95(values, len(np.unique(images)))
