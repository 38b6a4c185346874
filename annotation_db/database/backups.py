"""Making backups: whole, looked through, and out of the raters' way."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from annotation_db.database import backup_files, sweeps
from annotation_db.database.backup_files import BACKUPS, DAILY, MANUAL, PART, stamp
from annotation_db.database.failures import translate_database_errors
from annotation_db.database.read_only_files import open_read_only
from annotation_db.errors import Cancelled, DiskError, ProjectError
from annotation_db.vocabulary.callbacks import CancelCheck, Progress

if TYPE_CHECKING:
    from annotation_db.database.store import Store

__all__ = ["DAILY", "MANUAL", "before", "copy", "due", "make", "make_of_file", "whole_or_refuse"]

STEP_PAGES: Final = 256
"""Pages copied at once, 1 MiB; between two steps the disk is the raters'."""
PAUSE_S: Final = 0.005
EVERY: Final = timedelta(days=1)
_STEPS_BETWEEN_ASKING: Final = 100_000
"""Of SQLite's own steps while a copy is looked through; some milliseconds."""
_WAIT_S: Final = 600.0
"""How long a backup waits for one that another program is making."""


def due(folder: Path, now: datetime | None = None) -> bool:
    """Whether the newest backup of a project folder is older than a day, or there is none."""
    last = backup_files.newest(folder)
    now = now or datetime.now(UTC)
    # One that lies in the future was made by a clock that went wrong; it says nothing.
    return last is None or not now - EVERY < last.made_at <= now + EVERY


