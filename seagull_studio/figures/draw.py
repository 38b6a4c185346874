"""Any figure as a file: the one door of this package."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from seagull_studio.figures import paper, person_figures, project_figures
from seagull_studio.state.figure_view import (
    AlphaFigure,
    AnyFigure,
    ConfusionFigure,
    CoverageFigure,
    DotsFigure,
    FirmFigure,
    LevelsFigure,
    ReachFigure,
    ResidualsFigure,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DRAWN_BY: Final[dict[type, Callable[[Any], Figure]]] = {
    AlphaFigure: project_figures.alpha,
    FirmFigure: project_figures.firm,
    LevelsFigure: project_figures.levels,
    ReachFigure: project_figures.reach,
    CoverageFigure: project_figures.coverage,
    DotsFigure: person_figures.dots,
    ResidualsFigure: person_figures.residuals,
    ConfusionFigure: person_figures.confusion,
}


def as_file(view: AnyFigure, kind: paper.Format) -> bytes:
    """Draw a figure.

    Parameters
    ----------
    kind : {"svg", "pdf"}

    Returns
    -------
    bytes
        The file; the same view is the same file.
    """
    with paper.drawing():
        return paper.saved(_DRAWN_BY[type(view)](view), kind)
