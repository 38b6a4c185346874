"""What correlation with these labels a perfect model could reach: one bar for each scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from seagull_studio.state.figure_view import ReachFigure
from seagull_studio.state.review_view import ReachRow
from seagull_studio.views.kit import style
from seagull_studio.views.kit.clickable_chart import ClickableChart, Spot

_ROW: Final = 24
_VALUE: Final = 44


class ReachChart(ClickableChart):
    """From 0 to 1."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setAccessibleName(self.tr("Attainable correlation by scale"))
        self._rows: tuple[ReachRow, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_rows(self, rows: Sequence[ReachRow]) -> None:
        """Show these scales, from top to bottom."""
        self._rows = tuple(rows)
        self.update()

    def figure(self) -> ReachFigure | None:
        """What is saved of it."""
        return ReachFigure(self._rows) if self._rows else None

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        return QSize(360, 8 * _ROW + 4)

    def minimumSizeHint(self) -> QSize:
        """Narrower than this, bars cannot be told apart."""
        return QSize(240, self.sizeHint().height())

    def spots(self) -> list[Spot]:
        """Each row."""
        return [
            Spot(QRectF(0, number * _ROW, self.width(), _ROW), f"{row.title}: {row.said}", row.target)
            for number, row in enumerate(self._rows)
        ]

    def paint(self, painter: QPainter) -> None:
        """Names, bars and numbers."""
        t = style.tokens()
        metrics = self.fontMetrics()
        left = max([72.0, *(metrics.horizontalAdvance(row.title) + 14.0 for row in self._rows)])
        room = max(0.0, self.width() - left - _VALUE - 4)
        for number, row in enumerate(self._rows):
            top = number * _ROW
            painter.setPen(t.text)
            box = QRectF(0, top, left - 12, _ROW)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, row.title)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(t.line)
            painter.drawRoundedRect(QRectF(left, top + 8, room, _ROW - 16), 4, 4)
            if row.value is not None:
                painter.setBrush(t.bar)
                painter.drawRoundedRect(QRectF(left, top + 8, room * row.value, _ROW - 16), 4, 4)
            painter.setPen(t.text if row.value is not None else t.muted)
            told = f"{row.value:.2f}" if row.value is not None else "–"
            box = QRectF(left + room, top, _VALUE, _ROW)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, told)
