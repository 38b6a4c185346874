"""Putting a backup back. What is there now is kept aside first; a kill leaves the old or the new, whole."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from annotation_db.database import audit, backup_files, journal, migrations, sweeps
from annotation_db.database.backup_files import BACKUPS, BEFORE_RESTORE, DAMAGED, BackupFile, stamp
from annotation_db.database.backups import copy, make
from annotation_db.database.engines import is_url
from annotation_db.database.failures import translate_database_errors
from annotation_db.database.journal import JOURNAL, lock_of
from annotation_db.database.locations import DATABASE, upgrade_file
from annotation_db.database.read_only_files import open_read_only
from annotation_db.database.store import Store
from annotation_db.errors import NotFound, ProjectError

_BESIDE: Final = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did."""

    backup: Path
    kept: Path | None
    """Where the state before it is now."""
    ratings: int


def choose(folder: Path, wanted: str) -> Path:
    """The backup a person means: ``newest``, the name of one of the project's backups, or a file.

    Raises
    ------
    NotFound
        If there is none.
    """
    if wanted == "newest":
        found = backup_files.newest(folder)
        if found is None:
            raise NotFound(f"There is no backup in {folder / BACKUPS}; give the file of a copy of your own.")
        return found.path
    for path in (folder / BACKUPS / wanted, Path(wanted).expanduser()):
        if path.is_file():
            return path.absolute()
    raise NotFound(f"There is no backup {wanted}; seagull-studio restore without one lists those there are.")


def count_ratings(file: Path) -> int | None:
    """How many ratings a backup holds; None if it cannot be read."""
    try:
        with closing(open_read_only(file)) as database:
            return int(database.execute("SELECT count(*) FROM rating").fetchone()[0])
    except (sqlite3.Error, TypeError):
        return None


def described(folder: Path) -> list[tuple[BackupFile, int | None]]:
    """The backups of a project folder, newest first, each with its number of ratings."""
    return [(one, count_ratings(one.path)) for one in backup_files.listing(folder)]


def restore(location: str | Path, backup: Path, who: str, *, password: str | None = None) -> Restored:
    """Let a project be again what it was when a backup was made.

    Parameters
    ----------
    location : str or Path
        Project folder or database URL.
    backup : Path
        A SQLite file that `backups` made, of this version or an older one.
    who : str
        Whom the audit trail names.
    password : str, optional
        Of the server, where the URL holds none.

    Raises
    ------
    ProjectError
        If the backup is damaged, of another project or of a newer version, or if another program has the
        project open. Nothing was changed then.
    DiskError
        If there is no room; nothing was changed then.
    """
    if is_url(location):
        return _to_server(str(location), backup, who, password)
    folder = Path(location).expanduser().absolute()
    folder = folder.parent if folder.name == DATABASE else folder
    with translate_database_errors(str(folder)), _ready(backup, folder) as ready:
        ratings = count_ratings(ready) or 0
        kept = _replaced(folder, ready)
        if kept is not None and not kept.name.startswith(DAMAGED):
            _move_journals(
                folder, kept
            )  # of a lost database they say what the backup lacks: `check` names it
    with Store.open(folder) as store, store.write(who) as s:
        audit.record(s, who, "project.restore", backup.name, {"kept": kept and kept.name})
    return Restored(backup, kept, ratings)


def _to_server(location: str, backup: Path, who: str, password: str | None) -> Restored:
    from annotation_db.database.server_backups import copy_to_server

    with Store.open(location, password=password) as store, _ready(backup, store.folder) as ready:
        with store.read() as s:
            uid = s.connection().exec_driver_sql("SELECT uid FROM project").scalar()
        _same_project(ready, uid, store.url)
        kept = make(store, BEFORE_RESTORE)
        with store.write(who) as s:
            copy_to_server(ready, s.connection())
            audit.record(s, who, "project.restore", backup.name, {"kept": kept.name})
        _move_journals(store.folder, kept)
        return Restored(backup, kept, count_ratings(ready) or 0)


@contextmanager
def _ready(backup: Path, folder: Path) -> Iterator[Path]:
    """A sound file of this program's version: the backup itself, or a copy of it that was migrated."""
    with closing(open_read_only(backup)) as database:
        version = _version(database, backup)
        for damage in sweeps.of_file(database):
            raise ProjectError(
                f"The backup {backup} is damaged itself: {damage.what}; choose an older one, "
                f"nothing was changed."
            )
        standing = migrations.state(version)
        if standing == "newer":
            raise ProjectError(
                f"The backup {backup} was made by a newer SEAGULL Studio; "
                "update this program, then restore it."
            )
        if standing == "current":
            yield backup
            return
        (folder / BACKUPS).mkdir(parents=True, exist_ok=True)
        part = folder / BACKUPS / f"{uuid4().hex}{backup_files.PART}"
        try:
            copy(database, part)
            upgrade_file(part, 5.0, migrations.MIGRATIONS)
            yield part
        finally:
            for ending in ("", *_BESIDE):
                part.with_name(part.name + ending).unlink(missing_ok=True)


