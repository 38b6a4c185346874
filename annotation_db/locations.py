"""Where projects live: finding and upgrading them, before any session exists."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

from sqlalchemy import URL

from annotation_db import migrations
from annotation_db.disk_failures import check_writable
from annotation_db.engines import sqlite_engine, writer
from annotation_db.errors import ProjectError
from annotation_db.failures import LONGEST_DATABASE, corrupt, explained, is_too_long, not_writable, too_long

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
        if is_too_long(file):
            raise too_long(str(folder), LONGEST_DATABASE - len(f"/{DATABASE}"))
        check_writable(folder)
        if not os.access(file, os.R_OK | os.W_OK):
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


def user_folder(url: URL) -> Path:
    """Folder for caches and jobs of a project on a server: this user's own, one per database."""
    from platformdirs import user_data_path

    key = hashlib.sha256(url.set(password=None).render_as_string().encode()).hexdigest()[:16]
    return user_data_path("seagull-studio", appauthor=False) / "servers" / key


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
