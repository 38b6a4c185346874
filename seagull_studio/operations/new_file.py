"""Files that are saved at a place of somebody's choice: whole, and over nothing that must stay."""

from __future__ import annotations

import errno
import stat
from pathlib import Path

from annotation_db.errors import DiskError, Refused
from annotation_db.files.disk_failures import translated_os_error
from annotation_db.files.regular_files import is_database_file
from annotation_db.vocabulary.whole_files import replace_file


def check(file: Path, *, overwrite: bool) -> None:
    """Refuse a place before anything is computed for it.

    Raises
    ------
    Refused
        If something is there and `overwrite` was not asked for, it is no plain file or a project's database,
        or there is no such folder.
    DiskError
        If nobody may look at the place.
    """
    try:
        there = _other_than_plain(file)
        if there == "a folder":
            raise Refused(f"{file} is a folder; name a file.")
        if there is not None:
            raise Refused(f"{file} is {there}, which is not replaced; name a file.")
        if is_database_file(file):
            raise Refused(f"{file} has the name of a project's database; name another file.")
        if file.exists() and not overwrite:
            raise Refused(f"{file} is there already; name another file, or add --overwrite.")
        if not file.parent.is_dir():
            raise Refused(f"There is no folder {file.parent}; make it, or name another one.")
    except OSError as error:
        raise _as_refusal(error, file) from error


def write(file: Path, data: bytes) -> None:
    """Write a file that appears whole: what stood there before stays until then.

    Raises
    ------
    OSError
        If it cannot be written, a database has this name, or something else than a plain file is there.
    """
    if is_database_file(file):
        raise FileExistsError(errno.EEXIST, "a database has this name", str(file))
    if (there := _other_than_plain(file)) is not None:
        raise FileExistsError(errno.EEXIST, f"it is {there}", str(file))
    replace_file(file, data)


def save(file: Path, data: bytes) -> None:
    """The same for work that runs beside the window.

    Raises
    ------
    DiskError
        If it cannot be written.
    """
    try:
        write(file, data)
    except OSError as error:
        raise _as_refusal(error, file) from error


def _other_than_plain(file: Path) -> str | None:
    """What is at a place, links not followed; None for a plain file or nothing."""
    try:
        kind = file.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    if stat.S_ISREG(kind):
        return None
    # What a link leads to would stay, and the link be lost: /dev/stdout is one.
    if stat.S_ISLNK(kind):
        return "a folder" if file.is_dir() else "a link"
    return "a folder" if stat.S_ISDIR(kind) else "a pipe, socket or device"


def _as_refusal(error: OSError, file: Path) -> DiskError:
    told = translated_os_error(error, str(file))
    return told or DiskError(f"{file} could not be written ({error.strerror}).")
