"""All votes on one ROI: a strip for each scale, a dot for each vote, the label's level framed."""

from __future__ import annotations

from collections import Counter
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from seagull_studio.state.review_view import CaseView, VoteView
from seagull_studio.views.kit import style
from seagull_studio.views.kit.clickable_chart import ClickableChart, Spot

_STABILITY: Final = 48
_GAP: Final = 6
_WORD: Final = 15
_HEAD: Final = 16
_NARROWEST: Final = 0.66
"""Of a word's width, before it is cut."""


class VoteStrips(ClickableChart):
    """The chosen rating is strong on every strip; a click on a dot chooses its rating."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setAccessibleName(self.tr("Votes by scale"))
        self._case: CaseView | None = None
        self._chosen: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_case(self, case: CaseView | None, chosen: int | None) -> None:
        """Show a ROI, and which rating is chosen."""
        self._case, self._chosen = case, chosen
        self.update()

    def sizeHint(self) -> QSize:
        """Room for dots and words."""
        return QSize(400, 8 * 54)

    def minimumSizeHint(self) -> QSize:
        """Smaller than this, dots lie on each other."""
        return QSize(320, 8 * 40)

    def spots(self) -> list[Spot]:
        """Every dot of every strip."""
        case = self._case
        if case is None:
            return []
        return [
            Spot(
                QRectF(point.x() - size, point.y() - size, 2 * size, 2 * size),
                f"{vote.caption}: {strip.title} {strip.words[vote.levels[row]]}",
                vote.rating_id,
            )
            for row, strip in enumerate(case.strips)
            for vote, point, size in self._dots(row)
        ]

    def paint(self, painter: QPainter) -> None:
        """Names, levels, dots, stability."""
        case = self._case
        if case is None:
            return
        t = style.tokens()
        painter.setPen(t.muted)
        painter.setFont(style.tabular(self.font(), 11))
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, 0, self.width() - 4, _HEAD - 2), side, self.tr("stability"))
        for row, strip in enumerate(case.strips):
            box = QRectF(0, self._top(row), self._left - 8, self._height - _GAP)
            painter.setFont(style.tabular(self.font(), 12))
            painter.setPen(t.text)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, strip.title)
            told = "–" if strip.stability is None else f"{strip.stability:.2f}"
            box = QRectF(self.width() - _STABILITY, box.top(), _STABILITY - 4, box.height())
            painter.setPen(t.alert if strip.is_toss else t.muted)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, told)
            painter.setFont(style.tabular(self.font(), 10))
            for level, word in enumerate(strip.words):
                self._paint_cell(painter, row, level, word, is_label=level == strip.level)
            for vote, point, size in self._dots(row):
                strong = vote.rating_id == self._chosen
                color = t.accent if strong else t.line_strong
                painter.setPen(QPen(color, 1.5))
                painter.setBrush(color if vote.counts else Qt.BrushStyle.NoBrush)
                painter.drawEllipse(point, size - 1 + strong, size - 1 + strong)
            painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_cell(self, painter: QPainter, row: int, level: int, word: str, *, is_label: bool) -> None:
        t = style.tokens()
        cell = self._cell(row, level)
        painter.setBrush(t.current if is_label else Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(t.text if is_label else t.line, 1.5 if is_label else 1))
        painter.drawRoundedRect(cell, 3, 3)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        room = QRectF(cell.left() + 2, cell.bottom() - _WORD, cell.width() - 4, _WORD - 1)
        painter.setPen(t.text if is_label else t.muted)
        _draw_narrowed(painter, room, word)

    @property
    def _height(self) -> float:
        return (self.height() - _HEAD) / 8

    def _top(self, row: int) -> float:
        return _HEAD + row * self._height

    @property
    def _left(self) -> float:
        strips = self._case.strips if self._case is not None else ()
        metrics = self.fontMetrics()
        return max([64.0, *(metrics.horizontalAdvance(strip.title) + 8.0 for strip in strips)])

    def _cell(self, row: int, level: int) -> QRectF:
        # Six columns everywhere, so that a level stands below the same one of another scale.
        wide = (self.width() - self._left - _STABILITY) / 6
        return QRectF(self._left + level * wide + 1, self._top(row) + 1, wide - 2, self._height - _GAP)

    def _dots(self, row: int) -> list[tuple[VoteView, QPointF, float]]:
        case = self._case
        if case is None:
            return []
        most = max(Counter(vote.levels[row] for vote in case.votes).values(), default=1)
        cell = self._cell(row, 0)
        size = 5.0
        while size > 2 and most > self._fit(cell, size):
            size -= 0.5
        across = max(1, int((cell.width() - 4) // (2 * size + 1)))
        seen: Counter[int] = Counter()
        found = []
        for vote in case.votes:
            level = vote.levels[row]
            cell = self._cell(row, level)
            down, right = divmod(seen[level], across)
            seen[level] += 1
            step = 2 * size + 1
            point = QPointF(cell.left() + 3 + size + right * step, cell.top() + 3 + size + down * step)
            found.append((vote, point, size))
        return found

    @staticmethod
    def _fit(cell: QRectF, size: float) -> int:
        step = 2 * size + 1
        return max(1, int((cell.width() - 4) // step)) * max(1, int((cell.height() - _WORD - 2) // step))


def _draw_narrowed(painter: QPainter, room: QRectF, word: str) -> None:
    """Draw a word into the middle of `room`, narrower where it would not fit, and cut only then."""
    wide = painter.fontMetrics().horizontalAdvance(word)
    narrowed = min(1.0, max(_NARROWEST, room.width() / max(1, wide)))
    painter.save()
    painter.translate(room.center().x(), 0)
    painter.scale(narrowed, 1)
    half = room.width() / narrowed / 2
    cut = painter.fontMetrics().elidedText(word, Qt.TextElideMode.ElideRight, int(2 * half) + 1)
    painter.drawText(QRectF(-half, room.top(), 2 * half, room.height()), Qt.AlignmentFlag.AlignCenter, cut)
    painter.restore()
