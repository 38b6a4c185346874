"""The files of a backups folder: their names, which is the newest, which are kept."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

BACKUPS: Final = "backups"
"""The folder, in the project's."""
DAILY: Final = "daily"
MANUAL: Final = "manual"
BEFORE: Final = "before-"
BEFORE_RESTORE: Final = "before-restore"
DAMAGED: Final = "damaged"

DAYS: Final = 7
WEEKS: Final = 4
"""The newest daily backup of each of so many days, and of each of so many weeks, stays."""
BEFORE_DAYS: Final = 30
"""Backups made before a migration, an import, a merge or a restore stay so many days."""
BUDGET: Final = 10 * 2**30
"""Bytes that all backups the program may remove take together; the newest stays whatever its size."""
PART: Final = ".part"
"""How a backup ends while it is being made."""

_NAME: Final = re.compile(r"([a-z][a-z0-9-]*)-(\d{8}T\d{6}\d{6})\.sqlite")
_STAMP: Final = "%Y%m%dT%H%M%S%f"


@dataclass(frozen=True, slots=True)
class BackupFile:
    """One finished backup."""

    path: Path
    reason: str
    """``daily``, ``manual``, ``before-upgrade``, ``before-import``, ..."""
    made_at: datetime
    bytes: int


def stamp(at: datetime | None = None) -> str:
    """The time as names of backups have it."""
    return (at or datetime.now(UTC)).strftime(_STAMP)


def listing(folder: Path, now: datetime | None = None) -> list[BackupFile]:
    """The finished backups of a project folder, newest first; none where there is no such folder.

    One that lies in the future was made by a clock that went wrong, nobody knows when: it comes last.
    """
    at_most = (now or datetime.now(UTC)) + timedelta(days=1)
    found = []
    try:
        entries = list((folder / BACKUPS).iterdir())
    except OSError:
        return []
    for path in entries:
        name = _NAME.fullmatch(path.name)
        if name is None or name[1] == DAMAGED:
            continue
        try:
            made_at = datetime.strptime(name[2], _STAMP).replace(tzinfo=UTC)
            size = path.stat().st_size
        except (OSError, ValueError):
            continue
        if size:
            found.append(BackupFile(path, name[1], made_at, size))
    return sorted(found, key=lambda one: (one.made_at <= at_most, one.made_at, one.path.name), reverse=True)


def newest(folder: Path) -> BackupFile | None:
    """The backup to put back after damage: the newest that was not made while restoring."""
    return next((one for one in listing(folder) if one.reason != BEFORE_RESTORE), None)


def newest_sentence(folder: Path) -> str:
    """What to do about a damaged database, as a clause: it names the newest backup that is really there."""
    # A project on a server keeps its backups in a folder that nobody would think of as the project.
    project = shlex.quote(str(folder)) if (folder / "project.sqlite").exists() else "PROJECT"
    save = f"save what can be read with: seagull-studio check {project} --repair"
    last = newest(folder)
    if last is None:
        return f"there is no backup of it, so put back a copy of your own, or {save}"
    return (
        f"close it everywhere and put back its newest backup, {last.path.name} of "
        f"{last.made_at:%Y-%m-%d %H:%M} UTC, with: seagull-studio restore {project} newest, or {save}"
    )


def outdated(folder: Path, now: datetime | None = None) -> list[Path]:
    """The backups that are kept no longer; manual ones are never among them."""
    now = now or datetime.now(UTC)
    known = listing(folder, now)
    daily = [one for one in known if one.reason == DAILY]
    kept = _newest_of_each(daily, lambda one: one.made_at.date(), DAYS)
    kept |= _newest_of_each(daily, lambda one: one.made_at.isocalendar()[:2], WEEKS)
    limit = now - timedelta(days=BEFORE_DAYS)
    kept |= {one.path for one in known if one.reason.startswith(BEFORE) and one.made_at >= limit}
    newest_there = newest(folder)
    if newest_there is not None:
        kept.add(newest_there.path)
    gone = []
    used = 0
    for one in known:
        if one.reason != DAILY and not one.reason.startswith(BEFORE):
            continue
        used += one.bytes
        is_newest = newest_there is not None and one.path == newest_there.path
        if one.path not in kept or (used > BUDGET and not is_newest):
            gone.append(one.path)
            used -= one.bytes
    return gone


def half_written(folder: Path) -> list[Path]:
    """What a backup left that was broken off; to be asked only by whoever holds the lock of making one."""
    try:
        entries = list((folder / BACKUPS).iterdir())
    except OSError:
        return []
    return [
        path
        for path in entries
        if path.name.endswith((PART, f"{PART}-journal", f"{PART}-wal", f"{PART}-shm"))
    ]


def _newest_of_each(files: Iterable[BackupFile], key: object, count: int) -> set[Path]:
    """The newest file of each of the last `count` days or weeks that have one."""
    found: dict[object, Path] = {}
    for one in files:  # newest first
        found.setdefault(key(one), one.path)  # type: ignore[operator]
    return set(list(found.values())[:count])
