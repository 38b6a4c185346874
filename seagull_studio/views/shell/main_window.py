"""The window: start page, or a project's mode rail with one page per mode."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QByteArray, QSize, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from seagull_studio.state.annotate_view import ModeView
from seagull_studio.views.shell.banner import Banner
from seagull_studio.views.shell.mode_rail import ModeRail
from seagull_studio.views.shell.start_page import StartPage

PageMaker = Callable[[], QWidget]
LEAST = (960, 600)
"""Width and height, in logical pixels: half of a full HD screen is as wide."""
LIKED = QSize(1440, 920)
FRAME = QSize(16, 48)
"""What the system's frame takes of a screen."""


class MainWindow(QMainWindow):
    """A frame around the pages; it decides nothing.

    Parameters
    ----------
    version : str
        Shown on the start page.
    """

    mode_chosen = Signal(str)
    closed = Signal()

    def __init__(self, version: str) -> None:
        super().__init__()
        self.setObjectName("MainWindow")
        self.setWindowTitle("SEAGULL Studio")
        self.setMinimumSize(*LEAST)
        self._may_close: Callable[[], bool] = lambda: True
        self._makers: dict[str, PageMaker] = {}
        self._pages: dict[str, QWidget] = {}
        self._focused: QWidget | None = None
        """What had the focus when the pages began to wait."""

        self.start_page = StartPage(version, self)
        self.rail = ModeRail(self)
        self.banner = Banner(self)
        self.notices = Banner(self)
        """What holds for the whole program, above whatever is shown."""
        self._modes = QStackedWidget(self)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.banner)
        right.addWidget(self._modes, 1)
        self._workspace = QWidget(self)
        row = QHBoxLayout(self._workspace)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(right, 1)

        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.start_page)
        self._stack.addWidget(self._workspace)
        everything = QWidget(self)
        column = QVBoxLayout(everything)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notices)
        column.addWidget(self._stack, 1)
        self.setCentralWidget(everything)
        self.rail.mode_chosen.connect(self.mode_chosen)
        self.start_page.settings_requested.connect(self.rail.settings_requested)
        self.start_page.help_requested.connect(self.rail.help_requested)
        for key, act in (
            ("Ctrl+,", self.rail.settings_requested.emit),
            ("Ctrl+/", self.rail.help_requested.emit),
            ("Ctrl+Q", self.close),
        ):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(act)

    def show_where(self, geometry: QByteArray) -> None:
        """Show it as it was, or in a size of its own where it never was; no larger than the screen."""
        if not self.restoreGeometry(geometry):
            self.resize(LIKED.boundedTo(self.screen().availableSize() - FRAME))
        self.show()

    def set_close_guard(self, may_close: Callable[[], bool]) -> None:
        """Ask `may_close` before the window closes; False keeps it open."""
        self._may_close = may_close

    def set_waiting(self, waiting: bool) -> None:
        """Whether the project's pages take no input, because it is being settled who sits there."""
        if waiting == (not self._workspace.isEnabled()):
            return
        if waiting:
            self._focused = self.focusWidget()
        self._workspace.setEnabled(not waiting)
        focused = self._focused
        if not waiting and focused is not None and isValid(focused) and focused.isVisible():
            focused.setFocus()

    def show_start(self) -> None:
        self._stack.setCurrentWidget(self.start_page)
        self.setWindowTitle("SEAGULL Studio")

    def show_project(
        self, title: str, modes: Sequence[tuple[ModeView, PageMaker]], *, simulated: bool = False
    ) -> None:
        """Show a project's modes.

        Each page is made when it is first asked for: a project opens sooner without those that nobody
        looks at yet. `simulated`: its annotators are not people; the rail says so even when the banner
        is gone.
        """
        self.drop_pages()
        self._makers = {mode.id: make for mode, make in modes}
        self.rail.set_modes([mode for mode, _ in modes])
        self.rail.set_simulated(simulated)
        self.setWindowTitle(f"{title} – SEAGULL Studio")
        self._stack.setCurrentWidget(self._workspace)

    def change_modes(self, modes: Sequence[tuple[ModeView, PageMaker]]) -> list[QWidget]:
        """Offer other modes of the same project; pages that stay are as they were, the others are returned.

        Where the page in front is among those, none is marked any more.
        """
        current = self.rail.current()
        self._makers = {mode.id: make for mode, make in modes}
        gone = self._drop([mode for mode in self._pages if mode not in self._makers])
        self.rail.set_modes([mode for mode, _ in modes])
        if current in self._makers:
            self.rail.set_current(current)
        return gone

    def drop_pages(self) -> list[QWidget]:
        """Take the project's pages out of the window; they are deleted soon."""
        self._makers = {}
        return self._drop(list(self._pages))

    def _drop(self, modes: Sequence[str]) -> list[QWidget]:
        dropped = [self._pages.pop(mode) for mode in modes]
        for page in dropped:
            self._modes.removeWidget(page)
            page.deleteLater()
        return dropped

    def page(self, mode: str) -> QWidget:
        """The page of a mode."""
        if mode not in self._pages:
            self._pages[mode] = self._makers[mode]()
            self._modes.addWidget(self._pages[mode])
        return self._pages[mode]

    def show_mode(self, mode: str) -> None:
        self._modes.setCurrentWidget(self.page(mode))
        self.rail.set_current(mode)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_close():
            event.ignore()
            return
        event.accept()
        self.closed.emit()
