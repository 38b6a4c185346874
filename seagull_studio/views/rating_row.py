"""One row of the rating panel: a scale's name and its level buttons."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from seagull_studio.state.rating_view import RowView, Suggestion, VoteOrigin
from seagull_studio.views import style
from seagull_studio.views.level_button import LevelButton


class RatingRow(QWidget):
    """Holds one vote, and perhaps a suggestion. Knows no keys: the panel has them."""

    level_clicked = Signal(int)
    """A level was clicked (its value)."""
    clicked = Signal()
    """The row was clicked beside its levels."""
    level_entered = Signal(int)
    level_left = Signal()

    def __init__(self, row: RowView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = row
        self._vote: int | None = None
        self._suggestion: Suggestion | None = None
        self._current = False
        self._active = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._title = QLabel(row.title)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._said = style.label("", "small")
        self._said.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for made in (self._title, self._said):
            made.setFixedHeight(18)
        head = QHBoxLayout()
        head.setContentsMargins(2, 0, 2, 0)
        head.addWidget(self._title)
        head.addWidget(self._said, 1)
        levels = QHBoxLayout()
        levels.setSpacing(4)
        self.buttons = tuple(LevelButton(level, row.title, self) for level in row.levels)
        for choice in self.buttons:
            levels.addWidget(choice, 1)
            choice.clicked.connect(lambda _=False, value=choice.level.value: self._on_clicked(value))
            choice.entered.connect(self.level_entered)
            choice.left.connect(self.level_left)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 2, 6, 4)
        layout.setSpacing(1)
        layout.addLayout(head)
        layout.addLayout(levels)
        self._show()

    @property
    def vote(self) -> int | None:
        return self._vote

    @property
    def suggestion(self) -> Suggestion | None:
        return self._suggestion

    @property
    def waits(self) -> bool:
        """Whether a suggestion is neither confirmed nor changed."""
        return self._suggestion is not None and self._vote is None

    @property
    def origin(self) -> VoteOrigin | None:
        """How the vote came about; None while there is no vote."""
        if self._vote is None:
            return None
        if self._suggestion is None:
            return "given"
        return "confirmed" if self._vote == self._suggestion.level else "changed"

    def set_vote(self, value: int | None) -> None:
        """Choose a level, or none.

        Raises
        ------
        ValueError
            If `value` is not on this scale.
        """
        if value is not None and not 0 <= value <= self.row.maximum:
            raise ValueError(f"{self.row.name} takes 0 to {self.row.maximum}, not {value}")
        self._vote = value
        self._show()

    def set_suggestion(self, suggestion: Suggestion | None) -> None:
        """Show a suggested level as a ghost, or none."""
        if suggestion is not None and not 0 <= suggestion.level <= self.row.maximum:
            raise ValueError(f"{self.row.name} takes 0 to {self.row.maximum}, not {suggestion.level}")
        self._suggestion = suggestion
        self._show()

    def set_current(self, current: bool, active: bool) -> None:
        """Mark the row that the keys go to; `active` while the panel has the keyboard."""
        self._current, self._active = current, active
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Make this row the current one."""
        self.clicked.emit()
        super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the mark of the current row."""
        if not self._current:
            return
        t = style.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.current)
        box = QRectF(self.rect())
        painter.drawRoundedRect(box, 8, 8)
        painter.setBrush(t.focus if self._active else t.line_strong)
        painter.drawRoundedRect(QRectF(2, 6, 3, box.height() - 12), 1.5, 1.5)
        painter.end()

    def _on_clicked(self, value: int) -> None:
        self._show()  # the button has toggled itself; what counts is the vote
        self.level_clicked.emit(value)

    def _show(self) -> None:
        for made in self.buttons:
            made.setChecked(made.level.value == self._vote)
            ghost = self._suggestion if self.waits else None
            made.set_ghost(ghost.confidence if ghost and ghost.level == made.level.value else None)
        if self._vote is not None:
            said = self.row.levels[self._vote].word
        elif self._suggestion is not None:
            word = self.row.levels[self._suggestion.level].word
            percent = round(100 * self._suggestion.confidence)
            said = self.tr("suggested: {word}, {percent} %").format(word=word, percent=percent)
        else:
            said = ""
        self._said.setText(said)
        self.setAccessibleName(f"{self.row.title}: {said}" if said else self.row.title)
