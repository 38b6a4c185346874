"""Ratings as columns for tests, made of a matrix of annotators and ROIs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from annotation_db.agreement.vote_columns import VoteColumns
from annotation_db.vocabulary.scales import SCALE_NAMES


def columns(
    votes: NDArray[np.float64],
    *,
    scale: str = "quality",
    rois_per_image: int = 1,
    at: NDArray[np.int64] | None = None,
    seconds: NDArray[np.float64] | None = None,
) -> VoteColumns:
    """The votes of one scale; all others are 2.

    Parameters
    ----------
    votes : ndarray of float64, shape (A, R)
        NaN where an annotator did not rate a ROI.
    """
    roi, annotator = np.nonzero(~np.isnan(votes.T))
    eight = np.full((len(roi), len(SCALE_NAMES)), 2, dtype=np.int8)
    eight[:, SCALE_NAMES.index(scale)] = votes[annotator, roi]
    image = np.arange(votes.shape[1]) // rois_per_image
    table = VoteColumns(
        votes=eight,
        roi=roi,
        annotator=annotator,
        image_of_roi=image,
        seconds=np.full(len(roi), np.nan) if seconds is None else seconds,
        at=np.arange(len(roi)) * 1_000_000 if at is None else at,
        roi_ids=np.arange(votes.shape[1]) + 100,
        annotator_ids=np.arange(votes.shape[0]) + 10,
        image_ids=np.arange(image.max(initial=-1) + 1) + 1000,
    )
    return table.among(np.ones(len(roi), dtype=np.bool_))


def drawn(
    people: int, rois: int, each: int, *, seed: int = 0, noise: float = 0.8, levels: int = 5
) -> NDArray[np.float64]:
    """Votes of `each` of `people` on every ROI, around a true value, shape (people, rois)."""
    rng = np.random.default_rng(seed)
    truth = rng.uniform(0, levels - 1, rois)
    bias = rng.normal(0, 0.4, people)
    votes = np.clip(np.rint(truth + bias[:, None] + rng.normal(0, noise, (people, rois))), 0, levels - 1)
    for roi in range(rois):
        votes[rng.permutation(people)[each:], roi] = np.nan
    return votes


KRIPPENDORFF: Sequence[Sequence[int]] = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3),
    (0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0),
)
"""The 4 x 12 example of Krippendorff (2011), Sec. C; 0 where nothing was given."""


def krippendorff_votes() -> NDArray[np.float64]:
    """The example as levels 0 .. 4."""
    votes = np.array(KRIPPENDORFF, dtype=np.float64)
    votes[votes == 0] = np.nan
    return votes - 1
