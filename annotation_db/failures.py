"""Database and disk failures, each turned into the one sentence a person reads."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, IntegrityError

from annotation_db.errors import DiskError, ProjectError, StudioError

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_WRITE = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


def no_room(where: str) -> DiskError:
    return DiskError(f"The disk that holds {where} is full; nothing was changed, so make room and try again.")


def not_writable(where: str) -> DiskError:
    return DiskError(
        f"{where} cannot be written to; nothing was changed, so check that you may write there and try again."
    )


def corrupt(where: str) -> ProjectError:
    return ProjectError(
        f"The database of {where} is damaged; close the project and put back the newest file "
        "of its backups folder, or a copy of your own, as project.sqlite."
    )


def _not_there(where: str) -> DiskError:
    return DiskError(
        f"A file or folder of {where} cannot be found or made; nothing was changed, "
        "so check the place, or choose another, and try again."
    )


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


def _of_sqlite(error: sqlite3.Error, where: str) -> StudioError | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    match code & 0xFF:  # the extended codes carry the primary one in their low byte
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return ProjectError(
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
            return ProjectError(
                f"The database of {where} cannot be opened; "
                "check that project.sqlite is there and that you may read and write it."
            )
        case sqlite3.SQLITE_IOERR:
            return DiskError(
                f"The disk that holds {where} gave an error or is full; "
                "nothing was changed, so check the disk and try again."
            )
    return None


def _no_entry(where: str) -> ProjectError:
    return ProjectError(f"The server refuses the name or password for {where}; check the URL.")


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
            return ProjectError(
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
        case None | "08000" | "08001" | "08003" | "08004" | "08006" | "57P01" | "57P03":
            if type(error).__name__ == "OperationalError":
                return ProjectError(
                    f"The database server cannot be reached at {where}; "
                    "check the URL, the network and that the server runs."
                )
    return None


def explain(error: BaseException, where: str) -> StudioError | None:
    """The refusal that a database or disk error amounts to, or None for a mistake of ours.

    Parameters
    ----------
    error : BaseException
        What was raised; SQLAlchemy's wrapper is looked through.
    where : str
        The project as a person knows it: its folder, or its URL without the password.
    """
    if isinstance(error, IntegrityError) and sqlstate(error) is None:
        # Damaged rows and indexes break constraints too.
        return corrupt(where) if _is_damaged(where) else None
    inner = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    if isinstance(inner, sqlite3.Error):
        return _of_sqlite(inner, where)
    if isinstance(inner, OSError):
        if inner.errno in _NO_ROOM:
            return no_room(where)
        if isinstance(inner, (FileNotFoundError, NotADirectoryError)):
            return _not_there(where)
        return not_writable(where) if inner.errno in _NO_WRITE else None
    return _of_server(inner, where)


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Raise database and disk errors of the block as `ProjectError` or `DiskError`."""
    try:
        yield
    except StudioError:
        raise
    except Exception as error:
        refusal = explain(error, where)
        if refusal is None:
            raise
        raise refusal from error
