"""Alpha of each scale as a dot with its interval as a bar; the customary marks are lines."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from seagull_studio.state.agreement_marks import MARKS
from seagull_studio.state.figure_view import AlphaFigure
from seagull_studio.state.review_view import AlphaMark, AlphaRow
from seagull_studio.views.kit import style
from seagull_studio.views.kit.clickable_chart import ClickableChart, Spot

_ROW: Final = 38
_TOP: Final = 22
_BOTTOM: Final = 46
_RIGHT: Final = 16


class AlphaChart(ClickableChart):
    """Levels as a filled dot, presence as a ring below it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setAccessibleName(self.tr("Agreement by scale"))
        self._rows: tuple[AlphaRow, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_rows(self, rows: Sequence[AlphaRow]) -> None:
        """Show these scales, from top to bottom."""
        self._rows = tuple(rows)
        self.updateGeometry()
        self.update()

    def rows(self) -> tuple[AlphaRow, ...]:
        """What is shown."""
        return self._rows

    def figure(self) -> AlphaFigure | None:
        """What is saved of it."""
        return AlphaFigure(self._rows) if self._rows else None

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        return QSize(460, _TOP + _ROW * max(len(self._rows), 8) + _BOTTOM)

    def minimumSizeHint(self) -> QSize:
        """Narrower than this, intervals cannot be told apart."""
        return QSize(320, self.sizeHint().height())

    def spots(self) -> list[Spot]:
        """Each dot with its interval, the whole line of it."""
        return [
            Spot(
                QRectF(self._left, y - 9, self.width() - self._left - _RIGHT, 18).normalized(),
                mark.said,
                mark.target,
            )
            for mark, y, _ in self._marks()
        ]

    def paint(self, painter: QPainter) -> None:
        """Lines, names, bars and dots."""
        t = style.tokens()
        bottom = _TOP + _ROW * max(len(self._rows), 8)
        ticks = [tick / 10 for tick in range(round(self._lowest * 10), 11, 2)]
        for tick in ticks:
            painter.setPen(QPen(t.line, 1))
            painter.drawLine(QPointF(self._x(tick), _TOP), QPointF(self._x(tick), bottom))
            painter.setPen(t.muted)
            box = QRectF(self._x(tick) - 24, bottom + 2, 48, 18)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{tick:.1f}")
        for mark in MARKS:
            painter.setPen(QPen(t.line_strong, 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(self._x(mark), _TOP - 4), QPointF(self._x(mark), bottom))
            painter.setPen(t.muted)
            side = Qt.AlignmentFlag.AlignRight if mark == MARKS[0] else Qt.AlignmentFlag.AlignLeft
            box = QRectF(self._x(mark) - (50 if mark == MARKS[0] else -2), 0, 48, _TOP - 4)
            painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, f"{mark:.3f}")
        painter.setPen(t.text)
        for number, row in enumerate(self._rows):
            box = QRectF(0, _TOP + number * _ROW, self._left - 12, _ROW)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, row.title)
        for mark, y, filled in self._marks():
            self._paint_mark(painter, mark, y, filled=filled)
        self._paint_legend(painter, bottom + 24)

    def _paint_mark(self, painter: QPainter, mark: AlphaMark, y: float, *, filled: bool) -> None:
        t = style.tokens()
        color = t.accent if filled else t.muted
        if mark.value is None:
            painter.setPen(t.muted)
            box = QRectF(self._left + 4, y - 9, self.width() - self._left, 18)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, self.tr("undefined"))
            return
        if mark.interval is not None:
            painter.setPen(QPen(color, 3 if filled else 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(QPointF(self._x(mark.interval[0]), y), QPointF(self._x(mark.interval[1]), y))
        painter.setPen(QPen(color, 2))
        painter.setBrush(color if filled else t.card)
        painter.drawEllipse(QPointF(self._x(mark.value), y), 5, 5)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_legend(self, painter: QPainter, y: float) -> None:
        t = style.tokens()
        x = self._left
        for said, color, filled in (
            (self.tr("levels, ordinal α"), t.accent, True),
            (self.tr("presence, nominal α"), t.muted, False),
        ):
            painter.setPen(QPen(color, 2))
            painter.setBrush(color if filled else t.card)
            painter.drawEllipse(QPointF(x + 6, y + 9), 4, 4)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(t.muted)
            wide = painter.fontMetrics().horizontalAdvance(said)
            painter.drawText(QRectF(x + 16, y, wide + 8, 18), Qt.AlignmentFlag.AlignVCenter, said)
            x += wide + 40

    @property
    def _left(self) -> float:
        metrics = self.fontMetrics()
        return max([72.0, *(metrics.horizontalAdvance(row.title) + 14.0 for row in self._rows)])

    @property
    def _lowest(self) -> float:
        marks = [mark for row in self._rows for mark in (row.levels, row.presence) if mark is not None]
        known = [mark.value for mark in marks if mark.value is not None]
        known += [mark.interval[0] for mark in marks if mark.interval is not None]
        least = min([0.0, *known])
        return max(-1.0, floor(least * 5) / 5)

    def _x(self, value: float) -> float:
        room = self.width() - self._left - _RIGHT
        return self._left + room * (max(value, self._lowest) - self._lowest) / (1 - self._lowest)

    def _marks(self) -> list[tuple[AlphaMark, float, bool]]:
        found = []
        for number, row in enumerate(self._rows):
            middle = _TOP + number * _ROW + _ROW / 2
            found.append((row.levels, middle - (8 if row.presence is not None else 0), True))
            if row.presence is not None:
                found.append((row.presence, middle + 8, False))
        return found
