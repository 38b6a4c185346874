"""Is the log that was just written to still the one that the next program will find?

A program that goes on writing into a database file or a write-ahead log that was deleted or replaced is
told "done" by SQLite, and everything is gone when it ends. So after every commit both files are looked
at, by ``stat`` and nothing else: no file of a database is ever opened except through SQLite, for closing
any descriptor of it would drop all of SQLite's locks (https://www.sqlite.org/howtocorrupt.html, 2.2).
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from annotation_db.errors import LogLost

LOG: Final = "-wal"
_Identity = tuple[int, int] | None


class LogWatch:
    """Holds one connection to a database file for as long as it is open, and knows both files by inode.

    Parameters
    ----------
    file : Path
        The database, in WAL mode.
    aside : Path
        Folder for what has to be rescued; made when it is needed.
    """

    def __init__(self, file: Path, aside: Path) -> None:
        self._file = file
        self._aside = aside
        real = file.resolve()  # SQLite keeps the log beside the file itself, not beside a link to it
        self._log = real.with_name(real.name + LOG)
        self._lock = threading.Lock()
        self._lost = ""
        # SQLite keeps a shared lock on the file while this is open, and other programs leave the log alone.
        self._held = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        try:
            self._held.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # opens the log too
            self._known = self._identities()
        except BaseException:
            self._held.close()
            raise

    def verify(self) -> None:
        """Do nothing if both files are the ones that were opened.

        Raises
        ------
        LogLost
            If one is gone or another; what this connection still reaches was rescued into a file that the
            sentence names.
        """
        if not self._lost and self._identities() == self._known:
            return
        with self._lock:
            if not self._lost:
                self._lost = self._rescued()
            raise LogLost(self._lost)

    def close(self) -> None:
        """Let go of the database file; nothing is watched afterwards."""
        with self._lock:
            self._held.close()

    def _identities(self) -> tuple[_Identity, _Identity]:
        return _identity(self._file), _identity(self._log)

    def _rescued(self) -> str:
        told = (
            f"The database of {self._file.parent} was removed or replaced by another program while it was "
            "open; nothing more is saved here"
        )
        name = f"rescued-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.sqlite"
        for folder in (self._aside, _own_folder()):
            target = folder / name
            try:
                folder.mkdir(parents=True, exist_ok=True)
                with closing(sqlite3.connect(target)) as copy:
                    self._held.backup(copy)
            except (OSError, sqlite3.Error):
                with suppress(OSError):
                    target.unlink(missing_ok=True)
                continue
            return (
                f"{told}. All that was saved before is in {target}: close the project, then put that file "
                "in its place with seagull-studio restore."
            )
        return f"{told}, and it could not be rescued; close the project and look at its journal folder."


def _identity(file: Path) -> _Identity:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _own_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("seagull-studio", appauthor=False) / "rescued"
