"""All counting ratings as columns: what every figure of this package is computed from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotation_db.vocabulary.scales import SCALE_NAMES, SCALES

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class VoteColumns:
    """N ratings by A annotators of R ROIs on I images, by ROI and then by annotator."""

    votes: NDArray[np.int8]
    """Shape (N, 8), in the order of `scales.SCALE_NAMES`."""
    roi: Integers
    """Shape (N,), 0 .. R - 1, never falling; every ROI has a rating."""
    annotator: Integers
    """Shape (N,), 0 .. A - 1; at most one rating of each annotator and ROI."""
    image_of_roi: Integers
    """Shape (R,), 0 .. I - 1."""
    seconds: Floats
    """Shape (N,): how long the ROI was in front of the annotator; NaN where nobody knows."""
    at: Integers
    """Shape (N,): when it was given, in microseconds since 1970."""
    roi_ids: Integers
    """Shape (R,)."""
    annotator_ids: Integers
    """Shape (A,)."""
    image_ids: Integers
    """Shape (I,)."""

    @property
    def per_roi(self) -> Integers:
        """How many ratings each ROI has, shape (R,)."""
        return np.bincount(self.roi, minlength=len(self.roi_ids))

    def column(self, scale: str) -> Integers:
        """The votes on one scale, shape (N,)."""
        return self.votes[:, SCALE_NAMES.index(scale)].astype(np.int64)

    def counts(self, scale: str) -> Integers:
        """How often each level was given to each ROI, shape (R, levels)."""
        levels = len(SCALES[scale].levels)
        at = self.roi * levels + self.column(scale)
        return np.bincount(at, minlength=len(self.roi_ids) * levels).reshape(-1, levels)

    def among(self, keep: NDArray[np.bool_]) -> VoteColumns:
        """Some of the ratings only; ROIs, annotators and images without any are left out.

        Parameters
        ----------
        keep : ndarray of bool, shape (N,)
        """
        rois, roi = np.unique(self.roi[keep], return_inverse=True)
        people, annotator = np.unique(self.annotator[keep], return_inverse=True)
        images, image_of_roi = np.unique(self.image_of_roi[rois], return_inverse=True)
        return VoteColumns(
            self.votes[keep],
            roi.astype(np.int64),
            annotator.astype(np.int64),
            image_of_roi.astype(np.int64),
            self.seconds[keep],
            self.at[keep],
            self.roi_ids[rois],
            self.annotator_ids[people],
            self.image_ids[images],
        )
