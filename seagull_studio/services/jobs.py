"""Start jobs, and follow the folders they write to."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from seagull_studio.operations import jobs

POLL_MS = 500


class JobService(QObject):
    """The jobs of one project, whichever window started them."""

    changed = Signal(object)
    """Tuple of `JobState`, newest first; emitted when one of them moved."""

    def __init__(self, jobs_folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = jobs_folder
        self._states: tuple[jobs.JobState, ...] = ()
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self.poll)
        self.poll()

    @property
    def states(self) -> tuple[jobs.JobState, ...]:
        return self._states

    def start(self, kind: str, project: str, options: dict[str, Any] | None = None) -> Path:
        """Start a new job; returns its folder."""
        folder = jobs.prepare(self._folder, kind, project, options)
        self.resume(folder)
        return folder

    def resume(self, folder: Path) -> None:
        """Start the process of a job (again): what was done before is not done twice."""
        (folder / "cancel").unlink(missing_ok=True)
        self._states = tuple(state for state in self._states if state.folder != folder)
        jobs.say(folder, "waiting")
        process = QProcess()
        process.setProgram(sys.executable)
        process.setArguments(["-m", "seagull_studio.job", str(folder)])
        process.setStandardOutputFile(str(folder / "log.txt"), QProcess.OpenModeFlag.Append)
        process.setStandardErrorFile(str(folder / "log.txt"), QProcess.OpenModeFlag.Append)
        if not process.startDetached():
            jobs.say(folder, "failed", message="The process could not be started.")
        self.poll()

    def cancel(self, folder: Path) -> None:
        jobs.cancel(folder)

    def poll(self) -> None:
        """Read the folders; goes on by itself while a job is not over."""
        # Any other job may be resumed, by another window too.
        known = {state.folder: state for state in self._states if state.status == "done"}
        found = jobs.folders(self._folder)
        states = tuple(known.get(folder) or jobs.read(folder) for folder in found)
        if any(not state.is_over for state in states):
            self._timer.start()
        else:
            self._timer.stop()
        if states != self._states:
            self._states = states
            self.changed.emit(states)
