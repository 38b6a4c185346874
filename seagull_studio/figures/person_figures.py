"""Figures of annotators."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from annotation_db.vocabulary.scales import SCALES
from seagull_studio.figures import paper
from seagull_studio.figures.level_grid import level_grid
from seagull_studio.figures.words import title
from seagull_studio.state.figure_view import ConfusionFigure, DotsFigure, ResidualsFigure, running_mean

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def dots(view: DotsFigure) -> Figure:
    """Everybody's on each scale; the one in question is large."""
    figure, axes = paper.sheet(6.4, 0.7 + 0.3 * max(len(view.rows), 1))
    values = [value for row in view.rows for value in (*row.others, row.own) if value is not None]
    for number, row in enumerate(view.rows):
        places = np.full(len(row.others), number)
        axes.plot(row.others, places, marker="o", linestyle="none", markersize=4, color=paper.SOFT, alpha=0.9)
        if row.own is not None:
            axes.plot([row.own], [number], marker="o", markersize=8, color=paper.ACCENT)
    axes.axvline(0, color=paper.MUTED, linewidth=0.9, zorder=0)
    low, high = min([0.0, *values]), max([0.5, *values])
    axes.set_xlim(float(np.floor(low * 2) / 2) - 0.05, float(np.ceil(high * 2) / 2) + 0.05)
    axes.set_yticks(range(len(view.rows)), [title(row.scale) for row in view.rows])
    axes.set_ylim(max(len(view.rows), 1) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=paper.LINE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel(f"{view.what.capitalize()}, in levels")
    return figure


def residuals(view: ResidualsFigure) -> Figure:
    """Dots in the order in which the ratings were given, with their running mean."""
    figure, axes = paper.sheet(6.4, 2.6)
    values = view.residuals
    order = np.arange(1, len(values) + 1)
    small = 3 if len(values) < 500 else 1.2
    axes.axhline(0, color=paper.MUTED, linewidth=0.9)
    axes.plot(
        order,
        values,
        marker="o",
        linestyle="none",
        markersize=small,
        color=paper.SOFT,
        label="one rating",
        rasterized=len(values) > 20_000,  # more dots than any viewer of vectors likes
    )
    mean = running_mean(values)
    if len(mean):
        axes.plot(order, mean, color=paper.ACCENT, linewidth=1.6, label="running mean")
    top = max(1.0, float(np.ceil(np.abs(values).max(initial=0))))
    axes.set_ylim(-top, top)
    axes.set_xlabel("Ratings in the order in which they were given")
    axes.set_ylabel(f"Residual, {title(view.scale)}, in levels")
    if len(values):
        figure.legend(loc="outside upper right", ncols=2)
    return figure


def confusion(view: ConfusionFigure) -> Figure:
    """Rows are the others' level, columns the annotator's own; numbers are ROIs, colours shares of a row."""
    shown = view.view
    words = [level.word for level in SCALES[shown.scale].levels]
    own = f"Own vote, {title(shown.scale)}"
    return level_grid(shown.confusion, words, own, "What the others say")
