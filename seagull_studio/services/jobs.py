"""Start jobs, and follow the folders they write to.

A thread reads the folders, which may lie on a slow disk; the window is told when something moved.
"""

from __future__ import annotations

import logging
import queue
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Qt, Signal, Slot

from seagull_studio.jobs import jobs
from seagull_studio.jobs.job_reading import JobsReader, read
from seagull_studio.operations.access import PASSWORD_VARIABLE

POLL_S = 0.5
_END_S = 5.0

log = logging.getLogger(__name__)


class JobService(QObject):
    """The jobs of one project, whichever window started them.

    Parameters
    ----------
    jobs_folder : Path
    password : str, optional
        Of the project's server; handed to the processes of jobs in their environment.
    """

    changed = Signal(object)
    """Tuple of `JobState`, newest first; emitted when one of them moved."""
    said = Signal(str)
    """One sentence about a file that was put aside."""
    _read = Signal(int, object, object)

    def __init__(self, jobs_folder: Path, password: str | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = jobs_folder
        self._password = password
        self._states: tuple[jobs.JobState, ...] = ()
        self._asked = 0
        self._wishes: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._closed = False
        self._read.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._work, name="seagull jobs", daemon=True)
        self._thread.start()
        self.poll()

    @property
    def states(self) -> tuple[jobs.JobState, ...]:
        return self._states

    def start(self, kind: str, project: str, options: dict[str, Any] | None = None) -> Path:
        """Start a new job; returns its folder.

        Parameters
        ----------
        project : str
            Folder, or URL without a password.

        Raises
        ------
        DiskError
            If the disk is full or not writable.
        """
        folder = jobs.prepare(self._folder, kind, project, options)
        self.resume(folder)
        return folder

    def resume(self, folder: Path) -> None:
        """Start the process of a job (again): what was done before is not done twice.

        Raises
        ------
        DiskError
            If the disk is full or not writable.
        """
        for sentence in jobs.make_ready(folder):
            self.said.emit(sentence)
        process = QProcess()
        process.setProgram(sys.executable)
        process.setArguments(["-m", "seagull_studio.job", str(folder)])
        if self._password is not None:
            environment = QProcessEnvironment.systemEnvironment()
            environment.insert(PASSWORD_VARIABLE, self._password)
            process.setProcessEnvironment(environment)
        process.setStandardOutputFile(str(folder / jobs.LOG), QProcess.OpenModeFlag.Append)
        process.setStandardErrorFile(str(folder / jobs.LOG), QProcess.OpenModeFlag.Append)
        if not process.startDetached():
            jobs.append_event(folder, "failed", message="The process could not be started.")
        self._show_at_once(folder)
        self.poll()

    def cancel(self, folder: Path) -> None:
        """Ask a job to stop.

        Raises
        ------
        DiskError
            If the disk is full or not writable.
        """
        jobs.cancel(folder)

    def poll(self) -> None:
        """Have the folders read; that goes on by itself while a job is not over."""
        self._asked += 1
        self._wishes.put(self._asked)

    @property
    def is_working(self) -> bool:
        """Whether the thread lives; after `leave` it ends by itself."""
        return self._thread.is_alive()

    def leave(self) -> None:
        """Stop looking; no signal comes after this. The jobs go on."""
        if not self._closed:
            self._closed = True
            self._wishes.put(None)

    def close(self) -> None:
        """Leave, and join the thread."""
        self.leave()
        self._thread.join(_END_S)

    def _show_at_once(self, folder: Path) -> None:
        """A job just asked for is there before its folder is read the next time."""
        known = [state for state in self._states if state.folder == folder]
        waiting = replace(known[0], status="waiting") if known else read(folder)
        others = [state for state in self._states if state.folder != folder]
        self._show(tuple(sorted([waiting, *others], key=lambda state: state.folder, reverse=True)))

    def _show(self, states: tuple[jobs.JobState, ...]) -> None:
        if states != self._states:
            self._states = states
            self.changed.emit(states)

    @Slot(int, object, object)
    def _take(self, asked: int, states: tuple[jobs.JobState, ...], said: list[str]) -> None:
        if self._closed:
            return
        for sentence in said:
            self.said.emit(sentence)
        if asked == self._asked:  # else it was read before something that happened here since
            self._show(states)

    def _work(self) -> None:
        reader = JobsReader(self._folder)
        wish: int | None = 0
        shown: tuple[int, tuple[jobs.JobState, ...]] | None = None
        timeout: float | None = None
        while True:
            with suppress(queue.Empty):
                wish = self._wishes.get(timeout=timeout)
            if wish is None:
                return
            try:
                states, said = reader.read()
            except Exception:
                log.exception("the jobs could not be read")
                timeout = POLL_S
                continue
            timeout = POLL_S if any(not state.is_over for state in states) else None
            if said or (wish, states) != shown:
                shown = (wish, states)
                self._read.emit(wish, states, said)
