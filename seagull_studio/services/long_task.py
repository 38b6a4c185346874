"""Work that takes long: a thread of its own, progress to the window, a way to stop it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from annotation_db.errors import Cancelled, StudioError
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from seagull_studio.services.answers import unexpected
from seagull_studio.services.owners import is_there

REPORT_EVERY_SECONDS = 0.05

LongWork = Callable[[Progress, CancelCheck], Any]

log = logging.getLogger(__name__)


class LongTask(QObject):
    """Runs `work(progress, cancelled)` on a thread; answers in the thread that made this object.

    Made by `LongTasks.make`, and deleted after it has answered.
    """

    progressed = Signal(int, int, str)
    done = Signal(object)
    failed = Signal(str)
    cancelled = Signal()
    finished = Signal()
    """After `done`, `failed` or `cancelled`."""
    _ended = Signal(object, object)

    def __init__(self, work: LongWork, owner: QObject | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work: LongWork | None = work
        self._owner = owner
        self._stop = threading.Event()
        self._last = 0.0
        self._left = False
        self._ended.connect(self._answer, Qt.ConnectionType.QueuedConnection)
        if owner is not None:
            owner.destroyed.connect(self.cancel)
        self._thread = threading.Thread(target=self._run, name="seagull long task", daemon=True)

    def start(self) -> None:
        """Connect the signals first."""
        self._thread.start()

    @property
    def is_working(self) -> bool:
        return self._thread.is_alive()

    def cancel(self) -> None:
        """Ask the work to stop at its next step; it then changes nothing."""
        self._stop.set()

    def leave(self) -> None:
        """Cancel, and answer nobody any more."""
        self.cancel()
        self._left = True

    def close(self) -> None:
        """Leave, and join the thread."""
        self.leave()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        work, self._work = self._work, None
        assert work is not None
        try:
            result = work(self._report, self._stop.is_set)
        except StudioError as error:
            self._ended.emit(None, error)
        except Exception as error:
            log.exception("long work failed")
            self._ended.emit(None, error)
        else:
            self._ended.emit(result, None)

    def _report(self, done: int, total: int, what: str) -> None:
        now = time.monotonic()
        if not self._left and (now - self._last >= REPORT_EVERY_SECONDS or done >= total):
            self._last = now
            self.progressed.emit(done, total, what)

    def _answer(self, result: object, error: Exception | None) -> None:
        self._thread.join()
        if not self._left and is_there(self._owner):
            self._tell(result, error)
        elif error is not None and not isinstance(error, Cancelled):
            log.error("%s", error)
        if isValid(self):  # whoever was told may have closed everything
            self.deleteLater()

    def _tell(self, result: object, error: Exception | None) -> None:
        if error is None:
            self.done.emit(result)
        elif isinstance(error, Cancelled):
            self.cancelled.emit()
        else:
            self.failed.emit(str(error) if isinstance(error, StudioError) else unexpected(error))
        if not self._left and is_there(self._owner):
            self.finished.emit()


class LongTasks(QObject):
    """The long work of one window or one project; nothing of it outlives `close`.

    A task belongs to this object and not to its owner: a thread must find the object that it reports to.
    When the owner is deleted, the work is told to stop and what it still says is dropped.
    """

    ended = Signal()
    """One of them has ended, however; it may have written to the project."""

    def make(self, work: LongWork, *, owner: QObject | None) -> LongTask:
        """A task that answers `owner`: connect its signals, then start it."""
        task = LongTask(work, owner, self)
        task.finished.connect(self.ended)
        return task

    @property
    def is_working(self) -> bool:
        """Whether any thread of these lives."""
        return any(task.is_working for task in self._tasks())

    def cancel(self) -> None:
        """Ask all of them to stop at their next step; they say so."""
        for task in self._tasks():
            task.cancel()

    def leave(self) -> None:
        """Cancel all of them; they answer nobody any more."""
        for task in self._tasks():
            task.leave()

    def close(self) -> None:
        """Leave all of them and join their threads."""
        for task in self._tasks():
            task.close()

    def _tasks(self) -> list[LongTask]:
        return self.findChildren(LongTask)
