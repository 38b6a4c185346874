"""Notices when nobody has touched keyboard or mouse for a while: somebody else may sit there by now."""

from __future__ import annotations

import time
from typing import Final, cast

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QApplication, QWidget

LOOK_EVERY_MS: Final = 10_000
_INPUT: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


class IdleWatch(QObject):
    """Watches what reaches windows from outside; while a dialog is open nothing is said."""

    paused = Signal(int)
    """For how many minutes nothing was touched."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.minutes = 0
        """After how many minutes it is said; 0 for never."""
        self._since = time.monotonic()
        self._waiting_minutes = 0
        """Of a pause that could not be told yet; 0 where there is none."""
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def watch(self, window: QWidget) -> None:
        """Notice what is done in a window that is shown by now, and in dialogs that open from now on."""
        self._watch_window(window.windowHandle())
        cast("QGuiApplication", QGuiApplication.instance()).focusWindowChanged.connect(self._watch_window)

    def _watch_window(self, window: QWindow | None) -> None:
        if window is not None:
            # Of the window system's own window: the widgets' events are far too many to look at each.
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note that somebody is there."""
        if event.type() in _INPUT:
            self.touch()
        return False

    def touch(self, seconds_ago: float = 0.0) -> None:
        """Somebody was there at that time."""
        self._since = time.monotonic() - seconds_ago

    def look(self) -> None:
        """Say so if it is time: of a dialog once it is closed, by whomever; a menu left open is closed."""
        passed = time.monotonic() - self._since
        if self.minutes and passed >= 60 * self.minutes:
            self._waiting_minutes = int(passed // 60)
        if not self._waiting_minutes or QApplication.activeModalWidget() is not None:
            return
        if (menu := QApplication.activePopupWidget()) is not None:
            menu.close()
            QTimer.singleShot(0, self, self.look)  # once whoever opened it has gone on
            return
        minutes, self._waiting_minutes = self._waiting_minutes, 0
        self.touch()
        self.paused.emit(minutes)
