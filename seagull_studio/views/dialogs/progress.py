"""A dialog that shows how far something is, how long it will take, and lets it be stopped."""

from __future__ import annotations

from time import monotonic

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QProgressBar, QWidget

from seagull_studio.views.dialogs.frame import DialogFrame
from seagull_studio.views.kit import style


class ProgressDialog(DialogFrame):
    """Never blocks: the work runs elsewhere and calls `set_progress` through a signal."""

    cancel_requested = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent, width=460)
        self._began = monotonic()
        self._what = style.label(self.tr("Starting…"))
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(title)
        self._left = style.label("", "small")
        self._left.setFont(style.tabular(self.font()))
        for made in (self._what, self._bar, self._left):
            self.body.addWidget(made)
        self._stop = self.add_button(self.tr("Cancel"))
        self._stop.clicked.connect(self._cancel)
        self._done = False

    def set_progress(self, done: int, total: int, what: str) -> None:
        """Show that `done` of `total` is done, and what is being worked on."""
        self._bar.setRange(0, max(0, total))
        self._bar.setValue(done)
        self._what.setText(what)
        counted = self.tr("{done} of {total}").format(done=f"{done:,}", total=f"{total:,}")
        left = self.seconds_left(done, total, monotonic() - self._began)
        self._left.setText(counted if left is None else f"{counted} · {self._in_words(left)}")

    @staticmethod
    def seconds_left(done: int, total: int, elapsed: float) -> float | None:
        """Time left at the pace so far; None while too little is done to say."""
        if done <= 0 or total <= 0 or elapsed < 1.0:
            return None
        return elapsed * (total - done) / done

    def finish(self) -> None:
        """The work is over: close without asking to cancel."""
        self._done = True
        self.accept()

    def reject(self) -> None:
        """Escape asks to cancel; the dialog stays until the work has stopped."""
        self._cancel()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The same for the button of the title bar; when the whole program is closed it goes at once."""
        if not self._done:
            self._cancel()
        if self._done or not event.spontaneous():
            # Accepted as it is: a dialog that is rejected here would ask to stay.
            event.accept()
        else:
            event.ignore()

    def left_text(self) -> str:
        """What is said about the time left."""
        return self._left.text()

    def _cancel(self) -> None:
        if self._stop.isEnabled():
            self._stop.setEnabled(False)
            self._stop.setText(self.tr("Stopping…"))
            self.cancel_requested.emit()

    def _in_words(self, seconds: float) -> str:
        if seconds < 60:
            return self.tr("{count} s left").format(count=round(seconds))
        if seconds < 5400:
            return self.tr("{count} min left").format(count=round(seconds / 60))
        return self.tr("{count} h left").format(count=f"{seconds / 3600:.1f}")
