"""What is no file to be read: folders, and what would keep its reader waiting for ever."""

from __future__ import annotations

import stat
from pathlib import Path


def other_than_file(path: Path) -> str | None:
    """What lies at a path in place of a regular file; links are followed, nothing is opened.

    Returns
    -------
    str or None
        "a folder", or "a pipe, socket or device" (opening a pipe would wait for ever); None for a file.

    Raises
    ------
    OSError
        If nothing is there, or it may not be looked at.
    """
    kind = path.stat().st_mode
    if stat.S_ISDIR(kind):
        return "a folder"
    return None if stat.S_ISREG(kind) else "a pipe, socket or device"