def _replaced(folder: Path, ready: Path) -> Path | None:
    """Put a sound file's content in the place of the project's; where that is kept, if it was there."""
    file = folder / DATABASE
    if not file.is_file() and not any((folder / sub).is_dir() for sub in (BACKUPS, JOURNAL)):
        raise ProjectError(f"{folder} is no SEAGULL Studio project; give the project's folder.")
    (folder / BACKUPS).mkdir(parents=True, exist_ok=True)
    if not file.is_file() or _is_unreadable_file(file):
        return _renamed_aside(folder, ready)
    kept = folder / BACKUPS / f"{BEFORE_RESTORE}-{stamp()}.sqlite"
    with closing(sqlite3.connect(file, timeout=1.0, isolation_level=None)) as present:
        try:
            _alone(present, folder)
            _same_project(ready, _uid(present), str(folder))
            _keep(present, kept)
        except sqlite3.Error as error:
            if not _is_unreadable(error):
                raise
        else:
            with closing(open_read_only(ready)) as source:
                source.backup(present)  # one transaction: killed within it, the next program rolls it back
            present.execute("PRAGMA locking_mode=NORMAL")
            present.execute("PRAGMA journal_mode=WAL")
            return kept
    return _renamed_aside(folder, ready)


def _is_unreadable_file(file: Path) -> bool:
    """Found out by looking only: a connection that may write throws away the log of a file it cannot read."""
    if not file.stat().st_size:
        return True
    try:
        with closing(open_read_only(file)) as database:
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        return _is_unreadable(error)
    return False


def _is_unreadable(error: sqlite3.Error) -> bool:
    """Whether the file is no database any more, and not only in use, or on a disk that is full."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)


def _alone(present: sqlite3.Connection, folder: Path) -> None:
    """Make sure that nobody else has the project open, and that nobody opens it meanwhile.

    SQLite leaves WAL mode only where no other connection is open; the lock it takes for that stays.
    """
    try:
        present.execute("PRAGMA locking_mode=EXCLUSIVE")
        mode = present.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
        present.execute("BEGIN EXCLUSIVE")
        present.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if (getattr(error, "sqlite_errorcode", 0) & 0xFF) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise _in_use(folder) from error
        raise
    if mode != "delete":
        raise _in_use(folder)


def _in_use(folder: Path) -> ProjectError:
    return ProjectError(
        f"Another program has {folder} open; close every window and job of the project, then restore it."
    )


def _keep(present: sqlite3.Connection, kept: Path) -> None:
    part = kept.with_name(kept.name + backup_files.PART)
    try:
        with closing(sqlite3.connect(part)) as made:
            present.backup(made)
            made.execute("PRAGMA journal_mode=DELETE")
        part.replace(kept)
    finally:
        for ending in ("", *_BESIDE):
            part.with_name(part.name + ending).unlink(missing_ok=True)


def _renamed_aside(folder: Path, ready: Path) -> Path | None:
    """For a file that SQLite cannot read, or that is gone: what there is of it is kept under another name."""
    file = folder / DATABASE
    new = folder / f".{DATABASE}.{uuid4().hex}"
    try:
        with closing(open_read_only(ready)) as source, closing(sqlite3.connect(new)) as made:
            source.backup(made)
            made.execute("PRAGMA journal_mode=DELETE")
        kept = folder / BACKUPS / f"{DAMAGED}-{stamp()}.sqlite"
        for ending in _BESIDE:  # before the new file comes: a log of the old one must not meet it
            beside = file.with_name(file.name + ending)
            if beside.exists():
                beside.replace(kept.with_name(kept.name + ending))
        was_there = file.exists()
        if was_there:
            try:
                os.link(file, kept)
            except OSError:  # a file system without links: for a moment there is no project.sqlite
                file.replace(kept)
        new.replace(file)
    finally:
        for ending in ("", *_BESIDE):
            new.with_name(new.name + ending).unlink(missing_ok=True)
    return kept if was_there else None


def _move_journals(folder: Path, kept: Path) -> None:
    """Journals of what was acknowledged belong to the state that was put away.

    What waits in them belongs to none yet: it stands in a new journal before it is put away, to be sent.
    """
    files = journal.read_all(folder)
    if not files:
        return
    anew = journal.Journal(folder)
    try:
        anew.append([entry for file in files for entry in file.entries if entry["uid"] in file.waiting])
    finally:
        anew.close()
    beside = kept.with_name(kept.name.removesuffix(".sqlite") + f".{JOURNAL}")
    beside.mkdir(exist_ok=True)
    for file in files:
        file.path.replace(beside / file.path.name)
        # Of a program that lives (on a server nobody is shut out) it is of no use any more either.
        with suppress(OSError):
            lock_of(file.path).unlink(missing_ok=True)


def _version(database: sqlite3.Connection, file: Path) -> str:
    try:
        row: Any = database.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        row = None
    if row is None:
        raise ProjectError(f"{file} is no backup of a SEAGULL Studio project; choose another file.")
    return str(row[0])


def _uid(database: sqlite3.Connection) -> str | None:
    row = database.execute("SELECT uid FROM project").fetchone()
    return None if row is None else str(row[0])


def _same_project(file: Path, uid: str | None, place: str) -> None:
    with closing(open_read_only(file)) as database:
        theirs = _uid(database)
    if uid is not None and theirs != uid:
        raise ProjectError(f"{file} is a backup of another project than {place}; choose one of this project.")
