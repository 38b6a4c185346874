"""Making projects: a new one is there only once it is complete, with all that it begins with."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

from sqlalchemy import URL, Connection, Engine, inspect, text
from sqlalchemy.orm import Session

from annotation_db.database import migrations, place_changes
from annotation_db.database.engines import reader, server_engine, sqlite_engine, writer
from annotation_db.database.failures import too_long, translate_database_errors
from annotation_db.database.locations import DATABASE, FOLDERS, refuse_network, user_folder
from annotation_db.database.schema import Base, Project
from annotation_db.database.server_access import display_url
from annotation_db.errors import ProjectError, Refused
from annotation_db.files.atomic_files import alone, making, was_left
from annotation_db.files.disk_failures import check_writable
from annotation_db.files.renames import rename_new
from annotation_db.vocabulary.whole_files import sync_folder

Fill = Callable[[Session], object]
"""What else belongs to a new project: pictures, ROIs, people; in the transaction that makes it."""

LONGEST_FOLDER: Final = 400
"""Most bytes of a new project's path: its backups' paths are longer, and SQLite takes 504."""

_WAIT_S: Final = 5.0
_MAKING_S: Final = 60.0
_MAKING = 0x5EA9_0115
"""Number of the lock that whoever makes a project in a PostgreSQL database holds."""


def create_folder(folder: Path, row: Project, fill: Fill | None = None) -> None:
    """Make a project folder. The database appears under its name only once it is complete.

    What a killed program left of an earlier attempt is removed.

    Parameters
    ----------
    folder : Path
        Absolute; made if missing.
    row : Project
        The project's own facts.
    fill : callable, optional
        Puts in what the project begins with.

    Raises
    ------
    ProjectError
        If there is a project already, a file of that name, or the path is too long.
    Refused
        If another program is making a project there.
    DiskError
        If the disk is full or not writable; what was made is removed again.
    """
    with translate_database_errors(str(folder)):
        if os.name == "posix" and len(os.fsencode(os.path.realpath(folder))) > LONGEST_FOLDER:
            raise too_long(str(folder), LONGEST_FOLDER)
        refuse_network(folder)
        _check_free(folder)
        with making(folder):
            check_writable(folder)
            with alone(folder / DATABASE, _WAIT_S), ExitStack() as made:
                _check_free(folder)  # another program may have made one while this one waited
                _remove_leftovers(folder)
                for sub in FOLDERS:
                    made.enter_context(making(folder / sub))
                _build(folder, row, fill)


def _check_free(folder: Path) -> None:
    if (folder / DATABASE).exists():
        raise _taken(folder)
    if folder.exists() and not folder.is_dir():
        raise ProjectError(f"{folder} is a file; choose a folder for the new project.")


def _taken(folder: Path) -> ProjectError:
    return ProjectError(f"{folder} holds a project already; open it, or choose another folder.")


def _build(folder: Path, row: Project, fill: Fill | None) -> None:
    """Make the database under a hidden name, and give it its own at the end."""
    part = folder / f".{DATABASE}.{uuid4().hex[:8]}"
    try:
        _fill(sqlite_engine(part, 1.0), row, folder, fill)
        _rehearse(part)
        try:
            rename_new(part, folder / DATABASE)
        except FileExistsError as error:
            raise _taken(folder) from error
        sync_folder(folder)
    finally:
        for left in ("", "-journal", "-wal", "-shm"):
            part.with_name(part.name + left).unlink(missing_ok=True)


def _rehearse(part: Path) -> None:
    """Open the finished database as a project is opened, while nobody has been told that it is there.

    Opening takes room for a log; where there is none, that must be known before the project appears.
    """
    with closing(sqlite3.connect(part)) as plain:
        plain.execute("PRAGMA journal_mode=WAL")
    engine = sqlite_engine(part, 1.0)
    try:
        with writer(engine).begin() as connection:  # not a byte changes, but the log is there
            connection.execute(text("UPDATE project SET id = id"))
        with reader(engine).connect() as connection:
            migrations.version_of(connection)
    finally:
        engine.dispose()  # the last connection folds the log in and removes it


def tidy(folder: Path) -> None:
    """Remove what a program left beside the database that was killed when the project was just made."""
    with suppress(Refused, OSError):  # it lives; or nothing can be removed there
        if was_left(folder / DATABASE):
            with alone(folder / DATABASE):
                _remove_leftovers(folder)


def _remove_leftovers(folder: Path) -> None:
    """Remove what was left under hidden names; the lock is held, so nobody is making anything."""
    pattern = re.compile(rf"\.{re.escape(DATABASE)}\.[0-9a-f]+(-journal|-wal|-shm)?")
    with os.scandir(folder) as entries:
        left = [entry.name for entry in entries if pattern.fullmatch(entry.name)]
    for name in left:
        (folder / name).unlink(missing_ok=True)


def alone_on_server(connection: Connection) -> None:
    """Let no other program make or upgrade a project in this database until the transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _MAKING})


def create_on_server(url: URL, row: Project, fill: Fill | None = None) -> None:
    """Make the project's tables and all that it begins with in an empty PostgreSQL database.

    It is one transaction: other programs see all of it or nothing.

    Raises
    ------
    ProjectError
        If there is a project already, also one that another program made at this moment; if other
        tables are in the way, or the server cannot be used.
    """
    place = display_url(url)
    engine = server_engine(url, _MAKING_S)  # whoever makes one at this moment may be at it for a while

    def check_free(connection: Connection) -> None:
        alone_on_server(connection)
        if migrations.version_of(connection) is not None:
            raise ProjectError(f"{place} holds a project already; open it, or choose another database.")
        taken = set(inspect(connection).get_table_names()) & set(Base.metadata.tables)
        if taken:
            raise ProjectError(
                f"{place} holds tables of another program ({min(taken)}); choose an empty database."
            )

    with translate_database_errors(place):
        _fill(engine, row, user_folder(url, place), fill, check_free)


def _fill(
    engine: Engine,
    row: Project,
    folder: Path,
    fill: Fill | None,
    check: Callable[[Connection], None] | None = None,
) -> None:
    """Tables, version, the project's own row and what it begins with, in one transaction."""
    try:
        with writer(engine).begin() as connection, Session(connection, expire_on_commit=False) as session:
            if check is not None:
                check(connection)
            Base.metadata.create_all(connection)
            place_changes.install(connection)
            migrations.stamp(connection)
            session.add(row)
            session.flush()
            if fill is not None:
                session.info["folder"] = folder
                fill(session)
                session.flush()
    finally:
        engine.dispose()
