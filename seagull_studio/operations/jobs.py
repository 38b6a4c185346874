"""Jobs: processes of their own that work for minutes or hours and outlive the window.

A job is a folder below ``PROJECT/jobs``::

    job.json       kind, project, options, when it was asked for
    events.jsonl   one JSON object a line: waiting, started, progress, done, failed, cancelled
    log.txt        what the process printed
    lock           held by the process for as long as it lives
    cancel         exists once somebody asked the job to stop

Everything about a job is read off that folder, so a window that was closed finds its jobs again.
A process that died says so by having let go of its lock without a last word.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from filelock import FileLock

Status = Literal["waiting", "running", "done", "failed", "cancelled", "lost"]
FINAL: frozenset[str] = frozenset({"done", "failed", "cancelled"})
GRACE = timedelta(seconds=60)
"""How long a process may take from being started to holding its lock."""


@dataclass(frozen=True, slots=True)
class JobState:
    """What is known of one job."""

    folder: Path
    kind: str
    project: str
    options: dict[str, Any]
    created_at: datetime
    status: Status
    done: int
    total: int
    what: str
    """What it is at, or the sentence it ended with."""
    started_at: datetime | None
    updated_at: datetime | None

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def is_over(self) -> bool:
        return self.status not in ("waiting", "running")

    @property
    def seconds_left(self) -> float | None:
        """Estimated from the pace so far; None before there is one."""
        if self.status != "running" or not self.done or self.started_at is None or self.updated_at is None:
            return None
        elapsed = (self.updated_at - self.started_at).total_seconds()
        return elapsed / self.done * (self.total - self.done)


def prepare(jobs_folder: Path, kind: str, project: str, options: dict[str, Any] | None = None) -> Path:
    """Make the folder of a new job; its process is started by `seagull_studio.services.jobs`."""
    created = datetime.now(UTC)
    folder = jobs_folder / f"{created:%Y%m%dT%H%M%S%f}-{kind}"
    folder.mkdir(parents=True)
    config = {"kind": kind, "project": project, "options": options or {}, "created_at": created.isoformat()}
    part = folder / "job.json.part"
    part.write_text(json.dumps(config, indent=1), encoding="utf-8")
    part.replace(folder / "job.json")  # another window may be looking: it sees a whole job or none
    return folder


def cancel(folder: Path) -> None:
    """Ask a job to stop at its next step."""
    (folder / "cancel").touch()


def is_cancelled(folder: Path) -> bool:
    return (folder / "cancel").exists()


def hold(folder: Path) -> FileLock:
    """The lock that says a job's process lives."""
    from filelock import FileLock  # late: the window looks for jobs at once, and mostly there are none

    return FileLock(folder / "lock")


def folders(jobs_folder: Path) -> list[Path]:
    """The folders of all jobs of a project, newest first."""
    found = jobs_folder.glob("*/job.json") if jobs_folder.is_dir() else ()
    return sorted((path.parent for path in found), reverse=True)


def say(folder: Path, event: str, **more: Any) -> None:
    """Append one event."""
    line = json.dumps({"at": datetime.now(UTC).isoformat(), "event": event, **more})
    with (folder / "events.jsonl").open("a", encoding="utf-8") as file:
        # The line before may have been cut off by a kill; this one must not be lost with it.
        file.write("\n" + line + "\n")


def read(folder: Path) -> JobState:
    """What the folder says of its job."""
    config = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    status: Status = "waiting"
    done, total, what = 0, 0, ""
    started: datetime | None = None
    updated: datetime | None = None
    for event in _events(folder):
        updated = datetime.fromisoformat(event["at"])
        kind = event["event"]
        if kind == "waiting":
            status, started = "waiting", None
        elif kind == "started":
            status, started = "running", updated
        elif kind == "progress":
            done, total, what = int(event["done"]), int(event["total"]), str(event["what"])
        elif kind in FINAL:
            status, what = kind, str(event.get("message", what))
    created = datetime.fromisoformat(config["created_at"])
    if status in ("waiting", "running") and not _lives(folder):
        fresh = status == "waiting" and datetime.now(UTC) - (updated or created) < GRACE
        if not fresh:
            status, what = "lost", "The process ended without a word; its log file says more."
    return JobState(
        folder,
        config["kind"],
        config["project"],
        config["options"],
        created,
        status,
        done,
        total,
        what,
        started,
        updated,
    )


def _events(folder: Path) -> list[dict[str, Any]]:
    path = folder / "events.jsonl"
    if not path.is_file():
        return []
    events = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            events.append(json.loads(line))
        except json.JSONDecodeError:
            # The last line may be half written; it will be whole the next time.
            continue
    return events


def _lives(folder: Path) -> bool:
    from filelock import Timeout

    lock = hold(folder)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return True
    lock.release()
    return False
