"""One figure of one annotator on each scale, beside everybody's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from seagull_studio.state.figure_view import DotsFigure, DotsOf, ResidualsFigure, running_mean
from seagull_studio.state.review_view import ScaleDots
from seagull_studio.views.kit import style

_ROW: Final = 22
_AXIS: Final = 20
_EDGE: Final = 10.0


class DotsChart(QWidget):
    """The others are small and grey.

    Parameters
    ----------
    what : {"bias", "inconsistency"}
    name : str
        What is shown, for screen readers.
    """

    def __init__(self, what: DotsOf, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._what: DotsOf = what
        self._rows: tuple[ScaleDots, ...] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_rows(self, rows: Sequence[ScaleDots]) -> None:
        """Show these scales, from top to bottom."""
        self._rows = tuple(rows)
        told = [f"{row.title}: {row.own:.2f}" for row in rows if row.own is not None]
        self.setAccessibleDescription(", ".join(told))
        self.update()

    def figure(self) -> DotsFigure | None:
        """What is saved of it."""
        return DotsFigure(self._what, self._rows) if self._rows else None

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        return QSize(240, 8 * _ROW + _AXIS)

    def minimumSizeHint(self) -> QSize:
        """Narrower than this, dots lie on each other."""
        return QSize(180, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Names, a line at zero, dots."""
        if not self._rows:
            return
        t = style.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(style.tabular(self.font(), 11))
        low, high = self._range()
        left = max(painter.fontMetrics().horizontalAdvance(row.title) for row in self._rows) + 10.0
        room = self.width() - left - 2 * _EDGE

        def x(value: float) -> float:
            return left + _EDGE + room * (value - low) / (high - low)

        bottom = len(self._rows) * _ROW
        for tick in sorted({low, 0.0, high}):
            painter.setPen(QPen(t.line_strong if tick == 0 else t.line, 1))
            painter.drawLine(QPointF(x(tick), 0), QPointF(x(tick), bottom))
            painter.setPen(t.muted)
            box = QRectF(x(tick) - 20, bottom + 2, 40, _AXIS - 2)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{tick:g}")
        for number, row in enumerate(self._rows):
            y = number * _ROW + _ROW / 2
            painter.setPen(t.text)
            box = QRectF(0, y - _ROW / 2, left - 6, _ROW)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, row.title)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(t.bar_open)
            for other in row.others:
                painter.drawEllipse(QPointF(x(other), y), 3, 3)
            if row.own is not None:
                painter.setBrush(t.accent)
                painter.drawEllipse(QPointF(x(row.own), y), 5.5, 5.5)
        painter.end()

    def _range(self) -> tuple[float, float]:
        values = [value for row in self._rows for value in (*row.others, row.own) if value is not None]
        low, high = min([0.0, *values]), max([0.5, *values])
        return float(np.floor(low * 2) / 2), float(np.ceil(high * 2) / 2)


class ResidualChart(QWidget):
    """Residuals in the order in which the ratings were given, with their running mean."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = ""
        self._residuals: NDArray[np.float64] = np.empty(0)
        self.setAccessibleName(self.tr("Residuals over time"))
        self.setMinimumHeight(130)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_residuals(self, scale: str, residuals: NDArray[np.float64]) -> None:
        """Show these of one scale, in levels."""
        self._scale, self._residuals = scale, residuals
        self.update()

    def figure(self) -> ResidualsFigure | None:
        """What is saved of it."""
        return ResidualsFigure(self._scale, self._residuals) if len(self._residuals) else None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dots, the line at zero, the running mean."""
        t = style.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(style.tabular(self.font(), 11))
        values = self._residuals
        top = max(1.0, float(np.ceil(np.abs(values).max(initial=0))))
        left, right, high = 28.0, self.width() - 6.0, self.height() - 12.0

        def place(at: float, value: float) -> QPointF:
            share = at / max(len(values) - 1, 1)
            return QPointF(left + 4 + (right - left - 8) * share, 6 + high * (top - value) / (2 * top))

        for tick in (-top, 0.0, top):
            y = place(0, tick).y()
            painter.setPen(QPen(t.line_strong if tick == 0 else t.line, 1))
            painter.drawLine(QPointF(left, y), QPointF(right, y))
            painter.setPen(t.muted)
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y - 9, left - 4, 18), side, f"{tick:+g}" if tick else "0")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.bar_open)
        small = 2.5 if len(values) < 500 else 1.2
        for at, value in enumerate(values.tolist()):
            painter.drawEllipse(place(at, value), small, small)
        if len(mean := running_mean(values)):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(t.accent, 2))
            painter.drawPolyline([place(at, value) for at, value in enumerate(mean.tolist())])
        painter.end()
