"""What a level word is trained towards: five probabilities from the votes of one ROI on one scale.

"one-hot" is the paper's: the level of Eq. 1. "votes" are the shares of the votes with 0.1 pseudo-votes per
level. "mixture" is half of those, half a normal distribution cut into levels, whose mean is the smoothed
mean of the votes and whose spread is half the ROI's own, half the pooled one of the scale.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import erf, log, sqrt
from typing import Final

from annotation_db.vocabulary.scales import LEVELS, SCALES
from model.training.config import Targets
from model.training.vote_counts import Counts, RoiVotes, total_of

PSEUDO_VOTES: Final = 0.1
"""Per level."""
_WIDTH_UNKNOWN: Final = 1.0
"""Pooled SD of a scale on which no ROI has two votes."""
_NARROWEST: Final = 0.01
"""Of the normal distribution; with none at all, a mean between two levels could not be met."""

Probabilities = tuple[float, ...]


class LevelTargets:
    """Targets of all scales; the pooled spreads are those of the training ROIs.

    Parameters
    ----------
    kind : {"one-hot", "votes", "mixture"}
    training : iterable of RoiVotes
    """

    def __init__(self, kind: Targets, training: Iterable[RoiVotes]) -> None:
        self.kind: Targets = kind
        rois = list(training)
        self.pooled: Mapping[str, float] = {
            scale: pooled_sd(roi.levels(scale) for roi in rois) for scale in SCALES
        }
        self._known: dict[tuple[str, Counts], Probabilities] = {}

    def level(self, votes: RoiVotes, scale: str) -> Probabilities:
        """The target of a level word; of a distortion, that of its severity, where it is there.

        Raises
        ------
        ValueError
            If nobody voted for a level.
        """
        if self.kind == "one-hot":
            said = votes.level(scale)
            return tuple(float(value == said) for value in range(LEVELS))
        counts = votes.levels(scale)
        if not sum(counts):
            raise ValueError(f"no vote on the levels of {scale}")
        if self.kind == "votes":
            return shares(counts)
        # A panel's votes are few patterns, and finding a normal distribution for one takes a millisecond.
        if (scale, counts) not in self._known:
            self._known[scale, counts] = mixture(counts, self.pooled[scale])
        return self._known[scale, counts]

    def presence(self, votes: RoiVotes, name: str) -> Probabilities:
        """The target of Yes and No to the question whether a distortion is there."""
        share = votes.presence(name)
        if self.kind == "one-hot":
            share = float(name in votes.distortions())
        return share, 1 - share


def shares(counts: Counts) -> Probabilities:
    """(c_k + 0.1) / (n + 0.5)."""
    n = sum(counts)
    return tuple((count + PSEUDO_VOTES) / (n + LEVELS * PSEUDO_VOTES) for count in counts)


def mixture(counts: Counts, pooled: float) -> Probabilities:
    """Half `shares`, half the normal distribution with the same mean.

    Parameters
    ----------
    counts : five ints
    pooled : float
        The pooled SD of the scale, `pooled_sd`.
    """
    n = sum(counts)
    own = sqrt(_squares(counts) / (n - 1)) if n > 1 else pooled
    smoothed = shares(counts)
    mean = sum(value * p for value, p in enumerate(smoothed))
    normal = discretised_normal(mean, max((own + pooled) / 2, _NARROWEST))
    return tuple((a + b) / 2 for a, b in zip(smoothed, normal, strict=True))


def discretised_normal(mean: float, sd: float) -> Probabilities:
    """A normal distribution cut at the half levels, the tails put into 0 and 4, whose levels have `mean`.

    Parameters
    ----------
    mean : float
        0 < mean < 4.
    sd : float
        Above 0.
    """
    low, high = -20 * sd - LEVELS, 20 * sd + 2 * LEVELS
    for _ in range(200):
        middle = (low + high) / 2
        if sum(value * p for value, p in enumerate(_cut(middle, sd))) < mean:
            low = middle
        else:
            high = middle
    return _cut((low + high) / 2, sd)


def pooled_sd(columns: Iterable[Counts]) -> float:
    """sqrt(sum SS / sum (n - 1)) over ROIs, each with its own mean."""
    squares, degrees = 0.0, 0
    for counts in columns:
        if sum(counts) > 1:
            squares += _squares(counts)
            degrees += sum(counts) - 1
    return sqrt(squares / degrees) if degrees else _WIDTH_UNKNOWN


def entropy_term(target: Probabilities) -> float:
    """sum t log t: what a KL has beside the cross-entropy."""
    return sum(t * log(t) for t in target if t > 0)


def _squares(counts: Counts) -> float:
    mean = total_of(counts) / sum(counts)
    return sum(count * (value - mean) ** 2 for value, count in enumerate(counts))


def _cut(mu: float, sd: float) -> Probabilities:
    below = [0.0, *(_phi((k + 0.5 - mu) / sd) for k in range(LEVELS - 1)), 1.0]
    return tuple(below[k + 1] - below[k] for k in range(LEVELS))


def _phi(z: float) -> float:
    return (1 + erf(z / sqrt(2))) / 2
