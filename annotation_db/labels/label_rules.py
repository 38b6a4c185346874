"""From ratings to labels: the majority rule, means and Eq. 1 (SEAGULL, arXiv 2411.10161, Sec. 3.2).

Sums are integers until the very end, so that no label depends on how a mean was rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from math import sqrt
from operator import mul
from typing import Final, Protocol

from annotation_db.errors import Refused
from annotation_db.labels.intervals import bounded, overdispersed
from annotation_db.records import MOST_RATERS, DistortionLabel, LabelPolicy, MeanLabel, RoiLabel
from annotation_db.vocabulary.scales import (
    DISTORTIONS,
    MAX_SCORE,
    NON_EXISTENT,
    SCALES,
    Votes,
    eq1_level,
)

_RULES: Final = (
    LabelPolicy("paper"),
    LabelPolicy("include-non-existent", include_non_existent=True),
)

POLICIES: Final[dict[str, LabelPolicy]] = {
    policy.name: policy
    for rule in _RULES
    for policy in (rule, replace(rule, name=f"{rule.name}-unassisted", votes="unassisted"))
}
"""The named policies. They differ in whether non-existent votes enter a severity's mean, and in
whether votes count that were given with a model's suggestion in view."""

THIN: Final = 3
"""A severity of fewer votes is flagged."""
_REMEMBERED: Final = 10_000
"""Kinds of labels that are remembered: few raters give few of them."""
_VALUES: Final = range(NON_EXISTENT + 1)
_SQUARES: Final = tuple(value * value for value in _VALUES)
Counts = tuple[int, ...]
"""Votes on each value, from 0 on."""


class CountedRating(Protocol):
    """What a label needs of a rating; `records.RatingRecord` has it."""

    @property
    def id(self) -> int: ...
    @property
    def roi_id(self) -> int: ...
    @property
    def votes(self) -> Votes: ...


def policy_named(name: str, *, min_raters: int | None = None) -> LabelPolicy:
    """A policy by name, with another minimum if given.

    Raises
    ------
    Refused
        If there is no such policy or the minimum is below 1.
    """
    if name not in POLICIES:
        raise Refused(f"There is no label policy {name}; choose one of {', '.join(POLICIES)}.")
    if min_raters is None:
        return POLICIES[name]
    if not 1 <= min_raters <= MOST_RATERS:
        raise Refused(f"A label needs at least 1 rater and at most {MOST_RATERS:,}, not {min_raters:,}.")
    return replace(POLICIES[name], min_raters=min_raters)


def label_roi(
    ratings: Sequence[CountedRating], policy: LabelPolicy, *, roi_id: int | None = None
) -> RoiLabel:
    """What the ratings of one ROI add up to.

    Parameters
    ----------
    ratings : sequence of CountedRating
        The counting ratings of one ROI, one per annotator.
    policy : LabelPolicy
        The rules.
    roi_id : int, optional
        The ROI; needed only where there are no ratings.

    Raises
    ------
    ValueError
        If there are neither ratings nor a `roi_id`, they are of several ROIs, or a vote is off its scale.
    """
    rois = {rating.roi_id for rating in ratings} | ({roi_id} if roi_id is not None else set())
    if len(rois) != 1:
        raise ValueError(f"one label is of one ROI, not of {sorted(rois)}")
    columns = zip(*(rating.votes for rating in ratings), strict=True)
    tops = (scale.maximum for scale in SCALES.values())
    counts = [_counts(given, top) for given, top in zip(columns, tops, strict=False)]  # none without a rating
    return label_of_counts(rois.pop(), tuple(rating.id for rating in ratings), counts, policy)


def label_of_counts(
    roi_id: int, rating_ids: tuple[int, ...], counts: Sequence[Counts], policy: LabelPolicy
) -> RoiLabel:
    """The same of the votes on each level: of the votes no label knows more.

    Parameters
    ----------
    rating_ids : tuple of int
        The counting ratings, one per annotator.
    counts : sequence of tuple of int
        Votes on each level of each scale, in the order of `scales.SCALES`; not looked at without a rating.

    Raises
    ------
    ValueError
        If the ratings have other votes than these.
    """
    n = len(rating_ids)
    if n < max(1, policy.min_raters):
        return RoiLabel(roi_id=roi_id, n=n, status="insufficient", rating_ids=rating_ids)
    if any(sum(levels) != n for levels in counts):
        raise ValueError(f"ROI number {roi_id} has votes that are on no scale")
    of = dict(zip(SCALES, counts, strict=True))
    fives = policy.include_non_existent
    return RoiLabel(
        roi_id=roi_id,
        n=n,
        status="labelled",
        quality=mean_of_counts(of["quality"]),
        importance=mean_of_counts(of["importance"]),
        distortions={
            name: distortion_of_counts(of[name], include_non_existent=fives) for name in DISTORTIONS
        },
        rating_ids=rating_ids,
    )


def mean_label(votes: Sequence[int], top: int = MAX_SCORE) -> MeanLabel:
    """Mean, sample SD, 95 % interval (`intervals`), and the level by Eq. 1, of at least one vote.

    Parameters
    ----------
    top : int
        The largest vote: 5 where non-existent votes enter a severity. The level takes the sum as 4n at
        most: only such a severity can be above.
    """
    return mean_of_counts(_counts(votes, top))


def distortion_label(votes: Sequence[int], policy: LabelPolicy) -> DistortionLabel:
    """Majority rule: without iff more than half of the votes are non-existent."""
    fives = policy.include_non_existent
    return distortion_of_counts(_counts(votes, NON_EXISTENT), include_non_existent=fives)


def _counts(votes: Sequence[int], top: int) -> Counts:
    return tuple(map(votes.count, range(top + 1)))


@lru_cache(maxsize=_REMEMBERED)
def mean_of_counts(counts: Counts) -> MeanLabel:
    """As `mean_label`, of how many votes each value from 0 to the largest possible one has."""
    top = len(counts) - 1
    n = sum(counts)
    total = sum(map(mul, counts, _VALUES))
    # n (n - 1) variances, exactly
    spread = n * sum(map(mul, counts, _SQUARES)) - total * total
    return MeanLabel(
        sum=total,
        n=n,
        mean=total / n,
        sd=sqrt(spread / (n * (n - 1))) if n > 1 else None,
        ci95=bounded(total, n, top),
        level=eq1_level(min(total, MAX_SCORE * n), n),
        overdispersed=overdispersed(total, n, spread, top),
        counts=counts,
    )


@lru_cache(maxsize=_REMEMBERED)
def distortion_of_counts(counts: Counts, *, include_non_existent: bool) -> DistortionLabel:
    """As `distortion_label`, of how many votes each value has, non-existent ones last."""
    n, absent = sum(counts), counts[NON_EXISTENT]
    present = 2 * absent <= n
    severities = counts if include_non_existent else counts[:NON_EXISTENT]
    return DistortionLabel(
        present=present,
        non_existent=absent,
        n=n,
        tie=2 * absent == n,
        severity=mean_of_counts(severities) if present else None,
        thin=present and sum(severities) < THIN,
        counts=counts,
    )