def make(
    store: Store,
    reason: str,
    *,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> Path:
    """Make one backup of a project and look through it; older ones go as `backup_files` says.

    Parameters
    ----------
    reason : str
        ``"daily"``, ``"manual"`` or ``"before-..."``: what its name begins with and how long it stays.

    Returns
    -------
    Path
        The backup, ``backups/REASON-TIME.sqlite``.

    Raises
    ------
    DiskError
        If the folder cannot be written to or the disk is full; the project is as before.
    ProjectError
        If what was copied is damaged; then no backup was made.
    Cancelled
        If `cancelled` says so.
    """
    if store.url.startswith("sqlite"):
        return make_of_file(store.folder, reason, progress=progress, cancelled=cancelled)
    from annotation_db.database.server_backups import copy_from_server

    with _being_made(store.folder, reason) as part:
        with store.read() as s:
            copy_from_server(s.connection(), part, progress, cancelled)
        whole_or_refuse(part, store.url, cancelled)
    return part.with_name(part.name.removesuffix(PART))


def make_of_file(
    folder: Path,
    reason: str,
    *,
    looked_at: tuple[sweeps.Sweep, ...] = sweeps.ALL,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> Path:
    """The same of a project folder that need not be open, such as one that is to be upgraded.

    Parameters
    ----------
    folder : Path
    reason : str
        As for `make`.
    looked_at : tuple of Sweep
        What the copy is looked through for.
    progress : callable, optional
    cancelled : callable, optional
        See `vocabulary.callbacks`.
    """
    file = folder / "project.sqlite"
    with _being_made(folder, reason) as part:
        with translate_database_errors(str(folder)), closing(sqlite3.connect(file, timeout=5.0)) as source:
            copy(source, part, progress, cancelled)
        whole_or_refuse(part, str(folder), cancelled, looked_at)
    return part.with_name(part.name.removesuffix(PART))


LARGE_IMPORT: Final = 1_000
"""Rows: before an import of more of them a backup is made."""


def before(
    store: Store, reason: str, *, progress: Progress | None = None, cancelled: CancelCheck | None = None
) -> Path | None:
    """A backup before something large, such as ``"import"``, ``"merge"`` or ``"upgrade"``.

    On a server only before an upgrade: whoever keeps the server decides about more. Before an import, which
    changes no row that is there, only its pages are looked through: the rows' hashes take longer than the
    import, and are looked at in every daily backup, and before any backup is put back.

    Parameters
    ----------
    store : Store
    reason : str
        What is about to happen; it stands in the backup's name.
    progress : callable, optional
    cancelled : callable, optional
        See `vocabulary.callbacks`.

    Raises
    ------
    DiskError, ProjectError, Cancelled
        As `make`; then what was to follow should not be begun.
    """
    if reason != "upgrade" and not store.url.startswith("sqlite"):
        return None
    if reason != "import":
        return make(store, f"{backup_files.BEFORE}{reason}", progress=progress, cancelled=cancelled)
    return make_of_file(
        store.folder,
        f"{backup_files.BEFORE}{reason}",
        looked_at=sweeps.QUICK,
        progress=progress,
        cancelled=cancelled,
    )


def copy(
    source: sqlite3.Connection,
    target: Path,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> None:
    """Copy a database as it is at this moment into a new file, in small steps with pauses.

    What others write meanwhile neither waits nor comes into the copy.

    Parameters
    ----------
    source : sqlite3.Connection
    target : Path
        Where nothing is yet.
    progress : callable, optional
    cancelled : callable, optional
        See `vocabulary.callbacks`.
    """

    def step(status: int, remaining: int, total: int) -> None:
        del status
        if cancelled is not None and cancelled():
            raise Cancelled("The backup was stopped; none was made.")
        if progress is not None:
            progress(total - remaining, total, "backup")
        if remaining:
            time.sleep(PAUSE_S)

    # A reader that stays: otherwise the copying would begin anew whenever somebody writes.
    source.execute("BEGIN")
    try:
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        with closing(sqlite3.connect(target)) as made:
            source.backup(made, pages=STEP_PAGES, progress=step)
            made.execute("PRAGMA journal_mode=DELETE")  # one file, that can be opened where nobody may write
    finally:
        source.rollback()


def whole_or_refuse(
    file: Path,
    place: str,
    cancelled: CancelCheck | None = None,
    looked_at: tuple[sweeps.Sweep, ...] = sweeps.ALL,
) -> None:
    """Look through a backup that was just copied.

    Parameters
    ----------
    file : Path
        The copy.
    place : str
        Of what it is a copy, for the sentence.
    cancelled : callable, optional
    looked_at : tuple of Sweep
        What it is looked through for.

    Raises
    ------
    ProjectError
        If it is damaged.
    Cancelled
        If `cancelled` says so.
    """
    with translate_database_errors(place), closing(open_read_only(file)) as made:
        if cancelled is not None:
            made.set_progress_handler(cancelled, _STEPS_BETWEEN_ASKING)
        for damage in sweeps.of_file(made, looked_at):
            if cancelled is not None and cancelled():
                raise Cancelled("The backup was stopped; none was made.")
            raise ProjectError(
                f"No backup was made, because the database of {place} is damaged: {damage.what}; "
                f"see what is wrong with: seagull-studio check {place}."
            )


@contextmanager
def _being_made(folder: Path, reason: str) -> Iterator[Path]:
    """The place to write a backup at; it gets its name when the block ended well."""
    backups = folder / BACKUPS
    try:
        backups.mkdir(parents=True, exist_ok=True)
        (folder / "cache").mkdir(exist_ok=True)
        if not os.access(backups, os.W_OK | os.X_OK):
            raise PermissionError(backups)
        with FileLock(folder / "cache" / "backup.lock", timeout=_WAIT_S):
            for left in backup_files.half_written(folder):
                left.unlink(missing_ok=True)
            target = backups / f"{reason}-{stamp()}.sqlite"
            part = target.with_name(target.name + PART)
            try:
                yield part
                part.replace(target)
            finally:
                for left in backup_files.half_written(folder):
                    left.unlink(missing_ok=True)
            for old in backup_files.outdated(folder):
                old.unlink(missing_ok=True)
    except Timeout:
        raise ProjectError(
            f"Another program has been making a backup of {folder} for long; "
            "wait until it is done, and try again."
        ) from None
    except (OSError, DiskError) as error:
        raise DiskError(
            f"No backup could be made in {backups}: the disk is full or the folder cannot be written to; "
            "make room there, or let yourself write there, and try again."
        ) from error
