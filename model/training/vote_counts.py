"""The votes of one ROI as counts, and the levels that they come to (SEAGULL, Sec. 3.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotation_db.vocabulary.scales import DISTORTIONS, LEVELS, MAX_SCORE, NON_EXISTENT, OVERALL, eq1_level

Counts = tuple[int, ...]
"""How many votes each level of a scale has, from 0 on."""


@dataclass(frozen=True, slots=True)
class RoiVotes:
    """What counting annotators said of one ROI."""

    counts: Mapping[str, Counts]
    """By scale: five numbers, six for a distortion (the last: non-existent)."""
    include_non_existent: bool = False
    """The export's policy: whether non-existent votes enter a severity's mean."""

    @property
    def n(self) -> int:
        """How many annotators."""
        return sum(self.counts[OVERALL[0]])

    def levels(self, scale: str) -> Counts:
        """The votes on the five levels alone: of a distortion, those who saw it."""
        return self.counts[scale][:LEVELS]

    def level(self, scale: str) -> int:
        """The level by Eq. 1, 0..4; 5 (non-existent) for a distortion that more than half did not see."""
        counts = self.counts[scale]
        if scale in DISTORTIONS and 2 * counts[NON_EXISTENT] > sum(counts):
            return NON_EXISTENT
        used = counts if self.include_non_existent else counts[:LEVELS]
        n, total = sum(used), total_of(used)
        return eq1_level(min(total, MAX_SCORE * n), n)

    def distortions(self) -> dict[str, int]:
        """The severity of each distortion that is there."""
        found = {name: self.level(name) for name in DISTORTIONS}
        return {name: level for name, level in found.items() if level != NON_EXISTENT}

    def presence(self, name: str) -> float:
        """The share of votes that saw a distortion, 0..1."""
        counts = self.counts[name]
        return sum(counts[:LEVELS]) / sum(counts)

    def mean(self, scale: str) -> float:
        """The mean of the votes on the five levels."""
        counts = self.levels(scale)
        return total_of(counts) / sum(counts)


def total_of(counts: Sequence[int]) -> int:
    """The sum of the votes."""
    return sum(value * count for value, count in enumerate(counts))
