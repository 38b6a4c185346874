"""How far annotators agree on each scale: Krippendorff's alpha with its interval, and percent agreement.

The point values are those of the package `krippendorff` (GPL-3.0-or-later). The intervals are ours, by
bootstrap over images: coincidence counts are added up per image once and then weighted, and since the ordinal
distance depends on how often each value is used, each resample has its own. A test holds both against each
other. Source: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from annotation_db.agreement.alpha import coincidences, nominal_alpha, ordinal_alpha, presence
from annotation_db.agreement.resampling import Counts, percentile95, weighted
from annotation_db.agreement.vote_columns import VoteColumns
from annotation_db.vocabulary.scales import DISTORTIONS, SCALE_NAMES

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Metric = Literal["ordinal", "nominal"]

METRICS: Final[dict[Metric, str]] = {
    "ordinal": "ordinal (Krippendorff 2011)",
    "nominal": "nominal (Krippendorff 2011)",
}
NO_PAIRS: Final = "no ROI has two counting ratings"
NO_VARIATION: Final = "no variation: all of these votes are equal"


@dataclass(frozen=True, slots=True)
class Agreement:
    """One alpha, and what it rests on."""

    metric: Metric
    rois: int
    """With two or more ratings."""
    ratings: int
    """Theirs."""
    alpha: float | None
    ci95: tuple[float, float] | None
    percent_agreement: float | None
    """Share of equal pairs among all pairs of ratings of one ROI, 0 .. 1, pooled."""
    left_out: int
    """Resamples without an alpha."""
    undefined: dict[str, str]
    """Why a figure is None."""


def scale_agreements(table: VoteColumns, images: Counts) -> tuple[dict[str, Agreement], dict[str, Agreement]]:
    """Agreement on every scale.

    Parameters
    ----------
    table : VoteColumns
        Ratings of ROIs that have two or more.
    images : ndarray of uint16, shape (repetitions, I)
        From `resampling.image_counts`.

    Returns
    -------
    tuple of dict
        Scale -> agreement on its levels (ordinal), and distortion -> on whether it is there (nominal).
    """
    counts = {scale: table.counts(scale) for scale in SCALE_NAMES}
    per_image = {scale: _by_image(table, coincidences(counts[scale])) for scale in SCALE_NAMES}
    flat = [one.reshape(len(one), one.shape[1] ** 2) for one in per_image.values()]
    drawn = np.split(
        weighted(images, np.concatenate(flat, axis=1)),
        np.cumsum([one.shape[1] for one in flat])[:-1].tolist(),
        axis=1,
    )
    levels: dict[str, Agreement] = {}
    there: dict[str, Agreement] = {}
    for scale, some in zip(SCALE_NAMES, drawn, strict=True):
        values = counts[scale].shape[1]
        resampled = some.reshape(len(some), values, values)
        levels[scale] = _told(counts[scale], "ordinal", ordinal_alpha(resampled), images.shape[1])
        if scale in DISTORTIONS:
            alphas = nominal_alpha(presence(resampled))
            there[scale] = _told(_present(counts[scale]), "nominal", alphas, images.shape[1])
    return levels, there


def point_alpha(counts: Integers, metric: Metric) -> float | None:
    """Alpha by the package `krippendorff`; None where it does not exist.

    Parameters
    ----------
    counts : ndarray of int, shape (units, values)
        How often each value was given to each unit; values in order.
    """
    used = counts[counts.sum(axis=1) > 1].sum(axis=0)
    if np.count_nonzero(used) < 2:
        return None
    import krippendorff

    found = krippendorff.alpha(
        value_counts=counts,
        value_domain=np.arange(counts.shape[1], dtype=np.float64),
        level_of_measurement=metric,
    )
    return float(found)


def percent_agreement(counts: Integers) -> float | None:
    """Share of equal pairs among all pairs of ratings of one unit, pooled; None without a pair."""
    n = counts.sum(axis=1)
    pairs = int((n * (n - 1)).sum())
    return float((counts * (counts - 1)).sum() / pairs) if pairs else None


def _present(counts: Integers) -> Integers:
    """Present and not: non-existent is the last level."""
    return np.stack([counts[:, :-1].sum(axis=1), counts[:, -1]], axis=1)


def _by_image(table: VoteColumns, per_roi: Floats) -> Floats:
    """Sums over the ROIs of each image."""
    order = np.argsort(table.image_of_roi, kind="stable")
    if not len(order):
        return per_roi
    first = np.searchsorted(table.image_of_roi[order], np.arange(len(table.image_ids)))
    return np.asarray(np.add.reduceat(per_roi[order], first, axis=0), dtype=np.float64)


def _told(counts: Integers, metric: Metric, resampled: Floats, images: int) -> Agreement:
    alpha = point_alpha(counts, metric)
    share = percent_agreement(counts)
    undefined: dict[str, str] = {}
    interval = percentile95(resampled, images)
    if share is None:
        undefined = dict.fromkeys(("alpha", "ci95", "percent_agreement"), NO_PAIRS)
    elif alpha is None:
        undefined = {"alpha": NO_VARIATION, "ci95": NO_VARIATION}
    elif interval.undefined:
        undefined = {"ci95": interval.undefined}
    return Agreement(
        metric=metric,
        rois=len(counts),
        ratings=int(counts.sum()),
        alpha=alpha,
        ci95=interval.ci95 if alpha is not None else None,
        percent_agreement=share,
        left_out=interval.left_out,
        undefined=undefined,
    )
