"""What the folders of jobs say, whatever was done to their files.

A `JobReader` follows one job: it reads on from where it was, so that a look costs the same after an hour
as at the start. Nothing here raises for what a file holds: a file that cannot be one of ours is put aside
with one sentence, and the other jobs are shown.
"""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from annotation_db.database.engines import is_url
from annotation_db.database.server_access import split
from annotation_db.errors import ProjectError
from annotation_db.files.set_aside import Damaged, make_private, open_plain, put_aside, read_plain
from seagull_studio.jobs import jobs
from seagull_studio.jobs.jobs import CONFIG, EVENTS, FINAL, LOCK, JobState, Status

GRACE: Final = 60.0
"""Seconds a process may take from being started to holding its lock."""
_MOST_CONFIG: Final = 1 << 20
_MOST_LINE: Final = 1 << 16
_PIECE: Final = 1 << 20
_MOST_TEXT: Final = 1000
_MOST_COUNT: Final = 2**31 - 1
_LOST: Final = "The process ended without a word; its log file says more."


@dataclass(frozen=True, slots=True)
class Config:
    """What a job was asked to do."""

    kind: str
    project: str
    options: dict[str, Any]
    created_at: datetime


def read_config(folder: Path) -> Config:
    """Read ``job.json``; a password that an earlier version wrote into it is taken out.

    Raises
    ------
    Damaged
        If it cannot be a job's.
    OSError
        If it cannot be read.
    """
    entries = _object(read_plain(folder / CONFIG, _MOST_CONFIG))
    kind, project, options = entries.get("kind"), entries.get("project"), entries.get("options")
    created = _time(entries.get("created_at"))
    if not isinstance(kind, str) or not isinstance(project, str) or not isinstance(options, dict):
        raise Damaged
    if created is None:
        raise Damaged
    if is_url(project):
        with suppress(ProjectError):
            project, secret = split(project)
            if secret is not None:
                with suppress(OSError):
                    jobs.write_config(folder, {**entries, "project": project})
    return Config(_text(kind), project, options, created)


