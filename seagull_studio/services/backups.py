"""Backups of the open project, made on a thread of their own so that nobody waits for them."""

from __future__ import annotations

import logging
import threading
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal

from annotation_db.database import backup_files
from annotation_db.database.engines import is_url
from annotation_db.errors import Cancelled, StudioError
from seagull_studio.operations.access import open_project
from seagull_studio.services.answers import unexpected

log = logging.getLogger(__name__)


class BackupService(QObject):
    """Makes one backup at a time.

    Parameters
    ----------
    location : str
        Project folder or database URL.
    folder : Path
        The folder that ``backups`` lies in.
    password : str, optional
        Of the project's server.
    """

    changed = Signal()
    """A backup was begun or has ended."""
    failed = Signal(str, bool)
    """One sentence, and whether somebody had asked for that backup."""
    _ended = Signal(str, bool)

    def __init__(
        self, location: str, folder: Path, password: str | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._location = location
        self._password = password
        self._folder = folder
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._ended.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    @property
    def making(self) -> bool:
        """Whether a backup is being made."""
        return self._thread is not None

    def last_made(self) -> datetime | None:
        """When the newest backup that is there was made."""
        newest = backup_files.newest(self._folder)
        return None if newest is None else newest.made_at

    def make_if_due(self) -> None:
        """Make the day's backup if the last one is older than a day.

        Not of a project on a server: there every annotator's window would copy the whole project.
        """
        from annotation_db.database import backups

        if not is_url(self._location) and backups.due(self._folder):
            self._begin(asked=False)

    def make_now(self) -> None:
        """Make a backup that stays."""
        self._begin(asked=True)

    @property
    def is_working(self) -> bool:
        """Whether the thread lives; after `leave` it ends by itself."""
        return self._thread is not None and self._thread.is_alive()

    def leave(self) -> None:
        """Give up what is being made; it leaves nothing."""
        self._stop.set()

    def close(self) -> None:
        """Leave, and join the thread."""
        self.leave()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()

    def _begin(self, *, asked: bool) -> None:
        if self._thread is not None or self._stop.is_set():
            return
        self._thread = threading.Thread(target=self._make, args=(asked,), name="seagull backup", daemon=True)
        self._thread.start()
        self.changed.emit()

    def _make(self, asked: bool) -> None:
        from seagull_studio.operations import safety  # late, as the window starts without it

        sentence = ""
        try:
            with open_project(self._location, self._password) as store:
                safety.back_up(store, daily=not asked, cancelled=self._stop.is_set)
        except Cancelled:
            pass
        except StudioError as error:
            sentence = str(error)
        except Exception as error:
            log.exception("a backup failed")
            sentence = unexpected(error)
        self._ended.emit(sentence, asked)

    def _answer(self, sentence: str, asked: bool) -> None:
        thread, self._thread = self._thread, None
        if thread is None:  # closed meanwhile
            return
        thread.join()
        self.changed.emit()
        if sentence:
            self.failed.emit(sentence, asked)
