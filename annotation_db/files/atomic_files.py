"""Files and folders in the making: by one program at a time, and what a killed one left."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from annotation_db.errors import Refused
from annotation_db.vocabulary.whole_files import stem, sync_folder

_HIDDEN = re.compile(
    r"\.(.+)\.(?:(?:partial|replaced)-[0-9a-f]{8}|seagull-lock)|\.(project\.sqlite)\.[0-9a-f]+"
)


def is_folder(path: Path) -> bool:
    """Whether there is a folder; there is none of a name that no disk takes."""
    try:
        return path.is_dir()
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        return False


def hidden_ones(target: Path, kind: str) -> list[Path]:
    """What lies beside `target` under such names, also of earlier versions of this program."""
    pattern = rf"\.{re.escape(stem(target))}\.{kind}-[0-9a-f]{{8}}"
    if kind == "partial":
        pattern += rf"|\.{re.escape(target.name)}-[0-9a-f]{{32}}\.part"  # the sample project's, once
    with os.scandir(target.parent) as entries:
        return sorted(target.parent / entry.name for entry in entries if re.fullmatch(pattern, entry.name))


def as_known(path: str | Path) -> Path:
    """A path as people know it: what is in the making is called by the name that it will have."""
    parts = []
    for part in Path(path).parts:
        found = _HIDDEN.fullmatch(part)
        parts.append(part if found is None else found[1] or found[2])
    return Path(*parts)


@contextmanager
def making(folder: Path) -> Iterator[None]:
    """Make a folder and its parents; those that were made here go again if the block raises.

    Only empty ones go: what others put there meanwhile is theirs.
    """
    made: list[Path] = []
    try:
        for path in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
            with suppress(FileExistsError):  # another program made it at this moment
                path.mkdir()
                made.append(path)
                sync_folder(path.parent)
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
        yield
    except BaseException:
        for path in reversed(made):
            with suppress(OSError):
                path.rmdir()
        raise


@contextmanager
def alone(target: Path, wait_s: float = 0.0) -> Iterator[None]:
    """Be the only program that makes `target`, which need not exist; its folder must.

    The lock is the system's and goes with the process: whatever lies unfinished beside `target`
    once it is held was left by a program that was killed.

    Raises
    ------
    Refused
        If another program is making it and does not finish within `wait_s` seconds.
    """
    from filelock import FileLock, Timeout  # late: nothing is made when the window starts

    file = _lock(target)
    lock = FileLock(file, timeout=wait_s, mode=0o666)  # all who share the folder share its lock
    try:
        lock.acquire()
    except Timeout as error:
        if not file.exists():  # some systems' folders take no files at all
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(file)) from error
        raise Refused(
            f"Another program is writing to {target} at this moment; "
            "wait until it is done, or choose another place."
        ) from error
    try:
        yield
    finally:
        with suppress(OSError):  # some systems remove no file that is open; the next one takes it
            file.unlink()
        lock.release()


def was_left(target: Path) -> bool:
    """Whether a program makes `target` at this moment, or was killed while it did."""
    return _lock(target).exists()


def _lock(target: Path) -> Path:
    return target.with_name(f".{stem(target)}.seagull-lock")
