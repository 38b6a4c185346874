"""Files that appear whole or not at all: one rule, where every package may import it."""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

_LONGEST: Final = 200
"""Of a name that more is put around, in bytes; most disks take names of 255."""
_PARTIAL: Final = "partial"
_UNFINISHED: Final = re.compile(rf"\..+\.{_PARTIAL}-[0-9a-f]{{8}}")


def stem(target: Path) -> str:
    """What names beside a file or folder hold of its own: a hash, where more would be too long."""
    name = os.fsencode(target.name)
    return target.name if len(name) <= _LONGEST else hashlib.sha256(name).hexdigest()[:32]


def hidden(target: Path, kind: str = _PARTIAL) -> Path:
    """A new name beside `target` for something in the making, such as ``.NAME.partial-3f29ab01``."""
    return target.with_name(f".{stem(target)}.{kind}-{uuid4().hex[:8]}")


def is_unfinished(name: str) -> bool:
    """Whether a file of this name is being written by `replace_file`, or was left by a killed program."""
    return _UNFINISHED.fullmatch(name) is not None


def write_synced(path: Path, data: bytes, *, mode: int = 0o666) -> None:
    """Write a new file and flush it to disk; its folder's entry is for `sync_folder`.

    Parameters
    ----------
    mode : int
        Who may read and write it; the umask of the program takes away from that.

    Raises
    ------
    OSError
        If it is there already, or cannot be written.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def replace_file(path: Path, data: bytes, *, mode: int = 0o666) -> None:
    """Write a file that appears whole: what stood there before stays until then, and where that fails.

    Parameters
    ----------
    mode : int
        As in `write_synced`.

    Raises
    ------
    OSError
        If it cannot be written; nothing half-written is left.
    """
    part = hidden(path)
    try:
        write_synced(part, data, mode=mode)
        part.replace(path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries to disk: names that were made, changed or removed in it."""
    if os.name != "posix":  # other systems cannot open folders, and write their entries through
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
