"""From ratings to labels: the majority rule, means and Eq. 1 (SEAGULL, arXiv 2411.10161, Sec. 3.2).

Sums are integers until the very end, so that no label depends on how a mean was rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt
from typing import Final, Protocol

from annotation_db.errors import Refused
from annotation_db.labels.intervals import bounded, overdispersed
from annotation_db.records import MOST_RATERS, DistortionLabel, LabelPolicy, MeanLabel, RoiLabel
from annotation_db.vocabulary.scales import (
    DISTORTIONS,
    MAX_SCORE,
    NON_EXISTENT,
    SCALE_NAMES,
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
        If there are neither ratings nor a `roi_id`, or the ratings are of several ROIs.
    """
    rois = {rating.roi_id for rating in ratings} | ({roi_id} if roi_id is not None else set())
    if len(rois) != 1:
        raise ValueError(f"one label is of one ROI, not of {sorted(rois)}")
    n = len(ratings)
    ids = tuple(rating.id for rating in ratings)
    if n < max(1, policy.min_raters):
        return RoiLabel(roi_id=rois.pop(), n=n, status="insufficient", rating_ids=ids)
    columns = dict(zip(SCALE_NAMES, zip(*(rating.votes for rating in ratings), strict=True), strict=True))
    return RoiLabel(
        roi_id=rois.pop(),
        n=n,
        status="labelled",
        quality=mean_label(columns["quality"]),
        importance=mean_label(columns["importance"]),
        distortions={name: distortion_label(columns[name], policy) for name in DISTORTIONS},
        rating_ids=ids,
    )


def mean_label(votes: Sequence[int], top: int = MAX_SCORE) -> MeanLabel:
    """Mean, sample SD, 95 % interval (`intervals`), and the level by Eq. 1, of at least one vote.

    Parameters
    ----------
    top : int
        The largest vote: 5 where non-existent votes enter a severity. The level takes the sum as 4n at
        most: only such a severity can be above.
    """
    n = len(votes)
    total = sum(votes)
    spread = n * sum(vote * vote for vote in votes) - total * total  # n (n - 1) variances, exactly
    return MeanLabel(
        sum=total,
        n=n,
        mean=total / n,
        sd=sqrt(spread / (n * (n - 1))) if n > 1 else None,
        ci95=bounded(total, n, top),
        level=eq1_level(min(total, MAX_SCORE * n), n),
        overdispersed=overdispersed(total, n, spread, top),
        counts=tuple(map(votes.count, range(top + 1))),
    )


def distortion_label(votes: Sequence[int], policy: LabelPolicy) -> DistortionLabel:
    """Majority rule: without iff more than half of the votes are non-existent."""
    n = len(votes)
    absent = sum(vote == NON_EXISTENT for vote in votes)
    present = 2 * absent <= n
    fives = policy.include_non_existent
    severities = votes if fives else [vote for vote in votes if vote != NON_EXISTENT]
    return DistortionLabel(
        present=present,
        non_existent=absent,
        n=n,
        tie=2 * absent == n,
        severity=mean_label(severities, NON_EXISTENT if fives else MAX_SCORE) if present else None,
        thin=present and len(severities) < THIN,
        counts=tuple(map(votes.count, range(NON_EXISTENT + 1))),
    )
