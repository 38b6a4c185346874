"""Figures of a whole project."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, Any, Final

from annotation_db.vocabulary.scales import DISTORTIONS, SCALES
from seagull_studio.figures import paper
from seagull_studio.figures.words import title
from seagull_studio.state.agreement_marks import MARKS
from seagull_studio.state.figure_view import (
    AlphaFigure,
    CoverageFigure,
    FirmFigure,
    LevelsFigure,
    ReachFigure,
)
from seagull_studio.state.project_view import bar_names
from seagull_studio.state.review_view import AlphaMark

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SHADES: Final = ("#7f1d1d", "#c2572b", "#e3a857", "#8fb98b", "#3d8361", "#e8ecf0")
"""From the worst level to the best, and non-existent."""


def alpha(view: AlphaFigure) -> Figure:
    """Levels as filled dots, presence as rings below; the customary marks are dashed."""
    figure, axes = paper.sheet(6.4, 0.9 + 0.42 * max(len(view.rows), 1))
    lowest = 0.0
    for number, row in enumerate(view.rows):
        lowest = min(lowest, _mark(axes, row.levels, number - (0.16 if row.presence else 0), filled=True))
        if row.presence is not None:
            lowest = min(lowest, _mark(axes, row.presence, number + 0.16, filled=False))
    lowest = max(-1.0, floor(lowest * 5) / 5)
    for mark in MARKS:
        axes.axvline(mark, color=paper.MUTED, linestyle=(0, (4, 3)), linewidth=0.9, zorder=0)
        side = "right" if mark == MARKS[0] else "left"
        axes.annotate(
            f" {mark:.3f} ",
            (mark, 1),
            xycoords=("data", "axes fraction"),
            ha=side,
            va="bottom",
            color=paper.MUTED,
        )
    _scales(axes, [title(row.levels.target.scale) for row in view.rows])
    axes.set_xlim(lowest, 1)
    axes.grid(axis="x", color=paper.LINE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel("Krippendorff's α with 95 % interval")
    ring = {"marker": "o", "linestyle": "none", "markersize": 6}
    dots = [
        axes.plot([], [], color=paper.ACCENT, label="levels, ordinal α", **ring)[0],
        axes.plot([], [], color=paper.MUTED, markerfacecolor="white", label="presence, nominal α", **ring)[0],
    ]
    figure.legend(handles=dots, loc="outside lower center", ncols=2)
    return figure


def firm(view: FirmFigure) -> Figure:
    """A bar of each scale, in shares of its labels; numbers are labels."""
    figure, axes = paper.sheet(6.4, 0.9 + 0.36 * max(len(view.rows), 1))
    parts = (
        ("firm", "firm", paper.ACCENT, "white"),
        ("between", "may still change", paper.SOFT, paper.TEXT),
        ("toss", "a coin's toss", paper.ALERT, "white"),
    )
    shares = [[getattr(row, name) for name, *_ in parts] for row in view.rows]
    _stacked(axes, shares, [part[1:] for part in parts])
    _scales(axes, [title(row.scale) for row in view.rows])
    figure.legend(loc="outside lower center", ncols=3)
    return figure


def levels(view: LevelsFigure) -> Figure:
    """How the labels of each scale are spread over its levels, in shares; numbers are labels."""
    figure, axes = paper.sheet(6.4, 1.2 + 0.36 * max(len(view.rows), 1))
    dark = ("white", "white", paper.TEXT, paper.TEXT, "white", paper.TEXT)
    kinds = [(None, shade, front) for shade, front in zip(_SHADES, dark, strict=True)]
    counts = [[*row.counts, *[0] * (len(_SHADES) - len(row.counts))] for row in view.rows]
    _stacked(axes, counts, kinds)
    _scales(axes, [title(row.scale) for row in view.rows])
    words = [level.word for level in SCALES[DISTORTIONS[0]].levels]
    words = [
        f"{SCALES['quality'].levels[value].word} / {SCALES['importance'].levels[value].word} / {word}"
        if value < len(words) - 1
        else word
        for value, word in enumerate(words)
    ]
    patches = [
        axes.barh([0], [0], color=shade, label=word) for shade, word in zip(_SHADES, words, strict=True)
    ]
    figure.legend(
        handles=patches,
        loc="outside lower center",
        ncols=2,
        fontsize=8,
        title="quality / importance / severity",
        title_fontsize=8,
    )
    return figure


def reach(view: ReachFigure) -> Figure:
    """One bar for each scale, from 0 to 1."""
    figure, axes = paper.sheet(6.4, 0.7 + 0.3 * max(len(view.rows), 1))
    for number, row in enumerate(view.rows):
        axes.barh(number, row.value or 0.0, height=0.55, color=paper.ACCENT)
        told = "undefined" if row.value is None else f"{row.value:.2f}"
        color = paper.MUTED if row.value is None else paper.TEXT
        axes.text((row.value or 0.0) + 0.01, number, told, va="center", color=color)
    _scales(axes, [title(row.target.scale) for row in view.rows])
    axes.set_xlim(0, 1.08)
    axes.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1])
    axes.set_xlabel("Attainable correlation (PLCC)")
    return figure


def coverage(view: CoverageFigure) -> Figure:
    """ROIs by number of ratings; those with enough are dark."""
    shown = view.coverage
    figure, axes = paper.sheet(6.4, 2.6)
    places = range(len(shown.histogram))
    colors = [paper.ACCENT if place >= shown.raters_wanted else paper.SOFT for place in places]
    bars = axes.bar(places, shown.histogram, color=colors, width=0.7)
    axes.bar_label(bars, [f"{value:,}" for value in shown.histogram], padding=2)
    axes.set_xticks(list(places), bar_names(shown))
    axes.set_ylim(0, max(1, *shown.histogram) * 1.12)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("Ratings of a ROI")
    axes.set_ylabel("ROIs")
    return figure


def _mark(axes: Axes, mark: AlphaMark, y: float, *, filled: bool) -> float:
    """Draw one alpha; returns how far down it reaches."""
    color = paper.ACCENT if filled else paper.MUTED
    if mark.value is None:
        axes.text(0.01, y, "undefined", va="center", color=paper.MUTED, fontsize=8)
        return 0.0
    if mark.interval is not None:
        axes.plot(mark.interval, (y, y), color=color, linewidth=2.6 if filled else 1.8)
    face = color if filled else "white"
    axes.plot([mark.value], [y], marker="o", markersize=6, color=color, markerfacecolor=face, zorder=3)
    return min(mark.value, mark.interval[0] if mark.interval is not None else mark.value)


def _scales(axes: Axes, titles: list[str]) -> None:
    """Name the rows, the first one on top."""
    axes.set_yticks(range(len(titles)), titles)
    axes.set_ylim(max(len(titles), 1) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)


def _stacked(axes: Axes, rows: list[list[int]], kinds: list[Any]) -> None:
    for number, row in enumerate(rows):
        whole, left = sum(row), 0.0
        if not whole:
            axes.text(0.01, number, "no label", va="center", color=paper.MUTED)
            continue
        for value, (_, back, front) in zip(row, kinds, strict=True):
            wide = value / whole
            axes.barh(number, wide, left=left, height=0.7, color=back, edgecolor="white", linewidth=0.6)
            if wide >= 0.018 * len(f"{value:,}") + 0.01:
                axes.text(
                    left + wide / 2, number, f"{value:,}", ha="center", va="center", color=front, fontsize=8
                )
            left += wide
    for told, back, _ in kinds:
        if told is not None:
            axes.barh([0], [0], color=back, label=told)
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    axes.set_xlabel("Share of the labels")
