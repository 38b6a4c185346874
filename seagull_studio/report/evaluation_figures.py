"""Figures of an evaluation: scores against labels, confusion of levels, reliability of probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from annotation_db.vocabulary.scales import MAX_SCORE, OVERALL, SCALES
from model.evaluation.evaluate import Evaluation
from seagull_studio.figures import paper
from seagull_studio.figures.level_grid import level_grid
from seagull_studio.figures.words import title

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_STYLES = (("o", paper.ACCENT), ("s", paper.ALERT))


def drawn(found: Evaluation) -> dict[str, str]:
    """All figures by name as ``<svg>`` elements; those that there is nothing for are left out."""
    elements = {}
    with paper.drawing():
        for name in OVERALL:
            said = f"Scores of {name} against the mean labels"
            elements[f"scatter-{name}"] = _element(_scatter(found, name), f"scatter-{name}", said)
            counts = np.array(found.document["confusion"][name])
            words = [level.word for level in SCALES[name].levels]
            grid = level_grid(counts, words, f"Level of the score, {title(name)}", "Level of the label")
            elements[f"confusion-{name}"] = _element(grid, f"confusion-{name}", f"Levels of {name}")
        if found.document["calibration"] is not None:
            plot = _reliability(found.document["calibration"])
            elements["reliability"] = _element(plot, "reliability", "Probabilities against shares of votes")
    return elements


def _element(figure: Figure, name: str, said: str) -> str:
    return paper.inline(paper.saved(figure, "svg"), name, said)


def _scatter(found: Evaluation, name: str) -> Figure:
    figure, axes = paper.sheet(3.9, 3.7)
    _diagonal(axes, MAX_SCORE)
    axes.plot(
        found.said.scores[name],
        found.truth.means[name],
        marker="o",
        linestyle="none",
        markersize=4 if len(found.labels.rois) < 500 else 2,
        color=paper.ACCENT,
        alpha=0.55,
        rasterized=len(found.labels.rois) > 5_000,  # more dots than any viewer of vectors likes
    )
    axes.set_xlim(-0.1, MAX_SCORE + 0.1)
    axes.set_ylim(-0.1, MAX_SCORE + 0.1)
    axes.set_xlabel(f"Score of the model, {title(name)}")
    axes.set_ylabel("Mean label")
    return figure


def _reliability(told: dict[str, Any]) -> Figure:
    figure, axes = paper.sheet(3.9, 3.7)
    _diagonal(axes, 1)
    for (mark, color), name in zip(_STYLES, OVERALL, strict=True):
        if name in told:
            bins = told[name]["reliability"]
            axes.plot(
                [one["predicted"] for one in bins],
                [one["votes"] for one in bins],
                marker=mark,
                color=color,
                linewidth=1.2,
                label=title(name),
            )
    shared: dict[float, list[dict[str, Any]]] = {}
    for name in told:
        if name not in OVERALL:
            for one in told[name]["reliability"]:
                shared.setdefault(one["from"], []).append(one)
    if shared:
        bins = [shared[place] for place in sorted(shared)]
        axes.plot(
            [_pooled(each, "predicted") for each in bins],
            [_pooled(each, "votes") for each in bins],
            marker="^",
            color=paper.MUTED,
            linewidth=1.2,
            label="the distortions together",
        )
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.02)
    axes.set_xlabel("Probability of a level, by the model")
    axes.set_ylabel("Share of the votes that it has")
    figure.legend(loc="outside lower center", ncols=3, fontsize=8)
    return figure


def _pooled(bins: list[dict[str, Any]], key: str) -> float:
    return float(np.average([one[key] for one in bins], weights=[one["pairs"] for one in bins]))


def _diagonal(axes: Axes, end: float) -> None:
    axes.plot([0, end], [0, end], color=paper.MUTED, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
