"""One row of the rating panel: a scale's name, and its level buttons beside it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from seagull_studio.state.rating_view import RowView, Suggestion, VoteOutcome
from seagull_studio.views.kit import style
from seagull_studio.views.kit.elided_label import ElidedLabel
from seagull_studio.views.rating.level_button import HIGHEST, WORD_PX, LevelButton


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
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setMaximumHeight(HIGHEST + 4)
        self._title = ElidedLabel(row.title)
        self._said = ElidedLabel("", "tiny")
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addStretch(1)
        names.addWidget(self._title)
        names.addWidget(self._said)
        names.addStretch(1)
        self._names = QWidget(self)
        self._names.setLayout(names)
        names.setContentsMargins(0, 0, 0, 0)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 2, 6, 2)
        layout.setSpacing(3)
        layout.addWidget(self._names)
        layout.addSpacing(4)
        self.buttons = tuple(LevelButton(level, row.title, self) for level in row.levels)
        for choice in self.buttons:
            layout.addWidget(choice, 1)
            choice.clicked.connect(lambda _=False, value=choice.level.value: self._on_clicked(value))
            choice.entered.connect(self.level_entered)
            choice.left.connect(self.level_left)
        self._show()

    @property
    def wanted_name_width(self) -> int:
        """Room that the name and the note on a suggestion need, in logical pixels."""
        self.ensurePolished()
        small = QFontMetrics(style.tabular(self.font(), WORD_PX))
        notes = [self.tr("suggested {percent} %").format(percent=88), *self._outcome_texts().values()]
        return max(
            self._title.fontMetrics().horizontalAdvance(self.row.title),
            *(small.horizontalAdvance(note) for note in notes),
        )

    def set_name_width(self, width: int) -> None:
        """Give the name this much room, so that the levels of all rows stand in columns."""
        self._names.setFixedWidth(width)

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
    def outcome(self) -> VoteOutcome | None:
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
        self.begin(value, self._suggestion)

    def begin(self, value: int | None, suggestion: Suggestion | None = None) -> None:
        """Set vote and suggestion together; raises as `set_vote` and `set_suggestion`."""
        for level in (value, suggestion.level if suggestion is not None else None):
            if level is not None and not 0 <= level <= self.row.maximum:
                raise ValueError(f"{self.row.name} takes 0 to {self.row.maximum}, not {level}")
        if (value, suggestion) != (self._vote, self._suggestion):
            self._vote, self._suggestion = value, suggestion
            self._show()

    def set_suggestion(self, suggestion: Suggestion | None) -> None:
        """Show a suggested level as a ghost, or none."""
        self.begin(self._vote, suggestion)

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
        # The note stays once there is a suggestion: the name must not jump when it is confirmed.
        self._said.setVisible(self._suggestion is not None)
        said = "" if self._vote is None else self.row.levels[self._vote].word
        if self._suggestion is not None:
            word = self.row.levels[self._suggestion.level].word
            percent = round(100 * self._suggestion.confidence)
            suggested = self.tr("suggested: {word}, {percent} %").format(word=word, percent=percent)
            self._said.setToolTip(suggested)
            self._said.setText(self.tr("suggested {percent} %").format(percent=percent))
            if self.outcome is not None:
                self._said.setText(self._outcome_texts()[self.outcome])
            said = said or suggested
        self.setAccessibleName(f"{self.row.title}: {said}" if said else self.row.title)

    def _outcome_texts(self) -> dict[VoteOutcome, str]:
        return {"confirmed": self.tr("confirmed"), "changed": self.tr("changed")}