class JobReader:
    """Follows one job's folder.

    Raises
    ------
    Damaged, OSError
        As `read_config`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._config = read_config(folder)
        make_private(folder / CONFIG)
        self._damaged = False
        self._begin((0, 0))

    def _begin(self, file: tuple[int, int]) -> None:
        """Forget what was read: it stood in another file."""
        self._file, self._offset, self._rest = file, 0, b""
        self._status: Status = "waiting"
        self._done = self._total = 0
        self._what = ""
        self._started: float | None = None
        self._elapsed: float | None = None
        self._before = 0
        """Done when this process began its work."""
        self._begun = False
        self._asked: dict[str, Any] = {}
        self._seen_at = time.monotonic()

    def read(self) -> tuple[JobState, list[str]]:
        """Read on; the state, and a sentence for each file that was put aside."""
        said = self._read_events()
        status, what = self._status, self._what
        if status in ("waiting", "running"):
            lock = self.folder / LOCK
            if lock.exists() and not lock.is_file():
                said.append(put_aside(lock, "the job counts as ended"))
            if not jobs.is_running(self.folder) and not (status == "waiting" and self._is_fresh()):
                status, what = "lost", _LOST
        if self._damaged and status not in ("waiting", "running"):
            said.append(self._mend(status))
        return self._state(status, what), said

    def _state(self, status: Status, what: str) -> JobState:
        asked = self._config
        return JobState(
            self.folder,
            asked.kind,
            asked.project,
            asked.options,
            asked.created_at,
            status,
            self._done,
            self._total,
            what,
            self._elapsed,
            self._before,
        )

    def _is_fresh(self) -> bool:
        """Whether a process that was asked for may still come; no clock that a person sets is asked."""
        clock = _seconds(self._asked.get("clock"))
        if clock is not None and self._asked.get("host") == platform.node():
            return 0 <= time.monotonic() - clock < GRACE  # less than nothing: before this machine was started
        return time.monotonic() - self._seen_at < GRACE

    def _read_events(self) -> list[str]:
        path = self.folder / EVENTS
        try:
            with os.fdopen(open_plain(path), "rb") as file:
                about = os.fstat(file.fileno())
                identity = (about.st_dev, about.st_ino)
                if identity != self._file or about.st_size < self._offset:
                    self._begin(identity)
                file.seek(self._offset)
                while piece := file.read(_PIECE):
                    self._offset += len(piece)
                    self._take(piece)
        except FileNotFoundError:
            if self._offset:
                self._begin((0, 0))
        except Damaged:
            self._begin((0, 0))
            return [put_aside(path, "what the job said is not shown")]
        except OSError:  # it may be readable again the next time
            return []
        return []

    def _take(self, piece: bytes) -> None:
        *lines, self._rest = (self._rest + piece).split(b"\n")
        if len(self._rest) > _MOST_LINE:
            self._damaged, self._rest = True, b""
        for line in lines:
            if not line.strip():
                continue
            try:
                event = _object(line[: _MOST_LINE + 1])
            except Damaged:
                # What a kill cut off begins as a line of ours does; it is no damage.
                self._damaged = self._damaged or not line.startswith(b'{"at": ')
                continue
            try:
                self._fold(event)
            except Damaged:
                self._damaged = True

    def _fold(self, event: dict[str, Any]) -> None:
        kind, clock = event.get("event"), _clock(event)
        if kind == "waiting":
            self._status, self._started, self._elapsed = "waiting", None, None
            self._asked, self._seen_at = event, time.monotonic()
        elif kind == "started":
            self._status, self._started, self._elapsed = "running", clock, None
            self._before, self._begun = self._done, False
        elif kind == "progress":
            self._done, self._total = _count(event.get("done")), _count(event.get("total"))
            self._what = _text(event.get("what"))
            if self._total and not self._begun:  # it goes on from there, or begins anew
                self._before, self._begun = min(self._before, self._done), True
                if self._done == self._before and clock is not None:
                    self._started = clock  # what it took to get ready is no part of the pace
            if clock is not None and self._started is not None:
                passed = clock - self._started
                self._elapsed = passed if passed >= 0 else None
        elif isinstance(kind, str) and kind in FINAL:
            self._status = kind  # type: ignore[assignment]
            self._what = _text(event.get("message", self._what))
        elif not isinstance(kind, str):
            raise Damaged

    def _mend(self, status: Status) -> str:
        """Put the events aside and write down anew what could be read of them."""
        self._damaged = False
        said = put_aside(self.folder / EVENTS, "what could be read of it was written anew")
        with suppress(OSError, Damaged):
            jobs.append_event(self.folder, "started")
            jobs.append_event(self.folder, "progress", done=self._done, total=self._total, what=self._what)
            if status in FINAL:
                jobs.append_event(self.folder, status, message=self._what)
        return said


class JobsReader:
    """Follows all jobs of a project."""

    def __init__(self, jobs_folder: Path) -> None:
        self._folder = jobs_folder
        self._readers: dict[Path, JobReader] = {}
        self._told: set[str] = set()

    def read(self) -> tuple[tuple[JobState, ...], list[str]]:
        """The states of all jobs, newest first, and a sentence for each file that was put aside, once."""
        states: list[JobState] = []
        said: list[str] = []
        found = folders(self._folder)
        self._readers = {folder: self._readers[folder] for folder in found if folder in self._readers}
        for folder in found:
            try:
                reader = self._readers.get(folder) or JobReader(folder)
            except Damaged:
                said.append(put_aside(folder / CONFIG, "its job is not shown"))
                continue
            except OSError as error:  # another person's, or gone this moment
                if isinstance(error, PermissionError) and _is_own(folder):
                    said.append(put_aside(folder / CONFIG, "its job is not shown"))
                continue
            self._readers[folder] = reader
            state, sentences = reader.read()
            states.append(state)
            said += sentences
        new = [sentence for sentence in said if sentence not in self._told]
        self._told.update(new)
        return tuple(states), new


def folders(jobs_folder: Path) -> list[Path]:
    """The folders of all jobs of a project, newest first."""
    return sorted(_folders(jobs_folder), reverse=True)


def _folders(jobs_folder: Path) -> Iterator[Path]:
    with suppress(OSError), os.scandir(jobs_folder) as entries:
        for entry in entries:
            with suppress(OSError):
                if entry.is_dir() and os.path.lexists(Path(entry.path, CONFIG)):
                    yield Path(entry.path)


def read(folder: Path) -> JobState:
    """What a job's folder says at this moment.

    Raises
    ------
    Damaged, OSError
        As `read_config`.
    """
    return JobReader(folder).read()[0]


def _object(raw: bytes) -> dict[str, Any]:
    try:
        value = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # ValueError: no UTF-8, no JSON, thousands of digits
        raise Damaged from error
    if not isinstance(value, dict):
        raise Damaged
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Damaged
    return value[:_MOST_TEXT].encode("utf-8", "replace").decode("utf-8")


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST_COUNT:
        raise Damaged
    return value


def _is_own(folder: Path) -> bool:
    return not hasattr(os, "geteuid") or folder.stat().st_uid == os.geteuid()


def _seconds(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 1e12:
        return None
    return float(value)


def _clock(event: dict[str, Any]) -> float | None:
    """Seconds; of an event that an earlier version wrote, by the clock of that time."""
    clock = _seconds(event.get("clock"))
    if clock is not None:
        return clock
    written = _time(event.get("at"))
    return None if written is None else (written - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()


def _time(value: object) -> datetime | None:
    """A moment that can be shown in any time zone."""
    if not isinstance(value, str) or len(value) > 100:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment if moment.tzinfo is not None and 1970 <= moment.year < 9999 else None
    except ValueError:
        return None
