"""How many labels of each scale are firm, and how many a coin's toss: a bar in three parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from seagull_studio.state.figure_view import FirmFigure
from seagull_studio.state.review_view import FirmRow, Target, TargetKind
from seagull_studio.views.kit import style
from seagull_studio.views.kit.clickable_chart import ClickableChart, Spot

_ROW: Final = 38
_TOP: Final = 22
_BOTTOM: Final = 46
_PARTS: Final[tuple[TargetKind, ...]] = ("firm", "between", "toss")


class FirmChart(ClickableChart):
    """Rows stand beside those of the alphas."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setAccessibleName(self.tr("Stability of the labels by scale"))
        self._rows: tuple[FirmRow, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_rows(self, rows: Sequence[FirmRow]) -> None:
        """Show these scales, from top to bottom."""
        self._rows = tuple(rows)
        self.update()

    def rows(self) -> tuple[FirmRow, ...]:
        """What is shown."""
        return self._rows

    def figure(self) -> FirmFigure | None:
        """What is saved of it."""
        return FirmFigure(self._rows) if self._rows else None

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        return QSize(360, _TOP + 8 * _ROW + _BOTTOM)

    def minimumSizeHint(self) -> QSize:
        """Narrower than this, numbers have no room."""
        return QSize(280, self.sizeHint().height())

    def spots(self) -> list[Spot]:
        """Each part of each bar."""
        said = self._said()
        found = []
        for number, row in enumerate(self._rows):
            for part, area in self._areas(number, row):
                text = f"{row.title}: {getattr(row, part):,} {said[part]}"
                found.append(Spot(area, text, Target(part, row.scale)))
        return found

    def paint(self, painter: QPainter) -> None:
        """Names, bars and numbers."""
        t = style.tokens()
        for number, row in enumerate(self._rows):
            painter.setPen(t.text)
            box = QRectF(0, _TOP + number * _ROW, self._left - 12, _ROW)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, row.title)
            for part, area in self._areas(number, row):
                back, front = self._colors(part)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(back)
                painter.drawRect(area)
                told = f"{getattr(row, part):,}"
                if painter.fontMetrics().horizontalAdvance(told) + 6 <= area.width():
                    painter.setPen(front)
                    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, told)
        self._paint_legend(painter, _TOP + 8 * _ROW + 24)

    def _paint_legend(self, painter: QPainter, y: float) -> None:
        t = style.tokens()
        x = 4.0
        for part, said in self._said().items():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colors(part)[0])
            painter.drawRect(QRectF(x, y + 4, 10, 10))
            painter.setPen(t.muted)
            wide = painter.fontMetrics().horizontalAdvance(said)
            painter.drawText(QRectF(x + 15, y, wide + 8, 18), Qt.AlignmentFlag.AlignVCenter, said)
            x += wide + 32

    def _said(self) -> dict[TargetKind, str]:
        return {
            "firm": self.tr("firm"),
            "between": self.tr("may still change"),
            "toss": self.tr("a coin's toss"),
        }

    @staticmethod
    def _colors(part: TargetKind) -> tuple[QColor, QColor]:
        t = style.tokens()
        return {
            "firm": (t.bar, t.on_accent),
            "between": (t.bar_open, t.text),
            "toss": (t.alert, t.on_accent),
        }[part]

    def _areas(self, number: int, row: FirmRow) -> list[tuple[TargetKind, QRectF]]:
        whole = row.firm + row.between + row.toss
        room = self.width() - self._left - 8
        x, found = self._left, []
        for part in _PARTS:
            wide = room * getattr(row, part) / whole if whole else 0.0
            if wide:
                found.append((part, QRectF(x, _TOP + number * _ROW + 8, wide - 1, _ROW - 16)))
            x += wide
        return found

    @property
    def _left(self) -> float:
        metrics = self.fontMetrics()
        return max([72.0, *(metrics.horizontalAdvance(row.title) + 14.0 for row in self._rows)])
