"""One level of one row: its digit, its word, and the ghost of a suggestion."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from seagull_studio.state.rating_view import LevelView
from seagull_studio.views.kit import style

LOWEST, HEIGHT, HIGHEST = 30, 36, 50
"""Logical pixels: where room is short, as a rule, and where there is plenty."""
WORD_PX = 11
DIGIT_PX = 13
TEXT_HEIGHT = 29
"""Of digit and word together."""
NARROWEST = 40


class LevelButton(QAbstractButton):
    """Shows one level; grey until chosen, dashed while it is only suggested."""

    entered = Signal(int)
    """The pointer came over this level (its value)."""
    left = Signal()

    def __init__(self, level: LevelView, row_title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.level = level
        self._confidence: float | None = None
        self.setCheckable(True)
        # The panel has the keyboard; a button that took it would break the nine keys.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setText(level.word)
        self.setToolTip(f"{level.value}  {level.word}: {level.wording}")
        self.setAccessibleName(f"{row_title} {level.value} {level.word}")
        self.setAccessibleDescription(level.wording)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMaximumHeight(HIGHEST)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_ghost(self, confidence: float | None) -> None:
        """Show this level as suggested with `confidence` (0..1), or not (None)."""
        self._confidence = confidence
        self.update()

    @property
    def ghost(self) -> float | None:
        """Confidence of the suggestion shown here, None where there is none."""
        return self._confidence

    def sizeHint(self) -> QSize:
        """As wide as the word, so that no word is cut off."""
        self.ensurePolished()
        word = QFontMetrics(style.tabular(self.font(), WORD_PX)).horizontalAdvance(self.level.word)
        return QSize(max(NARROWEST, word + 8), HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """As wide as the size hint, and as low as digit and word allow."""
        return QSize(self.sizeHint().width(), LOWEST)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Tell the panel, which shows this level's example."""
        self.entered.emit(self.level.value)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Tell the panel that the pointer left."""
        self.left.emit()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box, the digit above the word, and the ghost."""
        t = style.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        ink, soft = self._paint_box(painter, box, t)
        painter.setFont(style.tabular(self.font(), DIGIT_PX, bold=True))
        painter.setPen(ink)
        first = box.top() + (box.height() - TEXT_HEIGHT) / 2
        top = QRectF(box.left(), first, box.width(), 15)
        painter.drawText(top, Qt.AlignmentFlag.AlignCenter, str(self.level.value))
        painter.setFont(style.tabular(self.font(), WORD_PX))
        painter.setPen(soft)
        bottom = QRectF(box.left(), first + 15, box.width(), 14)
        painter.drawText(bottom, Qt.AlignmentFlag.AlignCenter, self.level.word)
        painter.end()

    def _paint_box(self, painter: QPainter, box: QRectF, t: style.Tokens) -> tuple[QColor, QColor]:
        """Fill and outline; returns the colours of digit and word."""
        if self.isChecked():
            fill = t.chosen if self.isEnabled() else t.disabled
            painter.setPen(QPen(fill, 1))
            painter.setBrush(fill)
            painter.drawRoundedRect(box, 6, 6)
            return t.on_chosen, t.on_chosen
        painter.setBrush(t.hover if self.underMouse() and self.isEnabled() else t.card)
        painter.setPen(QPen(t.line, 1))
        if self._confidence is not None:
            pen = QPen(t.muted, 1.6, Qt.PenStyle.DashLine)
            pen.setDashPattern([3, 2])
            painter.setPen(pen)
        painter.drawRoundedRect(box, 6, 6)
        if self._confidence is not None:
            track = QRectF(box.left() + 8, box.bottom() - 3, box.width() - 16, 2)
            painter.fillRect(track, t.line)
            unsure = track.width() * (1 - self._confidence)
            painter.fillRect(track.adjusted(0, 0, -unsure, 0), t.muted)
        return (t.text, t.muted) if self.isEnabled() else (t.disabled, t.disabled)
