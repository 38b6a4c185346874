"""Files that are saved at a place of somebody's choice: whole, and over nothing that must stay."""

from __future__ import annotations

import errno
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
        If something is there and `overwrite` was not asked for, it is a folder or a project's database, or
        there is no such folder.
    """
    if file.is_dir():
        raise Refused(f"{file} is a folder; name a file.")
    if is_database_file(file):
        raise Refused(f"{file} has the name of a project's database; name another file.")
    if file.exists() and not overwrite:
        raise Refused(f"{file} is there already; name another file, or add --overwrite.")
    if not file.parent.is_dir():
        raise Refused(f"There is no folder {file.parent}; make it, or name another one.")


def write(file: Path, data: bytes) -> None:
    """Write a file that appears whole: what stood there before stays until then.

    Raises
    ------
    OSError
        If it cannot be written, or a database has this name.
    """
    if is_database_file(file):
        raise FileExistsError(errno.EEXIST, "a database has this name", str(file))
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
        told = translated_os_error(error, str(file))
        raise told or DiskError(f"{file} could not be written ({error.strerror}).") from error
