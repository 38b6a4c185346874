"""Database and disk failures, each turned into the one sentence a person reads."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from traceback import walk_tb
from typing import Final

from sqlalchemy.exc import DBAPIError, IntegrityError

from annotation_db.database.backup_files import newest_sentence
from annotation_db.errors import (
    Busy,
    DiskError,
    PasswordWanted,
    ProjectError,
    StudioError,
    Unreachable,
)
from annotation_db.files.atomic_files import as_known
from annotation_db.files.disk_failures import check_writable as check_writable
from annotation_db.files.disk_failures import no_room as no_room
from annotation_db.files.disk_failures import not_writable as not_writable
from annotation_db.files.disk_failures import translated_os_error
from annotation_db.names import shortened

LONGEST_DATABASE: Final = 504
"""Most bytes of a database's path: SQLite takes 512 and puts ``-journal`` after it."""
_LITTLE_ROOM: Final = 1 << 16
"""Where fewer bytes are free, what SQLite could not make beside the database had no room."""


def read_only(where: str) -> DiskError:
    """The refusal to write to a project on a read-only medium."""
    return DiskError(
        f"{where} lies on a read-only medium: it can be looked at, not changed; copy the whole folder to a "
        "disk, and open the copy."
    )


def corrupt(where: str) -> ProjectError:
    """The refusal of a project whose database is damaged; names the newest backup."""
    return ProjectError(f"The database of {where} is damaged; {newest_sentence(Path(where))}.")


