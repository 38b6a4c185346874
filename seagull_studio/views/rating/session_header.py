"""The head of the rating side: who rates, how far, how fast, and whether it is saved."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QStackedLayout, QVBoxLayout, QWidget

from seagull_studio.state.session_view import SessionView
from seagull_studio.views.kit import style
from seagull_studio.views.kit.elided_label import ElidedLabel
from seagull_studio.views.kit.icons import IconButton, IconLabel
from seagull_studio.views.rating.saved_mark import SavedMark

LONGEST_NAME = 180
"""Of an annotator, in logical pixels; a longer one is cut."""


class PauseLine(QWidget):
    """A gentle line that asks for a pause. It waits, and takes no key."""

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        style.surface(self, "notice")
        self._text = ElidedLabel()
        close = IconButton("close", self.tr("Dismiss"))
        close.setIconSize(QSize(12, 12))
        close.setFixedSize(22, 22)
        close.clicked.connect(self.dismissed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(IconLabel("pause", "muted", 16))
        layout.addWidget(self._text, 1)
        layout.addWidget(close)

    def set_minutes(self, minutes: int) -> None:
        """Say how long the session has been."""
        text = self.tr("{minutes} minutes of rating: time for a short pause.").format(minutes=minutes)
        self._text.setText(text)


class SessionHeader(QWidget):
    """Shows one session and the saved mark."""

    annotator_clicked = Signal()
    """The person wants to change who is rating."""
    pause_dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        style.surface(self, "panel")
        self._name = style.button("", "link")
        self._name.setToolTip(self.tr("Change who is rating"))
        self._name.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._name.clicked.connect(self.annotator_clicked)
        self._numbers = style.label("", "small")
        self._numbers.setFont(style.tabular(self.font()))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setMinimumWidth(48)
        self._bar.setAccessibleName(self.tr("ROIs rated"))
        self.saved_mark = SavedMark(self)
        self._pace = ElidedLabel("", "small")
        self._pace.setFont(style.tabular(self.font()))
        self._pause = PauseLine(self)
        self._pause.dismissed.connect(self._dismiss)
        figures = QWidget(self)
        row = QHBoxLayout(figures)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self._bar, 1)
        row.addWidget(self._numbers)
        row.addWidget(self._pace)
        # The figures and the reminder share one place, so that the reminder moves nothing.
        self._last = QStackedLayout()
        self._last.setContentsMargins(0, 0, 0, 0)
        self._last.addWidget(figures)
        self._last.addWidget(self._pause)
        self._figures = figures
        top = QHBoxLayout()
        top.setSpacing(2)
        person = IconLabel("person", "muted")
        top.addWidget(person)
        top.addWidget(self._name)
        top.addStretch(1)
        # Why something is not saved matters more than who rates.
        self.saved_mark.failed.connect(person.setHidden)
        self.saved_mark.failed.connect(self._name.setHidden)
        top.addWidget(self.saved_mark)
        body = QVBoxLayout()
        body.setContentsMargins(12, 2, 12, 4)
        body.setSpacing(0)
        body.addLayout(top)
        body.addLayout(self._last)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(body)
        layout.addWidget(style.line())

    def set_session(self, session: SessionView) -> None:
        """Show who rates and the numbers."""
        name = session.annotator or self.tr("Who is rating?")
        name = self.tr("{name} (simulated)").format(name=name) if session.simulated else name
        cut = self._name.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, LONGEST_NAME)
        self._name.setText(cut.replace("&", "&&"))
        self._name.setAccessibleName(name)
        total = session.done + session.open
        done = self.tr("{done} rated, {open} open").format(done=session.done, open=session.open)
        self._numbers.setText(done)
        self._bar.setRange(0, max(1, total))
        self._bar.setValue(session.done)
        count = self.tr("This session: {count}").format(count=session.this_session)
        if session.pace_seconds is not None:
            count += " · " + self.tr("{seconds} s each").format(seconds=f"{session.pace_seconds:.1f}")
        self._pace.setText(count)
        self._pace.setToolTip(self.tr("Ratings of this session, and the median seconds for one"))

    def show_pause(self, minutes: int) -> None:
        """Ask for a pause after `minutes` of rating."""
        self._pause.set_minutes(minutes)
        self._last.setCurrentWidget(self._pause)

    def hide_pause(self) -> None:
        """Take the reminder away."""
        self._last.setCurrentWidget(self._figures)

    def pause_shown(self) -> bool:
        """Whether the reminder is there."""
        return self._last.currentWidget() is self._pause

    def _dismiss(self) -> None:
        self.hide_pause()
        self.pause_dismissed.emit()
