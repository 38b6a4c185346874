"""How many ROIs have how many ratings; each bar leads to its ROIs."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from seagull_studio.state.figure_view import CoverageFigure
from seagull_studio.state.project_view import CoverageView
from seagull_studio.state.review_view import Target
from seagull_studio.views.kit.clickable_chart import ClickableChart, Spot
from seagull_studio.views.project.coverage_chart import bar_names, paint_bars


class CoverageBars(ClickableChart):
    """The last bar stands for its number of ratings and more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setAccessibleName(self.tr("ROIs by number of ratings"))
        self._coverage: CoverageView | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_coverage(self, coverage: CoverageView) -> None:
        """Show the histogram."""
        self._coverage = coverage
        said = zip(bar_names(coverage), coverage.histogram, strict=True)
        self.setAccessibleDescription(", ".join(f"{name}: {value}" for name, value in said))
        self.update()

    def figure(self) -> CoverageFigure | None:
        """What is saved of it."""
        return None if self._coverage is None else CoverageFigure(self._coverage)

    def sizeHint(self) -> QSize:
        """The size at which bars and numbers have room."""
        return QSize(360, 180)

    def minimumSizeHint(self) -> QSize:
        """The least size at which the numbers can be read."""
        return QSize(240, 140)

    def spots(self) -> list[Spot]:
        """A column for each bar, as high as the chart."""
        coverage = self._coverage
        if coverage is None:
            return []
        last = len(coverage.histogram) - 1
        step = self.width() / (last + 1)
        told = zip(bar_names(coverage), coverage.histogram, strict=True)
        return [
            Spot(
                QRectF(index * step + 3, 3, step - 6, self.height() - 6),
                self.tr("{name} ratings: {n:,} ROIs").format(name=name, n=n),
                _target(index, last),
            )
            for index, (name, n) in enumerate(told)
        ]

    def paint(self, painter: QPainter) -> None:
        """The bars, with their number above and their name below."""
        if (coverage := self._coverage) is not None:
            names, values = bar_names(coverage), coverage.histogram
            paint_bars(painter, self.width(), self.height(), names, values, coverage.raters_wanted)


def _target(bar: int, last: int) -> Target:
    if bar == 0:
        return Target("unrated")
    return Target("votes", numbers=(bar, bar if bar < last else 1_000_000))
