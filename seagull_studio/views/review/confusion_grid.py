"""How an annotator's votes meet the level of the others' votes: a grid of ROIs."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from seagull_studio.state.figure_view import ConfusionFigure
from seagull_studio.state.review_view import PersonScaleView, Target
from seagull_studio.views.kit import style
from seagull_studio.views.kit.clickable_chart import ClickableChart, Spot

_CELL: Final = 26
_HEAD: Final = 22


class ConfusionGrid(ClickableChart):
    """Rows are the others, columns the annotator; a cell leads to its ROIs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setAccessibleName(self.tr("Own votes against the others"))
        self._view: PersonScaleView | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_view(self, view: PersonScaleView | None) -> None:
        """Show the table of one scale."""
        self._view = view
        self.update()

    def figure(self) -> ConfusionFigure | None:
        """What is saved of it."""
        return None if self._view is None else ConfusionFigure(self._view)

    def sizeHint(self) -> QSize:
        """Room for six levels."""
        return QSize(300, _HEAD + 6 * _CELL + 20)

    def minimumSizeHint(self) -> QSize:
        """Narrower than this, numbers have no room."""
        return QSize(260, self.sizeHint().height())

    def spots(self) -> list[Spot]:
        """The cells that hold a ROI."""
        view = self._view
        if view is None:
            return []
        said = self.tr("{n} ROIs: the others say {others}, they say {own}")
        return [
            Spot(
                self._cell(others, own),
                said.format(n=n, others=view.words[others], own=view.words[own]),
                Target("confusion", view.scale, (view.annotator_id, others, own)),
            )
            for others, row in enumerate(view.confusion.tolist())
            for own, n in enumerate(row)
            if n
        ]

    def paint(self, painter: QPainter) -> None:
        """Words, cells and numbers; the darker, the more of what the others say."""
        view = self._view
        if view is None:
            return
        t = style.tokens()
        painter.setFont(style.tabular(self.font(), 11))
        metrics = painter.fontMetrics()
        for number, word in enumerate(view.words):
            painter.setPen(t.muted)
            box = self._cell(number, 0)
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, box.top(), self._left - 8, _CELL), side, word)
            box = self._cell(0, number)
            cut = metrics.elidedText(word, Qt.TextElideMode.ElideRight, int(box.width()) - 2)
            painter.drawText(QRectF(box.left(), 0, box.width(), _HEAD), Qt.AlignmentFlag.AlignCenter, cut)
        for others, row in enumerate(view.confusion.tolist()):
            whole = sum(row)
            for own, n in enumerate(row):
                box = self._cell(others, own)
                color = QColor(t.accent)
                share = n / whole if whole else 0.0
                color.setAlphaF(0.85 * share)
                painter.setPen(QPen(t.line, 1))
                painter.setBrush(color)
                painter.drawRect(box)
                if n:
                    painter.setPen(t.on_accent if share > 0.6 else t.text)
                    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(n))
        if view.words:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(t.line_strong, 1.5))
            for number in range(len(view.words)):
                painter.drawRect(self._cell(number, number))

    @property
    def _left(self) -> float:
        words = self._view.words if self._view is not None else ()
        return max([60.0, *(self.fontMetrics().horizontalAdvance(word) + 10.0 for word in words)])

    def _cell(self, others: int, own: int) -> QRectF:
        levels = len(self._view.words) if self._view is not None else 1
        wide = min(64.0, (self.width() - self._left - 2) / levels)
        return QRectF(self._left + own * wide, _HEAD + others * _CELL, wide, _CELL)
