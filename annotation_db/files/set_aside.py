"""Files of ours that were damaged: read with care, and put aside instead of stopping anybody."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from annotation_db.files.regular_files import is_database_file

MARK: Final = ".damaged-"
PRIVATE: Final = 0o600
"""Mode of files that nobody else on the machine is to read."""
_NO_WAITING: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class Damaged(Exception):
    """What has the name of a file of ours cannot be one."""


def open_plain(file: Path, flags: int = os.O_RDONLY) -> int:
    """Open what must be an ordinary file; never waits for the other end of a pipe.

    Returns
    -------
    int
        File descriptor. New files are for their owner alone.

    Raises
    ------
    Damaged
        If it is a folder, pipe or device, or a link to a database.
    OSError
        If it is not there or cannot be opened.
    """
    if is_database_file(file):
        raise Damaged
    try:
        opened = os.open(file, flags | _NO_WAITING, PRIVATE)
    except OSError as error:
        if file.exists() and not file.is_file():
            raise Damaged from error
        raise
    if not stat.S_ISREG(os.fstat(opened).st_mode):
        os.close(opened)
        raise Damaged
    return opened


def read_plain(file: Path, most: int) -> bytes:
    """The content of an ordinary file of at most `most` bytes.

    Raises
    ------
    Damaged
        If it is larger, or no ordinary file.
    OSError
        If it cannot be read.
    """
    with os.fdopen(open_plain(file), "rb") as opened:
        content = opened.read(most + 1)
    if len(content) > most:
        raise Damaged
    return content


def put_aside(path: Path, consequence: str) -> str:
    """Give a damaged file or folder another name, and say so.

    Parameters
    ----------
    consequence : str
        What that means for a person, as the end of a sentence: "the job is not shown".

    Returns
    -------
    str
        One sentence.
    """
    moved = _rename(path)
    if moved is None:
        return f"{path} is damaged and cannot be moved out of the way, so {consequence}; remove it."
    return f"{path} is damaged and was set aside as {moved.name}, so {consequence}."


def _rename(path: Path) -> Path | None:
    for _ in range(100):
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        target = path.with_name(f"{path.name}{MARK}{stamp}")
        if not os.path.lexists(target):
            with suppress(OSError):
                return path.rename(target)
            return None
    return None


def make_private(path: Path) -> None:
    """Let only its owner read and write a file, where that can be had."""
    with suppress(OSError):
        if path.stat().st_mode & 0o077:
            path.chmod(PRIVATE)


def make_folders(folder: Path, names: tuple[str, ...]) -> list[str]:
    """Make folders that are missing; what has the name of one and is none is put aside.

    Returns
    -------
    list of str
        A sentence for each that was put aside.

    Raises
    ------
    OSError
        If one cannot be made.
    """
    said = make_way(folder, names)
    for name in names:
        (folder / name).mkdir(parents=True, exist_ok=True)
    return said


def make_way(folder: Path, names: tuple[str, ...]) -> list[str]:
    """Put aside what has the name of a folder and is none; a sentence for each."""
    places = [folder / name for name in names]
    return [
        put_aside(place, "a new folder takes its place")
        for place in places
        if os.path.lexists(place) and not place.is_dir()
    ]
