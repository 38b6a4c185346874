"""The rating panel: eight rows, nine keys, no mouse."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from seagull_studio.state.rating_view import RatingForm, Suggestion, VoteOutcome
from seagull_studio.views.kit import style
from seagull_studio.views.kit.elided_label import ElidedLabel
from seagull_studio.views.rating.example_sheet import ExampleSheet
from seagull_studio.views.rating.rating_keys import RatingAction, action_of
from seagull_studio.views.rating.rating_row import RatingRow
from seagull_studio.views.rating.scale_help import ScaleHelp


class RatingPanel(QWidget):
    """Takes eight votes by keyboard and submits them with Enter.

    Where height is short the rows shrink, and the strip with the wordings hides; F1 shows them still.

    Parameters
    ----------
    form : RatingForm
        The rows with their wording.
    """

    submitted = Signal(tuple)
    """All eight levels (int), in the order of the rows."""
    changed = Signal(int, int, str)
    """Row, level (-1: cleared), origin ("given", "confirmed", "changed", "" when cleared)."""
    row_changed = Signal(int)
    """The keys go to another row."""
    instructions_requested = Signal()
    """The lab's own page is to be read."""

    def __init__(self, form: RatingForm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = form
        self._current = 0
        self._ready = False
        self._sent = False
        self._sheet: ExampleSheet | None = None
        self._has_instructions = False
        self._looked_at: Callable[[], QRect] = QRect
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Rating panel"))
        style.surface(self, "panel")
        self.rows = tuple(RatingRow(row, self) for row in form.rows)
        self._build()
        for index, row in enumerate(self.rows):
            row.clicked.connect(lambda index=index: self._click_row(index))
            row.level_clicked.connect(lambda value, index=index: self._click_level(index, value))
            row.level_entered.connect(lambda value, index=index: self._look_at(index, value))
            row.level_left.connect(self._look_at_current)
        self.set_empty(self.tr("Choose a ROI to rate it."))

    def _build(self) -> None:
        self._title = ElidedLabel("", "heading")
        self._count = style.label("", "small")
        self._count.setFont(style.tabular(self.font()))
        head = QHBoxLayout()
        head.setContentsMargins(12, 4, 12, 2)
        head.setSpacing(12)
        head.addWidget(self._title, 1)
        head.addWidget(self._count)
        self._hint = style.label("", "muted", wrap=True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        self._submit = style.button(self.tr("Submit (Enter)"), "primary")
        self._submit.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._submit.clicked.connect(self._enter)
        self._foot = QHBoxLayout()
        self._foot.setContentsMargins(12, 2, 8, 6)
        self._foot.setSpacing(8)
        self._foot.addStretch(1)
        self._foot.addWidget(self._submit)
        said = QHBoxLayout()
        said.setContentsMargins(12, 2, 8, 2)
        said.addWidget(self._hint)
        # Two lines are always kept free for the hint, so that the panel never changes its height.
        self._hint.setFixedHeight(36)
        self._help = ScaleHelp(self)
        self._strip = QWidget(self)
        strip = QVBoxLayout(self._strip)
        strip.setContentsMargins(0, 0, 0, 0)
        strip.setSpacing(0)
        strip.addWidget(style.line())
        strip.addWidget(self._help)
        names = max(row.wanted_name_width for row in self.rows)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 0)
        layout.setSpacing(1)
        layout.addLayout(head)
        for row in self.rows:
            if row.row.name == "quality":
                layout.addSpacing(3)
                layout.addWidget(style.line())
                layout.addSpacing(3)
            row.set_name_width(names)
            layout.addWidget(row, 100)
        layout.addLayout(said)
        layout.addLayout(self._foot)
        layout.addWidget(self._strip)
        layout.addStretch(1)

    def add_action(self, button: QPushButton) -> None:
        """Put a button into the row of the submit button, at its left end."""
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._foot.insertWidget(self._foot.count() - 2, button)

    def minimumSizeHint(self) -> QSize:
        """Rows at their lowest, without the strip."""
        least = self.layout().totalMinimumSize()
        strip = 0 if self._strip.isHidden() else self._strip.sizeHint().height() + self.layout().spacing()
        return QSize(least.width(), least.height() - strip)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the strip where there is room for it."""
        super().resizeEvent(event)
        spare = self.height() - self.minimumSizeHint().height()
        self._strip.setVisible(spare >= self._strip.sizeHint().height() + self.layout().spacing())

    def help_shown(self) -> bool:
        """Whether there is room for the strip with the wordings."""
        return not self._strip.isHidden()

    # What the window sets

    def set_roi(self, title: str) -> None:
        """Make the panel ready for the ROI called `title`, without votes."""
        self._title.setText(title)
        self._set_ready(True)
        self.set_votes(None)

    def set_votes(self, votes: Sequence[int | None] | None) -> None:
        """Show earlier votes for re-rating, or some of a rating that was begun, or eight blank rows.

        The keys go to the first row without a vote; to the first of all where none is without.

        Raises
        ------
        ValueError
            If there are not eight votes or one is off its scale.
        """
        values: Sequence[int | None] = (None,) * len(self.rows) if votes is None else votes
        for row, value in zip(self.rows, values, strict=True):
            row.begin(value)
        self._sent = False
        self._go(next((index for index, value in enumerate(values) if value is None), 0))
        self._show_count()
        self.set_hint("")

    def set_suggestion(self, row: int, level: int, confidence: float) -> None:
        """Show a suggested level as a ghost; it counts only when confirmed."""
        self.rows[row].set_suggestion(Suggestion(level, confidence))
        if row == self._current:
            self._look_at_current()

    def set_empty(self, text: str) -> None:
        """There is nothing to rate: say why in `text`. All rows stay where they are."""
        self._title.setText("")
        self.set_votes(None)
        self._set_ready(False)
        self.set_hint(text)

    def set_hint(self, text: str) -> None:
        """A quiet line below the rows."""
        self._hint.setText(text)
        self._hint.setToolTip(text)

    # What the window asks

    def votes(self) -> tuple[int | None, ...]:
        """The eight votes, None where there is none."""
        return tuple(row.vote for row in self.rows)

    def outcomes(self) -> tuple[VoteOutcome | None, ...]:
        """How each vote came about."""
        return tuple(row.outcome for row in self.rows)

    def current_row(self) -> int:
        """The row that the keys go to."""
        return self._current

    def hint(self) -> str:
        """The quiet line below the rows."""
        return self._hint.text()

    def is_ready(self) -> bool:
        """Whether there is a ROI to rate."""
        return self._ready

    def examples_shown(self) -> bool:
        """Whether the sheet of examples is open."""
        return self._sheet is not None and self._sheet.isVisible()

    # Keys

    def handle_key(self, event: QKeyEvent) -> bool:
        """Do what a key asks; False if it is not the panel's (then the canvas may have it)."""
        found = action_of(event)
        if found is None or not self._takes(found[0]):
            return False
        act, digit = found
        if event.isAutoRepeat() and act in (RatingAction.DIGIT, RatingAction.ENTER, RatingAction.CONFIRM):
            return True  # a key held down must not fill row after row
        self._do(act, digit)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the panel's keys, leave the others to the window."""
        if not self.handle_key(event):
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep the panel's keys from being taken by shortcuts of the window."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            found = action_of(event)
            if found is not None and self._takes(found[0]):
                event.accept()
                return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard is here."""
        super().focusInEvent(event)
        self._mark_current()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard is elsewhere."""
        super().focusOutEvent(event)
        self._mark_current()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click anywhere in the panel gives it the keyboard."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mousePressEvent(event)

    def _takes(self, act: RatingAction) -> bool:
        if act is RatingAction.EXAMPLES:
            return True
        if act is RatingAction.CONFIRM:  # Space belongs to the canvas, unless a suggestion waits here
            return self._ready and self.rows[self._current].waits
        return self._ready

    def _do(self, act: RatingAction, digit: int) -> None:
        match act:
            case RatingAction.DIGIT:
                self._digit(digit)
            case RatingAction.UP:
                self._go(self._current - 1)
            case RatingAction.DOWN:
                self._go(self._current + 1)
            case RatingAction.FIRST:
                self._go(0)
            case RatingAction.LAST:
                self._go(len(self.rows) - 1)
            case RatingAction.LOWER:
                self._shift(-1)
            case RatingAction.HIGHER:
                self._shift(1)
            case RatingAction.BACK:
                self._back()
            case RatingAction.ENTER:
                self._enter()
            case RatingAction.CONFIRM:
                self._confirm()
            case RatingAction.EXAMPLES:
                self._toggle_examples()

    def _digit(self, digit: int) -> None:
        row = self.rows[self._current].row
        if digit > row.maximum:
            text = self.tr("{digit} is not on this scale: {title} takes 0 to {maximum}.")
            self.set_hint(text.format(digit=digit, title=row.title, maximum=row.maximum))
            return
        self._choose(self._current, digit)
        self._go(self._current + 1)

    def _shift(self, step: int) -> None:
        row = self.rows[self._current]
        start = row.vote
        if start is None and row.suggestion is not None:
            start = row.suggestion.level
        if start is None:
            start = -1 if step > 0 else row.row.maximum + 1
        self._choose(self._current, min(max(start + step, 0), row.row.maximum))
        self._look_at_current()

    def _back(self) -> None:
        if self.rows[self._current].vote is None:
            self._go(self._current - 1)
        if self.rows[self._current].vote is not None:
            self._choose(self._current, None)
            self._look_at_current()

    def _confirm(self) -> None:
        suggestion = self.rows[self._current].suggestion
        if suggestion is not None:
            self._choose(self._current, suggestion.level)
            self._go(self._current + 1)

    def _enter(self) -> None:
        missing = [index for index, row in enumerate(self.rows) if row.vote is None]
        if not self._ready:
            return
        if not missing:
            if not self._sent:  # a second Enter must not submit the same ROI twice
                self._sent = True
                self.submitted.emit(self.votes())
            return
        if self.rows[self._current].waits:
            self._confirm()
            return
        names = ", ".join(self.rows[index].row.title for index in missing)
        self._go(missing[0])
        self.set_hint(self.tr("Still missing: {names}.").format(names=names))

    def _choose(self, index: int, value: int | None) -> None:
        row = self.rows[index]
        if row.vote != value or value is None:
            self._sent = False
        row.set_vote(value)
        self._show_count()
        done = all(vote is not None for vote in self.votes())
        self.set_hint(self.tr("All eight given. Enter submits them.") if done else "")
        self.changed.emit(index, -1 if value is None else value, row.outcome or "")

    # What is shown

    def _go(self, index: int) -> None:
        index = min(max(index, 0), len(self.rows) - 1)
        moved = index != self._current
        self._current = index
        self._mark_current()
        self._look_at_current()
        if self._sheet is not None:
            self._sheet.set_row(self._form.rows[index])
        if moved:
            self.row_changed.emit(index)

    def _mark_current(self) -> None:
        for index, row in enumerate(self.rows):
            row.set_current(self._ready and index == self._current, self.hasFocus())

    def _look_at(self, index: int, value: int | None) -> None:
        self._help.set_row(self._form.rows[index])
        self._help.set_level(value)

    def _look_at_current(self) -> None:
        row = self.rows[self._current]
        suggested = row.suggestion.level if row.suggestion is not None else None
        self._look_at(self._current, row.vote if row.vote is not None else suggested)

    def _show_count(self) -> None:
        given = sum(vote is not None for vote in self.votes())
        self._count.setText(self.tr("{given} of {total}").format(given=given, total=len(self.rows)))

    def _set_ready(self, ready: bool) -> None:
        self._ready = ready
        for row in self.rows:
            row.setEnabled(ready)
        self._submit.setEnabled(ready)
        self._count.setVisible(ready)
        self._mark_current()

    def _click_row(self, index: int) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._go(index)

    def _click_level(self, index: int, value: int) -> None:
        self._click_row(index)
        self._choose(index, value)
        self._go(index + 1)

    def set_has_instructions(self, has: bool) -> None:
        """Whether the lab wrote a page of its own: it is found under F1."""
        self._has_instructions = has

    def _toggle_examples(self) -> None:
        if self._sheet is None:
            self._sheet = ExampleSheet(self)
            self._sheet.key_pressed.connect(self.handle_key)
            self._sheet.instructions_requested.connect(self.instructions_requested)
        self._sheet.instructions.setVisible(self._has_instructions)
        self._sheet.set_row(self._form.rows[self._current])
        if not self.close_examples():
            self._sheet.show_beside(self._looked_at())

    def close_examples(self) -> bool:
        """Close the sheet of examples; False if it was not open."""
        return self._sheet is not None and self._sheet.isVisible() and self._sheet.close()

    def set_looked_at(self, place: Callable[[], QRect]) -> None:
        """Where on the screen the ROI is, which the sheet of examples must not cover."""
        self._looked_at = place
