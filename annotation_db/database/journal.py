"""A second place for what people did: a journal beside the database, one file per writing program.

Whatever the window calls saved stands in the database *and*, synced to the disk, in a file of the project's
``journal`` folder. Should a database file be lost, replaced or damaged, `annotation_db.safety.journal_check`
names what stands here and not there, and puts it back. Work that could not reach the database yet (a server
that is away, a lock that another program holds) stands here too, marked ``"state": "waiting"``, and goes out
later: the journal is also the outbox (`annotation_db.database.outbox`).

A file is a list of JSON objects, one a line, each with ``kind`` ("rating", "roi", "check"), ``uid``, ``at``
and what it takes to store the thing again (`journal_entries`), and a ``seal`` over all of it. A program
holds a lock on its file for as long as it lives; the file of a program that has ended is folded away once
everything in it was found in the database.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from sqlalchemy.orm import Session

from annotation_db.database import journal_lines
from annotation_db.database.failures import translate_database_errors
from annotation_db.files.regular_files import other_than_file
from annotation_db.files.set_aside import make_folders
from annotation_db.vocabulary.whole_files import sync_folder

if TYPE_CHECKING:
    from filelock import FileLock

JOURNAL: Final = "journal"
"""Folder of the journals in a project folder."""
NOTED: Final = "journal"
"""Where a session keeps what is to be journalled once its transaction has been committed."""
LAID_ASIDE: Final = "laid-aside.json"
"""In the same folder, as lines of the same form: what the project refuses, to be named no more."""
Entry = dict[str, Any]


def note(s: Session, entry: Entry) -> None:
    """Let an entry be journalled when the transaction of this session has been committed."""
    s.info.setdefault(NOTED, []).append(entry)


class Journal:
    """The journal of one program; its file is made with the first entry.

    Parameters
    ----------
    folder : Path
        The project folder, or this user's own folder for a project on a server.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / JOURNAL
        self._guard = threading.Lock()
        self._file: FileIO | None = None
        self._held: FileLock | None = None

    @property
    def folder(self) -> Path:
        """Where the journals of all programs are."""
        return self._folder

    def append(self, entries: Sequence[Entry]) -> None:
        """Write entries; they are on the disk on return.

        Raises
        ------
        DiskError
            If the disk is full or not writable.
        """
        if not entries:
            return
        at = datetime.now(UTC).isoformat()
        lines = "".join(journal_lines.sealed({"at": at, **entry}) for entry in entries)
        with self._guard, translate_database_errors(str(self._folder)):
            file = self._file or self._begin()
            _write(file, lines)
            if not _is_still_there(file):  # removed, or put away by a restore
                self._let_go()
                _write(self._begin(), lines)

    def close(self) -> None:
        """Let go of the file."""
        with self._guard:
            self._let_go()

    def _let_go(self) -> None:
        if self._file is not None:
            with suppress(OSError):  # what could not be written was told then
                self._file.close()
            self._file = None
        if self._held is not None:
            self._held.release()
            self._held = None

    def _begin(self) -> FileIO:
        from filelock import FileLock

        make_folders(self._folder.parent, (self._folder.name,))
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}-{uuid4().hex[:8]}.jsonl"
        self._held = FileLock(lock_of(self._folder / name))
        self._held.acquire(timeout=0)
        self._file = (self._folder / name).open("ab", buffering=0)
        sync_folder(self._folder)
        sync_folder(self._folder.parent)
        return self._file


@dataclass(frozen=True, slots=True)
class JournalFile:
    """What one journal holds."""

    path: Path
    entries: tuple[Entry, ...]
    """Ratings and ROIs, oldest first, each once."""
    waiting: frozenset[str]
    """Uids of those that had not reached the database when they were written."""
    unreadable: int
    """Lines that are no entry: damaged; one that a kill cut off at the end is not counted."""
    in_use: bool
    """The program that writes it still lives."""


def read_all(folder: Path) -> list[JournalFile]:
    """All journals of a project folder, oldest first; damaged lines are passed over and counted."""
    found = sorted((folder / JOURNAL).glob("*.jsonl")) if (folder / JOURNAL).is_dir() else []
    return [read(path) for path in found if path.is_file()]


def read(path: Path) -> JournalFile:
    """Read one journal file; damaged lines are passed over and counted."""
    entries: dict[str, Entry] = {}
    waiting: set[str] = set()
    unreadable = 0
    try:
        content = path.read_bytes() if other_than_file(path) is None else b"\0\n"
    except OSError:
        content = b"\0\n"
    for line in content.splitlines(keepends=True):
        if not line.strip():
            continue
        try:
            entry = journal_lines.unsealed(json.loads(line))
        except (ValueError, RecursionError):
            entry = None
        if entry is None:
            unreadable += line.endswith(b"\n")  # one cut off at the end was never acknowledged
            continue
        uid = entry["uid"]
        entries[uid] = entry
        if entry.get("state") == "waiting":
            waiting.add(uid)
        else:
            waiting.discard(uid)
    return JournalFile(path, tuple(entries.values()), frozenset(waiting), unreadable, _in_use(path))


def lay_aside(folder: Path, entries: Sequence[Entry]) -> Path:
    """Keep entries that the project refuses where they are named no more; returns the file.

    They are tried again whenever journals are put back: what refused them may have been lifted.

    Raises
    ------
    DiskError
        If the disk is full or not writable.
    """
    path = folder / JOURNAL / LAID_ASIDE
    with translate_database_errors(str(path)), path.open("ab", buffering=0) as file:
        _write(file, "".join(map(journal_lines.sealed, entries)))
    sync_folder(path.parent)
    return path


def laid_aside(folder: Path) -> tuple[Entry, ...]:
    """The entries that were laid aside."""
    path = folder / JOURNAL / LAID_ASIDE
    return read(path).entries if path.is_file() else ()


def fold(journal: JournalFile) -> bool:
    """Remove a journal whose entries were all found in the database; False if a program still writes it."""
    from filelock import FileLock, Timeout

    lock = lock_of(journal.path)
    try:
        with FileLock(lock, timeout=0):
            if read(journal.path).entries != journal.entries:
                return False
            journal.path.unlink(missing_ok=True)
    except (Timeout, OSError):
        return False
    with suppress(OSError):
        lock.unlink(missing_ok=True)
    return True


def lock_of(path: Path) -> Path:
    """The file that the program which writes a journal holds a lock on."""
    return path.with_suffix(".lock")


def _in_use(path: Path) -> bool:
    from filelock import FileLock, Timeout

    lock = lock_of(path)
    if not lock.exists():
        return False
    try:
        with FileLock(lock, timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return False


def _write(file: FileIO, lines: str) -> None:
    before = os.fstat(file.fileno()).st_size
    try:
        # A line that was cut off must not swallow the next one.
        left = ("\n" + lines).encode("ascii")
        while left:  # a disk that becomes full takes a part, and says so the next time
            left = left[file.write(left) :]
        os.fsync(file.fileno())
    except OSError:
        with suppress(OSError):
            os.ftruncate(file.fileno(), before)
        raise


def _is_still_there(file: FileIO) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), Path(os.fsdecode(file.name)).stat())
    except FileNotFoundError:
        return False
