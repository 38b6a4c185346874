"""The list of recent projects on the start page."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt

from seagull_studio.services.missing_projects import MissingProjects
from seagull_studio.services.settings import Settings
from seagull_studio.state.project_view import RecentProject
from seagull_studio.views.shell.start_page import StartPage

PATIENCE_S = 0.05
"""How long the window waits for a disk before it shows the list; what is missing is then marked later."""


class RecentBinding(QObject):
    """Wires the list of one `StartPage` to the settings."""

    def __init__(self, page: StartPage, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._page = page
        self._settings = settings
        self._look = MissingProjects(())
        self._shown: frozenset[str] = frozenset()
        page.forget_requested.connect(self._forget)

    def show(self) -> None:
        """Read the list anew."""
        self._look = MissingProjects(location for location, _ in self._settings.recent_projects())
        self._look.found.connect(self._found, Qt.ConnectionType.QueuedConnection)
        self._list(self._look.start(PATIENCE_S))

    def _found(self, look: MissingProjects, missing: frozenset[str]) -> None:
        if look is self._look and missing != self._shown:
            self._list(missing)

    def _list(self, missing: frozenset[str]) -> None:
        self._shown = missing
        self._page.set_recent(
            [RecentProject(*entry, missing=entry[0] in missing) for entry in self._settings.recent_projects()]
        )

    def _forget(self, location: str) -> None:
        self._settings.forget_project(location)
        self.show()
