"""The scales: their integers, their words, and Eq. 1. The one place where they live.

Standard library only, so that every other package may import it at no cost.
Sources: SEAGULL (arXiv 2411.10161), Sec. 3.1.3 and 3.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

DISTORTIONS: Final = ("blur", "colorfulness", "compression", "contrast", "exposure", "noise")
"""The six distortions, in the order that holds everywhere."""

OVERALL: Final = ("quality", "importance")
"""The two scales that are not distortions, in the order that holds everywhere."""

SCALE_NAMES: Final = (*DISTORTIONS, *OVERALL)
"""The eight scales of one rating, in the order of the ratings file."""

MAX_SCORE: Final = 4
"""M of Eq. 1: the largest value that enters a mean, on all eight scales."""

_PLACES: Final = 10**9
LEVELS: Final = 5
"""Number of levels that Eq. 1 cuts a mean into."""


class Level(NamedTuple):
    """One level of one scale."""

    id: str
    """Namespaced, such as ``importance.minor``: "minor" is an importance and a severity."""
    value: int
    """The integer an annotator gives."""
    word: str
    """The English word, lower case."""


@dataclass(frozen=True, slots=True)
class Scale:
    """One ordinal scale. ``levels[v].value == v``."""

    name: str
    kind: str
    """``"severity"``, ``"quality"`` or ``"importance"``: the namespace of the level ids."""
    levels: tuple[Level, ...]

    @property
    def maximum(self) -> int:
        """The largest integer an annotator may give."""
        return self.levels[-1].value

    def word(self, value: int) -> str:
        """The English word of a level.

        Raises
        ------
        ValueError
            If `value` is not on this scale.
        """
        self.check(value)
        return self.levels[value].word

    def check(self, value: int) -> int:
        """Return `value` if it is an integer on this scale.

        Raises
        ------
        ValueError
            If it is not.
        """
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= self.maximum:
            raise ValueError(f"{self.name} takes a whole number from 0 to {self.maximum}, not {value!r}")
        return value


def _levels(kind: str, words: tuple[str, ...]) -> tuple[Level, ...]:
    return tuple(Level(f"{kind}.{word}", value, word) for value, word in enumerate(words))


SEVERITY_WORDS: Final = ("extreme", "severe", "moderate", "minor", "trivial")
"""Severities 0..4; 5 is "non-existent" and no severity."""
NON_EXISTENT: Final = 5
"""A distortion vote that says: not there."""

SEVERITY_LEVELS: Final = _levels("severity", (*SEVERITY_WORDS, "non-existent"))
QUALITY_LEVELS: Final = _levels("quality", ("bad", "poor", "fair", "good", "excellent"))
IMPORTANCE_LEVELS: Final = _levels("importance", ("unimportant", "minor", "normal", "important", "essential"))

SCALES: Final[dict[str, Scale]] = {
    **{name: Scale(name, "severity", SEVERITY_LEVELS) for name in DISTORTIONS},
    "quality": Scale("quality", "quality", QUALITY_LEVELS),
    "importance": Scale("importance", "importance", IMPORTANCE_LEVELS),
}
"""The eight scales by name, in the order of `SCALE_NAMES`."""


class Votes(NamedTuple):
    """The eight integers that one annotator gave one ROI, in the order of `SCALE_NAMES`."""

    blur: int
    colorfulness: int
    compression: int
    contrast: int
    exposure: int
    noise: int
    quality: int
    importance: int

    def checked(self) -> Votes:
        """Return the votes if every one is on its scale.

        Raises
        ------
        ValueError
            If one is not; the message names the scale.
        """
        for scale, value in zip(SCALES.values(), self, strict=True):
            if type(value) is not int or not 0 <= value < len(scale.levels):
                scale.check(value)  # a number of another kind, or one that is off the scale
        return self


def eq1_level(total: int, n: int) -> int:
    """Cut the mean of `n` votes into one of five levels: Eq. 1 with M = 4, on integers.

    Level i holds when M*i/5 < s <= M*(i+1)/5, and s = 0 belongs to level 0. Floats are never
    used: a float mean lands one level off at 0.8, 1.6, 2.4 and 3.2.

    Parameters
    ----------
    total : int
        Sum of the votes, 0 <= total <= 4 * n.
    n : int
        Number of votes, at least 1.

    Returns
    -------
    int
        Level, 0..4.

    Raises
    ------
    ValueError
        If `n` < 1 or `total` is outside 0..4n.
    """
    if n < 1 or not 0 <= total <= MAX_SCORE * n:
        raise ValueError(f"no mean of {n} votes on 0..{MAX_SCORE} has the sum {total}")
    return max(0, -(-LEVELS * total // (MAX_SCORE * n)) - 1)


def level_of_score(score: float) -> int:
    """The level of Eq. 1 that a score which is no mean of votes lies in, such as a model's.

    Parameters
    ----------
    score : float
        0 .. 4; taken to nine decimal places, so that 0.8 from floats is 0.8.

    Raises
    ------
    ValueError
        If it lies outside.
    """
    return eq1_level(round(score * _PLACES), _PLACES)
