"""Jobs: processes of their own that work for minutes or hours and outlive the window.

A job is a folder below ``PROJECT/jobs``::

    job.json       kind, project, options, when it was asked for
    events.jsonl   one JSON object a line: waiting, started, progress, done, failed, cancelled
    log.txt        what the process printed
    lock           held by the process for as long as it lives
    cancel         exists once somebody asked the job to stop

Everything about a job is read off that folder (`seagull_studio.jobs.job_reading`), so a window that
was closed finds its jobs again. A process that died says so by having let go of its lock without a last
word. Folder and files are for their owner alone, and hold no password.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from annotation_db.database.failures import translate_database_errors
from annotation_db.errors import DiskError
from annotation_db.files.set_aside import PRIVATE, Damaged, open_plain, put_aside
from annotation_db.vocabulary.whole_files import replace_file

if TYPE_CHECKING:
    from filelock import FileLock

Status = Literal["waiting", "running", "done", "failed", "cancelled", "lost"]
FINAL: frozenset[str] = frozenset({"done", "failed", "cancelled"})
CONFIG, EVENTS, LOG, LOCK, CANCEL = "job.json", "events.jsonl", "log.txt", "lock", "cancel"


@dataclass(frozen=True, slots=True)
class JobState:
    """What is known of one job."""

    folder: Path
    kind: str
    project: str
    options: dict[str, Any]
    created_at: datetime
    """For a person to read; nothing is computed from it."""
    status: Status
    done: int
    total: int
    what: str
    """What it is at, or the sentence it ended with."""
    elapsed: float | None
    """Seconds from the start of its work to its last word, by a clock that nobody sets: from where it said
    how much there is and nothing was done yet, or from the start of its process."""
    before: int = 0
    """What an earlier process of it had done already."""

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def is_over(self) -> bool:
        return self.status not in ("waiting", "running")

    @property
    def seconds_left(self) -> float | None:
        """Estimated from the pace so far; None before there is one."""
        if self.status != "running" or self.done <= self.before or self.elapsed is None:
            return None
        return self.elapsed / (self.done - self.before) * max(0, self.total - self.done)


def prepare(jobs_folder: Path, kind: str, project: str, options: dict[str, Any] | None = None) -> Path:
    """Make the folder of a new job; its process is started by `seagull_studio.services.jobs`.

    Parameters
    ----------
    project : str
        Folder, or URL without a password.

    Raises
    ------
    DiskError
        If the disk is full or not writable; nothing is left behind.
    """
    created = datetime.now(UTC)
    folder = jobs_folder / f"{created:%Y%m%dT%H%M%S%f}-{kind}"
    config = {"kind": kind, "project": project, "options": options or {}, "created_at": created.isoformat()}
    with translate_database_errors(str(jobs_folder)):
        folder.mkdir(parents=True, mode=0o700)
        try:
            write_config(folder, config)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return folder


def write_config(folder: Path, config: dict[str, Any]) -> None:
    """Write ``job.json``; another window may be looking: it sees a whole job or none."""
    replace_file(folder / CONFIG, json.dumps(config, indent=1).encode(), mode=PRIVATE)


def make_ready(folder: Path) -> list[str]:
    """Make sure that a process can be started on a job's folder, again or for the first time.

    Returns
    -------
    list of str
        A sentence for each thing that was in the way.

    Raises
    ------
    DiskError
        If the disk is full or not writable.
    """
    in_the_way = [
        folder / name
        for name in (CANCEL, LOG, LOCK, EVENTS)
        if (folder / name).exists() and not (folder / name).is_file()
    ]
    # Whoever follows the job may have put one aside at this moment, and says so.
    said = [put_aside(path, "a new one takes its place") for path in in_the_way if os.path.lexists(path)]
    with translate_database_errors(str(folder)):
        try:
            (folder / CANCEL).unlink(missing_ok=True)
            _write(folder / LOG, "")  # of this mode; whatever is printed is added to it
            append_event(folder, "waiting", host=platform.node())
        except Damaged as error:
            raise DiskError(said[0]) from error
    return said


def cancel(folder: Path) -> None:
    """Ask a job to stop at its next step.

    Raises
    ------
    DiskError
        If the disk is full or not writable.
    """
    with translate_database_errors(str(folder)):
        (folder / CANCEL).touch(PRIVATE)


def is_cancelled(folder: Path) -> bool:
    """Whether somebody has asked this job to stop."""
    return (folder / CANCEL).exists()


def lock_folder(folder: Path) -> FileLock:
    """The lock that says a job's process lives."""
    from filelock import FileLock  # late: the window looks for jobs at once, and mostly there are none

    return FileLock(folder / LOCK, mode=PRIVATE)


def is_running(folder: Path) -> bool:
    """Whether a process holds the lock of a job."""
    from filelock import Timeout

    lock = lock_folder(folder)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return True
    except OSError:  # a folder of that name, or nothing can be written there: then nobody works there
        return False
    lock.release()
    return False


def append_event(folder: Path, event: str, **more: Any) -> None:
    """Append one event.

    ``at`` is for a person; ``clock`` counts seconds on this machine whatever time its clock is set to,
    and what is computed is computed from it.

    Raises
    ------
    OSError
        If the disk is full or not writable.
    Damaged
        If something else has the name of the file.
    """
    clock = round(time.monotonic(), 3)
    line = json.dumps({"at": datetime.now(UTC).isoformat(), "clock": clock, "event": event, **more})
    # The line before may have been cut off by a kill; this one must not be lost with it.
    _write(folder / EVENTS, f"\n{line}\n")


def _write(file: Path, text: str) -> None:
    """Append to a file of this person's own."""
    with os.fdopen(open_plain(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT), "ab") as opened:
        opened.write(text.encode())