def _is_damaged(where: str) -> bool:
    """Whether the database file of a project folder fails SQLite's own check."""
    file = Path(where, "project.sqlite")
    if not file.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as database:
            return bool(database.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",))
    except sqlite3.DatabaseError:
        return True


_NOT_OF_THE_SCHEMA: Final = re.compile("no such (column|table|index)|has no column named")


def _of_sqlite(error: sqlite3.Error, where: str) -> StudioError | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    match code & 0xFF:  # the extended codes carry the primary one in their low byte
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return Busy(
                f"Another program is writing to {where} and did not finish in time; "
                "nothing was changed, so close it or wait, and try again."
            )
        case sqlite3.SQLITE_FULL:
            return no_room(where)
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return corrupt(where)
        case sqlite3.SQLITE_READONLY:
            return not_writable(where)
        case sqlite3.SQLITE_CANTOPEN:
            return _not_opened(where)
        case sqlite3.SQLITE_IOERR:
            return DiskError(
                f"The disk that holds {where} gave an error or is full; "
                "nothing was changed, so check the disk and try again."
            )
        case sqlite3.SQLITE_ERROR if _NOT_OF_THE_SCHEMA.search(str(error)):
            return corrupt(where)  # its version was right when it was opened
    return None


def is_too_long(file: Path) -> bool:
    """Whether a database has a path, links resolved, that SQLite does not take."""
    return os.name == "posix" and len(os.fsencode(os.path.realpath(file))) > LONGEST_DATABASE


def too_long(where: str, most: int) -> ProjectError:
    """For a project folder with a path of more than `most` bytes."""
    return ProjectError(
        f"The path {shortened(where)} is too long for a project, which takes {most} bytes; "
        "choose a shorter name, or a folder nearer to the top."
    )


def _not_opened(where: str) -> StudioError:
    """SQLite says only that a file could not be opened or made; look why."""
    file = Path(where, "project.sqlite")
    if is_too_long(file):
        return too_long(where, LONGEST_DATABASE - len("/project.sqlite"))
    if file.parent.is_dir():
        if shutil.disk_usage(where).free < _LITTLE_ROOM:
            return no_room(where)
        if not os.access(where, os.W_OK | os.X_OK):
            return not_writable(where)
    return ProjectError(
        f"The database of {where} cannot be opened; "
        "check that project.sqlite is there and that you may read and write it."
    )


def _no_entry(where: str) -> ProjectError:
    return PasswordWanted(
        f"The server refuses the name or password for {where}; set PGPASSWORD, write a password file "
        "(PGPASSFILE, or .pgpass in your home), or give the password in the URL once."
    )


def _no_database(where: str) -> ProjectError:
    return ProjectError(
        f"There is no database or user at {where}; have it made on the server (createdb), then try again."
    )


def sqlstate(error: DBAPIError) -> str | None:
    """A server's code for what went wrong; None where it had no chance to give one."""
    return getattr(error.orig, "sqlstate", None)


def is_refused_entry(error: BaseException | None) -> bool:
    """Whether a server was reached and does not let one in: refused while connecting, it gives only words."""
    return any(word in str(error) for word in ("does not exist", "authentication", "password"))


def _of_server(error: BaseException, where: str) -> StudioError | None:
    """For errors of psycopg, which is not imported here because it is optional."""
    if not type(error).__module__.startswith("psycopg"):
        return None
    state = getattr(error, "sqlstate", None)
    match state:
        case "53100":
            return no_room(where)
        case "55P03" | "40001" | "40P01" | "23505":
            return Busy(
                f"Someone else is writing the same data at {where}; nothing was changed, so try again."
            )
        case "28P01" | "28000":
            return _no_entry(where)
        case "3D000":
            return _no_database(where)
        case "42501" | "25006":
            return not_writable(where)
        case None if is_refused_entry(error):
            return _no_database(where) if "does not exist" in str(error) else _no_entry(where)
        case "57014":
            return Busy(
                f"The server ended what was asked of {where}, because it took longer than its keeper allows; "
                "nothing was changed, so try again."
            )
    # Of a server that goes down, has too many connections or no memory, each has a class of its own.
    if any(kind.__name__ == "OperationalError" for kind in type(error).__mro__):
        return Unreachable(
            f"The database server cannot be reached at {where}; "
            "check the URL, the network and that the server runs."
        )
    return None


def _is_unreadable_value(error: BaseException) -> bool:
    """Whether a stored value cannot be read: bytes that are no text, a time that is none, broken JSON."""
    if isinstance(error, sqlite3.OperationalError):
        return str(error).startswith("Could not decode to UTF-8")
    if not isinstance(error, ValueError):
        return False
    # SQLAlchemy wraps what is wrong with values on their way in, and raises as it is what comes out wrong.
    frames = (frame for frame, _ in walk_tb(error.__traceback__))
    return any(str(frame.f_globals.get("__name__")).startswith("sqlalchemy.") for frame in frames)


def translated_error(error: BaseException, where: str) -> StudioError | None:
    """The refusal that a database or disk error amounts to, or None for a mistake of ours.

    Parameters
    ----------
    error : BaseException
        What was raised; SQLAlchemy's wrapper is looked through.
    where : str
        The project as a person knows it: its folder, or its URL without the password. A file
        that the error names and that is not of this folder is blamed itself.
    """
    where = where if "://" in where else str(as_known(where))
    if isinstance(error, IntegrityError) and sqlstate(error) is None:
        # Damaged rows and indexes break constraints too.
        return corrupt(where) if _is_damaged(where) else None
    inner = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    if _is_unreadable_value(inner):
        return corrupt(where)
    if isinstance(inner, sqlite3.Error):
        return _of_sqlite(inner, where)
    if isinstance(inner, OSError):
        return translated_os_error(inner, where)
    return _of_server(inner, where)


@contextmanager
def translate_database_errors(where: str) -> Iterator[None]:
    """Raise database and disk errors of the block as `ProjectError` or `DiskError`."""
    try:
        yield
    except StudioError:
        raise
    except Exception as error:
        refusal = translated_error(error, where)
        if refusal is None:
            raise
        raise refusal from error


@contextmanager
def naming(file: Path) -> Iterator[None]:
    """Let errors of reading and writing say which file it was, which the system leaves out."""
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno is not None:
            error.filename = str(file)
        raise
