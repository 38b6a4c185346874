"""What a figure that is saved or printed is drawn from: the same rows that the charts of the window show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Literal

import numpy as np
from numpy.typing import NDArray

from seagull_studio.state.project_view import CoverageView
from seagull_studio.state.review_view import AlphaRow, FirmRow, PersonScaleView, ReachRow, ScaleDots

DotsOf = Literal["bias", "inconsistency"]


@dataclass(frozen=True, slots=True)
class AlphaFigure:
    """Alpha of each scale with its interval."""

    stem: ClassVar = "agreement"
    rows: tuple[AlphaRow, ...]


@dataclass(frozen=True, slots=True)
class FirmFigure:
    """How firm the labels are."""

    stem: ClassVar = "stability"
    rows: tuple[FirmRow, ...]


@dataclass(frozen=True, slots=True)
class ReachFigure:
    """What a perfect model could reach."""

    stem: ClassVar = "attainable"
    rows: tuple[ReachRow, ...]


@dataclass(frozen=True, slots=True)
class CoverageFigure:
    """How many ROIs have how many ratings."""

    stem: ClassVar = "coverage"
    coverage: CoverageView


@dataclass(frozen=True, slots=True)
class LevelRow:
    """How many labels of one scale have which level."""

    scale: str
    counts: tuple[int, ...]
    """By level; of a distortion the last one is non-existent."""


@dataclass(frozen=True, slots=True)
class LevelsFigure:
    """How the labels are spread over the levels."""

    stem: ClassVar = "labels"
    rows: tuple[LevelRow, ...]


@dataclass(frozen=True, slots=True)
class DotsFigure:
    """One figure of each annotator on each scale; one annotator's may stand out."""

    what: DotsOf
    rows: tuple[ScaleDots, ...]

    @property
    def stem(self) -> str:
        """What its file is proposed to be called."""
        return self.what


@dataclass(frozen=True, slots=True, eq=False)
class ResidualsFigure:
    """Residuals of one annotator in the order in which the ratings were given, in levels."""

    stem: ClassVar = "residuals"
    scale: str
    residuals: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ConfusionFigure:
    """How one annotator's votes meet the level of the others'."""

    stem: ClassVar = "confusion"
    view: PersonScaleView


AnyFigure = (
    AlphaFigure
    | FirmFigure
    | ReachFigure
    | CoverageFigure
    | LevelsFigure
    | DotsFigure
    | ResidualsFigure
    | ConfusionFigure
)

RUNNING: Final = 15
"""Ratings that the running mean of residuals goes over."""


def running_mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of each value and those around it, of `RUNNING` values or as many as there are.

    Parameters
    ----------
    values : ndarray of float64, shape (N,)

    Returns
    -------
    ndarray of float64, shape (N,)
        Empty below three values: that is no run.
    """
    if len(values) < 3:
        return np.empty(0)
    wide = np.ones(min(RUNNING, len(values)))
    summed = np.convolve(values, wide, mode="same")
    counted = np.convolve(np.ones(len(values)), wide, mode="same")
    return np.asarray(summed / counted, dtype=np.float64)
