"""Whether a page is in front of somebody: shown, in a window that is active and not minimised."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QWidget

_TELLING = frozenset(
    {
        QEvent.Type.Show,
        QEvent.Type.Hide,
        QEvent.Type.WindowActivate,
        QEvent.Type.WindowDeactivate,
        QEvent.Type.ActivationChange,
        QEvent.Type.WindowStateChange,
    }
)


class PageActivity(QObject):
    """Watches one page and the window that it lies in.

    A dialog takes the window's activity, so a page behind one is in front of nobody.
    """

    changed = Signal()
    """`present` may be another."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self._page = page
        self._window: QWidget | None = None
        page.installEventFilter(self)
        self._find_window()

    @property
    def present(self) -> bool:
        window = self._page.window()
        return self._page.isVisible() and not window.isMinimized() and window.isActiveWindow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _TELLING:
            self._find_window()
            self.changed.emit()
        return False

    def _find_window(self) -> None:
        """The page comes into its window after it was made."""
        window = self._page.window()
        if window is not self._window and window is not self._page:
            self._window = window
            window.installEventFilter(self)
