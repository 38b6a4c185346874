"""Which of the projects opened before are gone; a disk that does not answer keeps nobody waiting."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from seagull_studio.operations.access import is_missing


class MissingProjects(QObject):
    """Looks for folders, once, in a thread of its own.

    It has no parent: the thread holds it for as long as it may have to emit.

    Parameters
    ----------
    locations : iterable of str
        Folders and URLs.
    """

    found = Signal(object, object)
    """This object and a frozen set of what is missing; emitted from the thread, when all were looked for."""

    def __init__(self, locations: Iterable[str]) -> None:
        super().__init__()
        self._locations = tuple(locations)
        self._missing: set[str] = set()
        self._thread = threading.Thread(target=self._look, name="seagull missing", daemon=True)

    def start(self, patience_s: float) -> frozenset[str]:
        """Begin; what is known to be missing after so many seconds."""
        self._thread.start()
        self._thread.join(patience_s)
        return frozenset(self._missing.copy())

    def _look(self) -> None:
        for location in self._locations:
            if is_missing(location):
                self._missing.add(location)
        self.found.emit(self, frozenset(self._missing))
