"""Where projects live: making, finding and upgrading them, before any session exists."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final
from uuid import uuid4

from sqlalchemy import URL, Engine
from sqlalchemy.orm import Session

from annotation_db import migrations
from annotation_db.engines import server_engine, sqlite_engine, writer
from annotation_db.errors import ProjectError
from annotation_db.failures import corrupt, explained, not_writable
from annotation_db.schema import Base, Project
from annotation_db.server_access import cache_folder, plain

DATABASE: Final = "project.sqlite"
FOLDERS: Final = ("cache", "backups", "jobs")
_HEADER = b"SQLite format 3\x00"


def existing_folder(location: Path) -> Path:
    """The project folder that a person means; `location` may also be the project.sqlite in it.

    Raises
    ------
    ProjectError
        If there is no project or its file is damaged at first sight.
    DiskError
        If the folder or the database cannot be written to.
    """
    folder = location.parent if location.name == DATABASE and not location.is_dir() else location
    file = folder / DATABASE
    with explained(str(folder)):
        if not folder.exists():
            raise ProjectError(f"There is no folder {folder}; check the name, or make a new project there.")
        if not folder.is_dir():
            raise ProjectError(f"{folder} is a file and no project; choose the project's folder.")
        if not file.is_file():
            raise ProjectError(
                f"{folder} is no SEAGULL Studio project; choose another folder, or make a new project there."
            )
        if not os.access(folder, os.W_OK | os.X_OK) or not os.access(file, os.R_OK | os.W_OK):
            raise not_writable(str(folder))
        if _damaged_at_first_sight(file):
            raise corrupt(str(folder))
    return folder


def _damaged_at_first_sight(file: Path) -> bool:
    """No SQLite header, or fewer bytes than it promises (SQLite file format, 1.3).

    A whole check reads every page, which is what ``check`` is for; a copy that was cut short is
    found from the header alone.
    """
    with file.open("rb") as stream:
        header = stream.read(100)
    if header[:16] != _HEADER or len(header) < 100:
        return True
    log = file.with_name(file.name + "-wal")
    if log.exists() and log.stat().st_size:  # the newest pages may stand in the log alone
        return False
    page_size, pages = int.from_bytes(header[16:18], "big"), int.from_bytes(header[28:32], "big")
    return file.stat().st_size < (65536 if page_size == 1 else page_size) * pages


def create_folder(folder: Path, row: Project) -> None:
    """Make a project folder. The database appears under its name only once it is complete.

    Raises
    ------
    ProjectError
        If there is a project already, or a file of that name.
    DiskError
        If the disk is full or not writable; what was made is removed again.
    """
    if (folder / DATABASE).exists():
        raise ProjectError(f"{folder} holds a project already; open it, or choose another folder.")
    if folder.exists() and not folder.is_dir():
        raise ProjectError(f"{folder} is a file; choose a folder for the new project.")
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    part = folder / f".{DATABASE}.{uuid4().hex}"
    try:
        with explained(str(folder)):
            folder.mkdir(parents=True, exist_ok=True)
            if not os.access(folder, os.W_OK | os.X_OK):
                raise not_writable(str(folder))
            _fill(sqlite_engine(part, 1.0), row)
            part.replace(folder / DATABASE)
    except BaseException:
        for leftover in (part, part.with_name(part.name + "-journal")):
            leftover.unlink(missing_ok=True)
        for path in made:  # innermost first
            if path.exists():
                path.rmdir()
        raise


def create_on_server(url: URL, row: Project) -> None:
    """Make the project's tables in an empty PostgreSQL database.

    Raises
    ------
    ProjectError
        If there is a project already, or the server cannot be used.
    """
    place = plain(url)
    engine = server_engine(url, 5.0)
    try:
        with explained(place):
            with engine.connect() as connection:
                taken = migrations.version_of(connection) is not None
            if taken:
                raise ProjectError(f"{place} holds a project already; open it, or choose another database.")
            _fill(engine, row)
    finally:
        engine.dispose()


def _fill(engine: Engine, row: Project) -> None:
    """Tables, version and the project's own row, in one transaction."""
    try:
        with writer(engine).begin() as connection, Session(connection) as session:
            Base.metadata.create_all(connection)
            migrations.stamp(connection)
            session.add(row)
            session.flush()
    finally:
        engine.dispose()


def user_folder(url: URL, given: str) -> Path:
    """Folder for caches and jobs of a project on a server: this user's own, one per database.

    Parameters
    ----------
    url : URL
        In its one spelling.
    given : str
        The spelling it was given in, under which an earlier version may have made the folder.
    """
    from platformdirs import user_data_path

    return cache_folder(user_data_path("seagull-studio", appauthor=False) / "servers", url, given)


def upgrade_file(file: Path, wait_s: float, scripts: Path) -> None:
    """Run the pending migrations of one SQLite file, all or none.

    Raises
    ------
    ProjectError
        If the upgraded rows refer to nothing; the file is as before.
    """
    # Migrations rebuild tables, which must not cascade; the references are checked at the end.
    engine = sqlite_engine(file, wait_s, foreign_keys=False)
    try:
        with writer(engine).begin() as connection:
            migrations.upgrade(connection, scripts)
            if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                raise ProjectError(
                    f"{file.parent} could not be upgraded because some of its rows refer to missing ones; "
                    "nothing was changed, so please report this with a copy of the project."
                )
    finally:
        engine.dispose()
