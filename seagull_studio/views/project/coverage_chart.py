"""How many ROIs have how many ratings: bars, and the same numbers as a table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from seagull_studio.state.project_view import CoverageView, bar_names
from seagull_studio.views.kit import style


class BarChart(QWidget):
    """Plain bars with their number above and their name below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: list[str] = []
        self._values: list[int] = []
        self._strong = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_bars(self, names: list[str], values: list[int], strong_from: int = 0) -> None:
        """Show bars; those from index `strong_from` on are drawn strongly."""
        self._names, self._values, self._strong = names, values, strong_from
        self.setAccessibleDescription(", ".join(f"{n}: {v}" for n, v in zip(names, values, strict=True)))
        self.update()

    def sizeHint(self) -> QSize:
        """The size at which bars and numbers have room."""
        return QSize(360, 180)

    def minimumSizeHint(self) -> QSize:
        """The least size at which the numbers can be read."""
        return QSize(240, 140)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bars."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(style.tabular(self.font(), 12))
        paint_bars(painter, self.width(), self.height(), self._names, self._values, self._strong)
        painter.end()


def paint_bars(
    painter: QPainter, width: int, height: int, names: Sequence[str], values: Sequence[int], strong: int
) -> None:
    """Bars over a whole widget; those from index `strong` on are drawn strongly."""
    if not values:
        return
    t = style.tokens()
    above, below = 20.0, 22.0
    room = height - above - below
    step = width / len(values)
    wide = min(56.0, step - 8)
    most = max(1, *values)
    painter.setPen(t.line)
    painter.drawLine(0, round(above + room), width, round(above + room))
    for index, (name, value) in enumerate(zip(names, values, strict=True)):
        left = index * step + (step - wide) / 2
        # A bar that is not empty is always seen, however small its share.
        high = max(2.0, room * value / most) if value else 0.0
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.bar if index >= strong else t.bar_open)
        painter.drawRoundedRect(QRectF(left, above + room - high, wide, high), 2, 2)
        painter.setPen(t.text)
        box = QRectF(index * step, above + room - high - above, step, above)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{value:,}")
        painter.setPen(t.muted)
        box = QRectF(index * step, above + room, step, below)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)


class CoverageChart(BarChart):
    """The bars of a project's coverage; ROIs with enough ratings are drawn strongly."""

    def set_coverage(self, coverage: CoverageView) -> None:
        """Show the histogram."""
        self.setAccessibleName(self.tr("ROIs by number of ratings"))
        self.set_bars(bar_names(coverage), list(coverage.histogram), coverage.raters_wanted)
