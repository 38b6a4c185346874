"""How often two opinions on one scale met, level by level."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from seagull_studio.figures import paper

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def level_grid(counts: NDArray[np.int64], words: Sequence[str], columns: str, rows: str) -> Figure:
    """Numbers are ROIs, colours shares of a row.

    Parameters
    ----------
    counts : ndarray of int64, shape (K, K)
    words : sequence of str, length K
        The levels.
    columns, rows : str
        Whose opinions they are.
    """
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure, axes = paper.sheet(1.9 + 0.75 * len(words), 1.3 + 0.42 * len(words))
    edges = np.arange(len(words) + 1) - 0.5
    axes.pcolormesh(edges, edges, share, cmap="Blues", vmin=0, vmax=1, edgecolors=paper.LINE, linewidth=0.6)
    for row, numbers in enumerate(counts.tolist()):
        for column, n in enumerate(numbers):
            if n:
                color = "white" if share[row, column] > 0.6 else paper.TEXT
                axes.text(column, row, f"{n:,}", ha="center", va="center", color=color)
    axes.set_xticks(range(len(words)), words)
    axes.set_yticks(range(len(words)), words)
    axes.set_ylim(len(words) - 0.5, -0.5)
    axes.tick_params(length=0)
    axes.set_xlabel(columns)
    axes.set_ylabel(rows)
    return figure
