"""The projects that were opened lately, and which of them are not there."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal

from seagull_studio.services.missing_projects import MissingProjects
from seagull_studio.services.settings import Settings
from seagull_studio.state.project_view import RecentProject

PATIENCE_S = 0.05
"""How long the window waits for a disk before it shows the list; what is missing is then marked later."""


class RecentController(QObject):
    """Reads the list off the settings."""

    listed = Signal(object)
    """List of `RecentProject`."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._look = MissingProjects(())
        self._shown: frozenset[str] = frozenset()

    def show(self) -> None:
        """Read the list anew."""
        self._look = MissingProjects(location for location, _ in self._settings.recent_projects())
        self._look.found.connect(self._found, Qt.ConnectionType.QueuedConnection)
        self._list(self._look.start(PATIENCE_S))

    def forget(self, location: str) -> None:
        """Take a project off the list; nothing happens to the project."""
        self._settings.forget_project(location)
        self.show()

    def _found(self, look: MissingProjects, missing: frozenset[str]) -> None:
        if look is self._look and missing != self._shown:
            self._list(missing)

    def _list(self, missing: frozenset[str]) -> None:
        self._shown = missing
        self.listed.emit(
            [RecentProject(*entry, missing=entry[0] in missing) for entry in self._settings.recent_projects()]
        )
