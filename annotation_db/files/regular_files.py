"""What is no file to be read: folders, what would keep its reader waiting for ever, and databases in use."""

from __future__ import annotations

import stat
from pathlib import Path


def other_than_file(path: Path) -> str | None:
    """What lies at a path in place of a regular file; links are followed, nothing is opened.

    Returns
    -------
    str or None
        "a folder", "a pipe, socket or device" (opening a pipe would wait for ever), or "the database of a
        project" (see `is_database_file`); None for any other file.

    Raises
    ------
    OSError
        If nothing is there, or it may not be looked at.
    """
    kind = path.stat().st_mode
    if stat.S_ISDIR(kind):
        return "a folder"
    if not stat.S_ISREG(kind):
        return "a pipe, socket or device"
    return "the database of a project" if is_database_file(path) else None


def is_database_file(path: Path) -> bool:
    """Whether a path names a project's database, or a file that belongs to one.

    Such a file must not even be opened for reading outside SQLite: closing it again would drop the locks
    that this process holds on it, and with them what was saved.
    """
    name = path.resolve().name.lower()
    return name.endswith((".sqlite", ".sqlite-wal", ".sqlite-shm", ".sqlite-journal"))
