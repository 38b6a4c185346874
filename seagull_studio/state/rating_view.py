"""What the rating panel shows: eight rows, their levels, their wording. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import resources

ROW_ORDER: Final = (
    "blur",
    "colorfulness",
    "compression",
    "contrast",
    "exposure",
    "noise",
    "quality",
    "importance",
)
"""The rows from top to bottom; a test holds them equal to the scales of the database."""

VoteOutcome = Literal["given", "confirmed", "changed"]
"""How a vote came about: without a suggestion, as the suggestion said, or against it."""

LANGUAGES: Final = ("en", "zh_CN")


@dataclass(frozen=True, slots=True)
class LevelView:
    """One level of one row."""

    id: str
    """Namespaced, such as ``severity.minor``; ``importance.minor`` is another level."""
    value: int
    word: str
    wording: str
    """What the level means on this scale, in a few words."""
    example: Path | None
    """A synthetic example picture of this level, None where there is none."""


@dataclass(frozen=True, slots=True)
class RowView:
    """One scale as the panel shows it."""

    name: str
    """Name of the scale, such as ``blur``."""
    kind: str
    """``"severity"``, ``"quality"`` or ``"importance"``."""
    title: str
    question: str
    levels: tuple[LevelView, ...]

    @property
    def maximum(self) -> int:
        return self.levels[-1].value


@dataclass(frozen=True, slots=True)
class RatingForm:
    """All rows of the panel in one language."""

    language: str
    rows: tuple[RowView, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A pre-filled level that the annotator confirms or changes."""

    level: int
    confidence: float
    """0..1"""


def rating_form(language: str = "en") -> RatingForm:
    """Read the panel's rows from the wording of `language`; English where it has none.

    Parameters
    ----------
    language : str
        ``"en"`` or ``"zh_CN"``.
    """
    known = language if language in LANGUAGES else "en"
    wording = resources.read_json("wording", f"{known}.json")
    return RatingForm(known, tuple(_row(wording, name) for name in ROW_ORDER))


def _row(wording: dict[str, Any], name: str) -> RowView:
    scale = wording["scales"][name]
    kind = scale["kind"]
    levels = tuple(
        LevelView(f"{kind}.{key}", value, word, scale["levels"][value], _example(name, value))
        for value, (key, word) in enumerate(wording["words"][kind].items())
    )
    return RowView(name, kind, scale["title"], scale["question"], levels)


def _example(name: str, value: int) -> Path | None:
    path = resources.path("examples", f"{name}_{value}.jpg")
    return path if path.is_file() else None
