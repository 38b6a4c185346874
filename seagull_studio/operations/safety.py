"""Looking after a project as a whole: what is wrong with it, saving it, backups and going back to them.

Most of it is asked for by where a project is, not of an open store: one that cannot be opened needs it most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from annotation_db.database import backup_files, backups, sweeps
from annotation_db.database.backup_files import BackupFile
from annotation_db.database.engines import is_url
from annotation_db.database.findings import Finding
from annotation_db.database.locations import DATABASE
from annotation_db.database.read_only_files import open_read_only
from annotation_db.database.schema import Image, Roi
from annotation_db.database.store import Store
from annotation_db.errors import (
    Busy,
    DiskError,
    NotFound,
    PasswordWanted,
    ProjectError,
    Refused,
    StudioError,
    Unreachable,
)
from annotation_db.rating.permissions import Action
from annotation_db.safety import journal_check, restoring
from annotation_db.safety.journal_check import PutBack
from annotation_db.safety.restoring import Restored
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from seagull_studio.operations.access import folder_of, open_project
from seagull_studio.operations.acting import allow

if TYPE_CHECKING:
    from annotation_db.safety.salvage import Rescue

Act = Callable[[Store], None]
"""Says whom a store acts for, as `acting.act_at_command_line` does."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What was saved of a damaged project."""

    of: Path
    """The damaged one, which is as it was."""
    rescue: Rescue
    from_journals: PutBack


def backups_of(project: str) -> Path:
    """The folder of a project's backups."""
    return folder_of(project) / backup_files.BACKUPS


def check_closed(project: str) -> list[Finding]:
    """What is wrong in the database of a project that could not be opened; nothing of one on a server."""
    if is_url(project):
        return []
    folder = folder_of(project)
    file = folder / DATABASE
    if not file.is_file():
        return []
    advice = backup_files.newest_sentence(folder)
    with closing(open_read_only(file)) as database:
        return [damage.found(advice) for damage in sweeps.of_file(database)]


def sizes(store: Store) -> tuple[int | None, int | None]:
    """How many pictures and ROIs there are, withdrawn ones too; None where a damaged database cannot say."""
    return _count(store, Image), _count(store, Roi)


def is_damaged(findings: Iterable[Finding]) -> bool:
    """Whether the database itself is damaged, so that nothing should be written to it."""
    return any(one.kind == "database" and one.subject != "schema version" for one in findings)


def rescue(project: str, into: Path | None, who: str, act: Act) -> Saved:
    """Save what can be read of a damaged project, and what its journals have, into a new folder.

    Parameters
    ----------
    into : Path, optional
        The folder to make; one beside the project if not given.
    act : callable
        Says whom a store acts for; a lead, as far as the roles can be read.

    Raises
    ------
    Refused
        If the project is on a server, or whoever acts is no lead.
    StudioError
        As `annotation_db.safety.salvage.rescue`.
    """
    if is_url(project):
        raise Refused(
            "The database of a server is not repaired by this program; put back a backup, or ask its keeper."
        )
    from annotation_db.safety import salvage

    allow_if_roles_are_read(project, act, is_damaged=True)
    folder = folder_of(project)
    saved = salvage.rescue(folder, into or salvage.default_folder(folder), who)
    with Store.open(saved.folder) as store:
        lacking = journal_check.look(store, folder=folder)
        return Saved(folder, saved, journal_check.put_back(store, (*lacking.missing, *lacking.waiting), who))


def back_up(
    store: Store,
    *,
    daily: bool = False,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> BackupFile:
    """Make a backup, and look through it; all but the daily ones stay until a person removes them.

    Parameters
    ----------
    daily : bool
        Whether it is one of the daily ones, of which old ones are removed.
    progress : callable, optional
        Called with what is done, how much there is, and what is being done.
    cancelled : callable, optional
        Asked now and then whether to stop.

    Raises
    ------
    StudioError
        As `annotation_db.database.backups.make`.
    """
    if not daily:
        allow(store, Action.BACKUP)
    reason = backup_files.DAILY if daily else backup_files.MANUAL
    made = backups.make(store, reason, progress=progress, cancelled=cancelled)
    return next(one for one in backup_files.listing(made.parent.parent) if one.path == made)


def list_backups(project: str) -> list[tuple[BackupFile, int | None]]:
    """The backups of a project, newest first, each with its number of ratings; None if it cannot be read.

    Raises
    ------
    ProjectError
        If there is no such project.
    """
    folder = folder_of(project)
    found = restoring.described(folder)
    if not found and not folder.is_dir():
        raise ProjectError(f"There is no project {folder}; check the name.")
    return found


def choose_backup(project: str, wanted: str) -> tuple[Path, int | None]:
    """The backup a person means, as `restoring.choose` takes it, and its number of ratings.

    Raises
    ------
    NotFound
        If there is none.
    """
    chosen = restoring.choose(folder_of(project), wanted)
    return chosen, restoring.count_ratings(chosen)


def restore(project: str, backup: Path, who: str, act: Act) -> Restored:
    """Let a project be what it was when a backup was made; see `annotation_db.safety.restoring.restore`.

    Parameters
    ----------
    act : callable
        Says whom a store acts for; a lead, as far as the roles can be read.

    Raises
    ------
    NotAllowed
        If whoever acts is no lead; nothing was changed.
    """
    allow_if_roles_are_read(project, act)
    password = None
    if is_url(project):
        with open_project(project) as store:
            password = store.password
    return restoring.restore(project, backup, who, password=password)


def allow_if_roles_are_read(project: str, act: Act, *, is_damaged: bool = False) -> None:
    """Refuse whoever is no lead, where the project says who leads it.

    A project that cannot be opened, or that cannot say any more who leads it, is saved by whoever stands
    before it: nobody could be asked for leave, and nothing else would help it. Nobody gets that far by
    damaging a project who could not write its files anyway.

    Parameters
    ----------
    is_damaged : bool
        Nothing may be written to the project, so a wrong passphrase is not counted either.

    Raises
    ------
    NotAllowed
        If they are no lead.
    WrongPassphrase, NotFound, Busy, Unreachable, PasswordWanted, DiskError
        Of a project that is sound in that, too.
    """
    try:
        with open_project(project) as store:
            store.read_only = store.read_only or is_damaged
            act(store)
            allow(store, Action.REPAIR)
    except (Refused, NotFound, Busy, Unreachable, PasswordWanted, DiskError):
        raise
    except (StudioError, SQLAlchemyError, ValueError, TypeError, LookupError):
        return  # what a damaged database comes to when it is read


def _count(store: Store, table: type[Image] | type[Roi]) -> int | None:
    try:
        with store.read() as s:
            return s.scalar(select(func.count()).select_from(table))
    except StudioError:
        return None
