"""What the assessor says of one ROI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp


@dataclass(frozen=True, slots=True)
class LevelReading:
    """Five probabilities on one scale (after Q-Align), at the place where the level word stands."""

    probabilities: tuple[float, ...]
    """Of the levels 0..4; they add up to 1."""
    said: int | None = None
    """The level that the model's own answer names; None where the answer text was given to it."""

    @property
    def score(self) -> float:
        """The mean of the level values under the probabilities, 0..4."""
        return sum(value * p for value, p in enumerate(self.probabilities))

    @property
    def level(self) -> int:
        """The most probable level, 0..4."""
        return max(range(len(self.probabilities)), key=lambda value: self.probabilities[value])


@dataclass(frozen=True, slots=True)
class DistortionReading:
    """One distortion of one ROI."""

    presence: float
    """Probability of Yes against No, 0..1, to the judgement question."""
    severity: LevelReading | None
    """Levels 0 (extreme) to 4 (trivial); None where the model's own answer tells none."""
    mentioned: bool | None
    """Whether the model's own answer names it; None where there is no readable answer of its own."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """All that the model says of one ROI."""

    quality: LevelReading | None
    """None where the reply could not be read."""
    importance: LevelReading | None
    """None where the reply could not be read."""
    distortions: Mapping[str, DistortionReading]
    """All six, in the order of `annotation_db.vocabulary.scales.DISTORTIONS`."""
    replies: Mapping[str, str]
    """The answers to "quality", "importance" and "distortions", as they came (or as they were put together
    from the probabilities, where the answer text was given)."""
    unreadable: tuple[str, ...]
    """Which of the replies could not be read; nothing is guessed for them."""
    cut: tuple[str, ...]
    """Which of the replies had not ended when the limit of tokens was reached."""
    note: str = ""
    """One sentence where the ROI itself is doubtful for the network, else empty."""


def normalised(log_probabilities: Sequence[float]) -> tuple[float, ...]:
    """Softmax over the summed log-probabilities of whole words or phrases."""
    largest = max(log_probabilities)
    weights = [exp(value - largest) for value in log_probabilities]
    total = sum(weights)
    return tuple(weight / total for weight in weights)
