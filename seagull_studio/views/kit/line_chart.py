"""Lines over the steps of something that goes on: painted, with what lies under the mouse as a tooltip."""

from __future__ import annotations

from math import floor, log10
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from seagull_studio.state.training_view import Chart
from seagull_studio.views.kit import style

_TITLE: Final = 18.0
_LEGEND: Final = 16.0
_AXIS: Final = 16.0
_LEFT: Final = 56.0
_RIGHT: Final = 8.0
_SAMPLE: Final = 18.0
_DASHES: Final = (
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.DashLine,
    Qt.PenStyle.DotLine,
    Qt.PenStyle.DashDotLine,
)


class LineChart(QWidget):
    """Some curves, horizontal lines, and the least and the greatest value beside them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chart = Chart("")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_chart(self, chart: Chart) -> None:
        """Show these lines."""
        if chart == self._chart:
            return
        self._chart = chart
        self.setAccessibleName(chart.title)
        last = [f"{curve.name}: {_short(curve.points[-1][1])}" for curve in chart.curves if curve.points]
        last += [f"{level.name}: {_short(level.value)}" for level in chart.levels]
        self.setAccessibleDescription(", ".join(last))
        self.update()

    def chart(self) -> Chart:
        """What is shown."""
        return self._chart

    def sizeHint(self) -> QSize:
        """The size at which lines can be told apart."""
        return QSize(360, 176)

    def minimumSizeHint(self) -> QSize:
        """The least size of that kind."""
        return QSize(240, 176)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Title, legend, axes, levels, lines."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_head(painter)
        if self._values():
            self._paint_axes(painter)
            self._paint_lines(painter)
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Say on hovering what the lines are worth there."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.said_at(event.pos().x()), self)
            return True
        return super().event(event)

    def said_at(self, x: float) -> str:
        """The step that lies at this place, and the value of each line there."""
        if not self._values():
            return ""
        area, (first, last, _, _) = self._area(), self._range()
        share = min(max((x - area.left()) / max(area.width(), 1), 0.0), 1.0)
        step = first + share * (last - first)
        lines = [self.tr("step {step}").format(step=f"{step:,.0f}")]
        for curve in self._chart.curves:
            if curve.points:
                near = min(curve.points, key=lambda point: abs(point[0] - step))
                lines.append(f"{curve.name}: {_short(near[1])}")
        return "\n".join([*lines, *(f"{level.name}: {_short(level.value)}" for level in self._chart.levels)])

    def _paint_head(self, painter: QPainter) -> None:
        t = style.tokens()
        painter.setFont(style.tabular(self.font(), 12, bold=True))
        painter.setPen(t.text)
        box = QRectF(0, 0, self.width(), _TITLE)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._chart.title)
        painter.setFont(style.tabular(self.font(), 11))
        for name, pen, x, top in self._legend():
            painter.setPen(pen)
            y = top + _LEGEND / 2
            painter.drawLine(QPointF(x, y), QPointF(x + _SAMPLE, y))
            painter.setPen(t.muted)
            box = QRectF(x + _SAMPLE + 4, top, self.width(), _LEGEND)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)

    def _legend(self) -> list[tuple[str, QPen, float, float]]:
        """Name, pen, left and top of each entry, in as many rows as they need."""
        metrics = QFontMetricsF(style.tabular(self.font(), 11))
        named = [(curve.name, self._pen(at)) for at, curve in enumerate(self._chart.curves)]
        named += [(level.name, self._level_pen(at)) for at, level in enumerate(self._chart.levels)]
        placed, x, top = [], 0.0, _TITLE
        for name, pen in named:
            wide = _SAMPLE + 4 + metrics.horizontalAdvance(name)
            if x and x + wide > self.width():
                x, top = 0.0, top + _LEGEND
            placed.append((name, pen, x, top))
            x += wide + 14
        return placed

    def _paint_axes(self, painter: QPainter) -> None:
        t, area = style.tokens(), self._area()
        first, last, low, high = self._range()
        for value in (low, (low + high) / 2, high):
            y = self._place(first, value).y()
            painter.setPen(QPen(t.line, 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(t.muted)
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y - 8, _LEFT - 6, 16), side, _short(value))
        for step, side in ((first, Qt.AlignmentFlag.AlignLeft), (last, Qt.AlignmentFlag.AlignRight)):
            box = QRectF(area.left(), area.bottom() + 2, area.width(), _AXIS)
            painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, f"{step:,.0f}")

    def _paint_lines(self, painter: QPainter) -> None:
        area = self._area()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for at, level in enumerate(self._chart.levels):
            painter.setPen(self._level_pen(at))
            y = self._place(0, level.value).y()
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        for at, curve in enumerate(self._chart.curves):
            pen = self._pen(at)
            painter.setPen(pen)
            places = [self._place(x, y) for x, y in curve.points]
            painter.drawPolyline(places)
            if len(places) <= 12:  # a line of one point is none
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(pen.color())
                for place in places:
                    painter.drawEllipse(place, 2.5, 2.5)
                painter.setBrush(Qt.BrushStyle.NoBrush)

    def _area(self) -> QRectF:
        legend = self._legend()
        top = (legend[-1][3] if legend else _TITLE) + _LEGEND + 8
        return QRectF(_LEFT, top, self.width() - _LEFT - _RIGHT, self.height() - top - _AXIS - 4)

    def _values(self) -> list[float]:
        return [value for curve in self._chart.curves for _, value in curve.points]

    def _range(self) -> tuple[float, float, float, float]:
        steps = [step for curve in self._chart.curves for step, _ in curve.points]
        values = [*self._values(), *(level.value for level in self._chart.levels)]
        low, high = min(values), max(values)
        if self._chart.low is not None:
            low = min(low, self._chart.low)
        if high <= low:
            about = abs(low) or 1.0
            low, high = (low if self._chart.low is not None else low - about / 2), high + about / 2
        return min(steps), max(max(steps), min(steps) + 1), low, high

    def _place(self, step: float, value: float) -> QPointF:
        area, (first, last, low, high) = self._area(), self._range()
        x = area.left() + area.width() * (step - first) / (last - first)
        return QPointF(x, area.bottom() - area.height() * (value - low) / (high - low))

    def _pen(self, at: int) -> QPen:
        return QPen(self._colour(at), 1.8, _DASHES[at % len(_DASHES)])

    def _level_pen(self, at: int) -> QPen:
        return QPen(self._colour(at), 1, Qt.PenStyle.DashLine)

    @staticmethod
    def _colour(at: int) -> QColor:
        t = style.tokens()
        return (t.accent, t.text, t.bar, t.alert, t.muted)[at % 5]


def _short(value: float) -> str:
    """Three digits that count."""
    if value == 0:
        return "0"
    if abs(value) >= 1e5 or abs(value) < 1e-3:
        return f"{value:.1e}"
    return f"{value:,.{max(0, 2 - floor(log10(abs(value))))}f}"
