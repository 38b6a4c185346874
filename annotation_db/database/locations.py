"""Where projects live: finding and upgrading them, before any session exists."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import URL

from annotation_db.database import migrations
from annotation_db.database.engines import sqlite_engine, writer
from annotation_db.database.failures import (
    LONGEST_DATABASE,
    corrupt,
    is_too_long,
    not_writable,
    too_long,
    translate_database_errors,
)
from annotation_db.database.server_access import cache_folder
from annotation_db.errors import ProjectError
from annotation_db.files import file_systems
from annotation_db.files.disk_failures import check_writable

DATABASE: Final = "project.sqlite"
FOLDERS: Final = ("cache", "backups", "jobs")


@dataclass(frozen=True, slots=True)
class Location:
    """A project folder that exists, and how its database may be opened."""

    folder: Path
    read_only: str | None = None
    """Query of SQLite's URI for a database on a read-only medium; None where it may be written."""

    @property
    def file(self) -> Path:
        return self.folder / DATABASE


def existing_folder(location: Path) -> Location:
    """The project folder that a person means; `location` may also be the project.sqlite in it.

    Raises
    ------
    ProjectError
        If there is no project, or the file system is none that keeps what is saved.
    DiskError
        If the folder or the database cannot be written to, on a medium that could be.
    """
    folder = location.parent if location.name == DATABASE and not location.is_dir() else location
    file = folder / DATABASE
    with translate_database_errors(str(folder)):
        if not folder.exists():
            raise ProjectError(f"There is no folder {folder}; check the name, or make a new project there.")
        if not folder.is_dir():
            raise ProjectError(f"{folder} is a file and no project; choose the project's folder.")
        if not file.is_file():
            raise ProjectError(
                f"{folder} is no SEAGULL Studio project; choose another folder, or make a new project there."
            )
        if file_systems.is_read_only(folder):
            return Location(folder, _looking_only(file))
        if is_too_long(file):
            raise too_long(str(folder), LONGEST_DATABASE - len(f"/{DATABASE}"))
        check_writable(folder)
        if not os.access(file, os.R_OK | os.W_OK):
            raise not_writable(str(folder))
        refuse_network(folder)
        refuse_network(file.resolve().parent)  # of a link
        if file.stat().st_size == 0 and not _has_log(file):  # SQLite would take it for a new database
            raise corrupt(str(folder))
    return Location(folder)


def refuse_network(folder: Path) -> None:
    """Refuse a folder on a file system where a database in WAL mode loses what was saved.

    Raises
    ------
    ProjectError
        If it is a network drive, or may be one.
    """
    kind = file_systems.kind_of(folder)
    if file_systems.is_network(kind):
        raise no_log_possible(folder, kind)


def no_log_possible(folder: Path, kind: str) -> ProjectError:
    """The refusal of a file system that cannot hold a project's database."""
    return ProjectError(
        f"{folder} lies on a file system ({kind}) on which a project's database cannot be kept safe; put the "
        "project on a disk of this computer, or on a PostgreSQL server where several computers are to use it."
    )


def _has_log(file: Path) -> bool:
    real = file.resolve()
    log = real.with_name(real.name + "-wal")
    return log.exists() and log.stat().st_size > 0


def _looking_only(file: Path) -> str:
    """How to open a database that cannot be written.

    Without a log the file is all there is, and nobody can change it. With one, SQLite has to read that too.
    """
    if not os.access(file, os.R_OK):
        raise not_writable(str(file.parent))
    return "mode=ro" if _has_log(file) else "immutable=1"


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
