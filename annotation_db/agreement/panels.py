"""Panel against panel: how far two halves of the raters agree, and what a perfect model could reach.

Two disjoint halves of floor(n / 2) votes are drawn of every ROI with two or more. They are *half* panels:
the agreement of whole ones follows by Spearman and Brown (both in British Journal of Psychology 3, 1910),
and a perfect model against labels of reliability r reaches a correlation of sqrt(r) at most (Spearman,
American Journal of Psychology 15, 1904).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from annotation_db.agreement.correlations import Ranked, moments, pearson_of
from annotation_db.agreement.levels import eq1_levels, verdicts
from annotation_db.agreement.resampling import MOST_LEFT_OUT, Counts, percentile95
from annotation_db.agreement.scale_agreement import NO_PAIRS
from annotation_db.agreement.vote_columns import VoteColumns
from annotation_db.errors import Cancelled
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from annotation_db.vocabulary.scales import DISTORTIONS, NON_EXISTENT, SCALE_NAMES

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

DRAWS: Final = 100
FIGURES: Final = ("srocc", "plcc", "level_agreement")
_SROCC, _PLCC, _LEVEL = range(3)


@dataclass(frozen=True, slots=True)
class Panel:
    """Two half panels on one scale. Figures are None where `undefined` says why."""

    values: dict[str, float | None]
    """`FIGURES`: means over the draws; the last is a share, 0 .. 1."""
    ci95: dict[str, tuple[float, float] | None]
    full_plcc: float | None
    """Of two whole panels."""
    attainable_plcc: float | None
    """Of a perfect model against the label of the whole panel, at most."""
    undefined: dict[str, str]


class _Halves:
    """Draws halves of the raters of every ROI: the same people on all scales."""

    def __init__(self, table: VoteColumns) -> None:
        self._table = table
        n = table.per_roi
        self.size = n // 2
        """Votes of each half, shape (R,)."""
        first = np.cumsum(n) - n
        place = np.arange(len(table.roi)) - first[table.roi]
        self._taken = place < 2 * self.size[table.roi]
        begin = np.cumsum(2 * self.size) - 2 * self.size
        self._begin = np.stack([begin, begin + self.size], axis=1).reshape(-1)

    def draw(self, rng: np.random.Generator) -> tuple[Integers, Integers]:
        """Sums of the votes, shape (R, 2, 8), and numbers of non-existent ones, shape (R, 2, 6)."""
        order = np.lexsort((rng.random(len(self._table.roi)), self._table.roi))[self._taken]
        votes = self._table.votes[order].astype(np.int32)
        absent = votes[:, : len(DISTORTIONS)] == NON_EXISTENT
        sums = np.add.reduceat(votes, self._begin, axis=0)
        fives = np.add.reduceat(absent.astype(np.int32), self._begin, axis=0)
        shape = (len(self.size), 2, -1)
        return sums.astype(np.int64).reshape(shape), fives.astype(np.int64).reshape(shape)


def panels(
    table: VoteColumns,
    images: Counts,
    *,
    seed: int = 0,
    draws: int = DRAWS,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> dict[str, Panel]:
    """Panels on every scale.

    The mean of a distortion's votes is taken with non-existent as 5; its level is the whole verdict, absent
    or its level, by the rule of the paper.

    Parameters
    ----------
    table : VoteColumns
        Ratings of ROIs that have two or more.
    images : ndarray of uint16, shape (B, I)
        From `resampling.image_counts`; resample b is of draw b mod `draws`.
    seed : int
        Same seed, same halves.

    Raises
    ------
    Cancelled
        If `cancelled` said so.
    """
    if not len(table.roi):
        return {scale: _nothing(NO_PAIRS) for scale in SCALE_NAMES}
    halves = _Halves(table)
    rng = np.random.default_rng([seed, len(table.roi)])
    points = np.full((len(SCALE_NAMES), draws, len(FIGURES)), np.nan)
    resampled = np.full((len(SCALE_NAMES), len(images), len(FIGURES)), np.nan)
    for draw in range(draws):
        if cancelled is not None and cancelled():
            raise Cancelled("The agreement was not computed to its end.")
        sums, fives = halves.draw(rng)
        mine = np.arange(draw, len(images), draws)
        once = np.ones((1, len(table.roi_ids)))
        weights = np.concatenate([once, images[mine][:, table.image_of_roi].astype(np.float64)])
        for number in range(len(SCALE_NAMES)):
            x, y = (sums[:, half, number] / halves.size for half in (0, 1))
            equal = _equal_levels(halves.size, sums, fives, number)
            told = _figures(x, y, equal, weights)
            points[number, draw], resampled[number, mine] = told[0], told[1:]
        if progress is not None:
            progress(draw + 1, draws, "panels")
    mean_n = len(table.roi) / len(table.roi_ids)
    return {
        scale: _told(points[number], resampled[number], images.shape[1], mean_n)
        for number, scale in enumerate(SCALE_NAMES)
    }


def _equal_levels(size: Integers, sums: Integers, fives: Integers, number: int) -> NDArray[np.bool_]:
    """Whether both halves have the same level, shape (R,)."""
    if number >= len(DISTORTIONS):
        levels = eq1_levels(sums[:, :, number], size[:, None])
    else:
        absent = fives[:, :, number]
        present = sums[:, :, number] - NON_EXISTENT * absent
        levels = verdicts(present, size[:, None] - absent, absent, fives=False)
    return np.asarray(levels[:, 0] == levels[:, 1], dtype=np.bool_)


def _figures(x: Floats, y: Floats, equal: NDArray[np.bool_], weights: Floats) -> Floats:
    """`FIGURES` where each ROI stands there so and so many times, shape (b, 3)."""
    found = np.empty((len(weights), len(FIGURES)))
    found[:, _PLCC] = pearson_of(weights @ moments(x - x.mean(), y - y.mean()))
    found[:, _SROCC] = Ranked(x, y).spearman(weights)
    found[:, _LEVEL] = weights @ equal / weights.sum(axis=1)
    return found


def _told(points: Floats, resampled: Floats, images: int, mean_n: float) -> Panel:
    values: dict[str, float | None] = {}
    intervals: dict[str, tuple[float, float] | None] = {}
    undefined: dict[str, str] = {}
    for place, figure in enumerate(FIGURES):
        numbers = points[:, place][np.isfinite(points[:, place])]
        missing = len(points) - len(numbers)
        interval = percentile95(resampled[:, place], images)
        values[figure] = intervals[figure] = None
        if missing > MOST_LEFT_OUT * len(points):
            undefined[figure] = f"a half panel does not vary in {missing} of {len(points)} draws"
            undefined[f"ci95.{figure}"] = undefined[figure]
            continue
        values[figure] = float(numbers.mean())
        intervals[figure] = interval.ci95
        if interval.undefined is not None:
            undefined[f"ci95.{figure}"] = interval.undefined
    full = whole_panel(values["plcc"], mean_n)
    reach = None if full is None or full < 0 else sqrt(full)
    if full is None:
        undefined["panel_full.plcc"] = undefined.get("plcc", "the half panels contradict each other")
    if reach is None:
        undefined["attainable.plcc"] = undefined.get("plcc", "the half panels contradict each other")
    return Panel(values, intervals, full, reach, undefined)


def whole_panel(half: float | None, mean_n: float) -> float | None:
    """Correlation of two whole panels from that of two halves: k r / (1 + (k - 1) r).

    Parameters
    ----------
    half : float or None
        r.
    mean_n : float
        Votes per ROI, at least 2; k = n / floor(n / 2).

    Returns
    -------
    float or None
        None where the halves contradict each other so far that the formula has no meaning.
    """
    if half is None:
        return None
    k = mean_n / floor(mean_n / 2)
    below = 1 + (k - 1) * half
    return k * half / below if below > 0 and k * half / below >= -1 else None


def _nothing(why: str) -> Panel:
    keys = (*FIGURES, *(f"ci95.{name}" for name in FIGURES), "panel_full.plcc", "attainable.plcc")
    none = dict.fromkeys(FIGURES)
    return Panel({**none}, {**none}, None, None, dict.fromkeys(keys, why))
