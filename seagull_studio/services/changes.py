"""Notices what other programs write to the project: commands, jobs, other windows."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from seagull_studio.operations import changes
from seagull_studio.services.database import DatabaseService

EVERY_MS = 1000


class ChangeWatch(QObject):
    """Looks about once a second, in the database's thread and behind whatever was asked of it before."""

    changed = Signal()
    """Another program has written. What is shown should be read again where somebody looks at it."""

    def __init__(self, database: DatabaseService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._database = database
        self._mark: int | None = None
        self._timer = QTimer(self, singleShot=True, interval=EVERY_MS)
        self._timer.timeout.connect(self._look)
        self._look()

    def _look(self) -> None:
        # A database that cannot be read is told by whatever else is asked of it.
        self._database.ask(changes.mark, self._compare, lambda _: self._timer.start(), owner=self)

    def _compare(self, mark: int) -> None:
        before, self._mark = self._mark, mark
        if before is not None and mark != before:
            self.changed.emit()
        self._timer.start()
