"""Tells the window what was written to the project: by itself, by commands, jobs and other windows."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from annotation_db.database.changes import Kind
from seagull_studio.operations import changes
from seagull_studio.operations.changes import ChangeState
from seagull_studio.services.database import DatabaseService

EVERY_MS = 1000


class ChangeWatch(QObject):
    """Looks about once a second for what others wrote, behind whatever was asked of the database before.

    What this window writes through `DatabaseService` is told at once.
    """

    changed = Signal(object, object)
    """The kinds of things that were changed (frozenset of str), and whose question of this window did it.

    The second is the owner that was given to `DatabaseService.ask`; None where another program wrote.
    """

    def __init__(self, database: DatabaseService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._database = database
        self._seen: ChangeState | None = None
        self._timer = QTimer(self, singleShot=True, interval=EVERY_MS)
        self._timer.timeout.connect(self.look)
        database.wrote.connect(self.changed)
        self.look()

    def look(self) -> None:
        """Look now, and then once a second."""
        self._timer.stop()
        before = self._seen
        self._database.ask(
            lambda store: changes.look(store, before),
            self._compare,
            lambda _: self._timer.start(),  # a database that cannot be read is told by whatever else is asked
            owner=self,
        )

    def _compare(self, found: tuple[ChangeState, frozenset[Kind]]) -> None:
        self._seen, kinds = found
        if kinds:
            self.changed.emit(kinds, None)
        self._timer.start()
