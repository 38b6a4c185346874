"""One piece of work that takes long: a thread of its own, progress to the window, a way to stop it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from annotation_db.errors import Cancelled, StudioError
from seagull_studio.services.database import unexpected

REPORT_EVERY_SECONDS = 0.05

Progress = Callable[[int, int, str], None]
IsCancelled = Callable[[], bool]
LongWork = Callable[[Progress, IsCancelled], Any]

log = logging.getLogger(__name__)


class LongTask(QObject):
    """Runs `work(progress, cancelled)` on a thread; answers in the thread that made this object."""

    progressed = Signal(int, int, str)
    done = Signal(object)
    failed = Signal(str)
    cancelled = Signal()
    finished = Signal()
    """After `done`, `failed` or `cancelled`."""
    _ended = Signal(object, object)

    def __init__(self, work: LongWork, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._stop = threading.Event()
        self._last = 0.0
        self._ended.connect(self._answer, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._run, name="seagull long task", daemon=True)

    def start(self) -> None:
        """Connect the signals first."""
        self._thread.start()

    def cancel(self) -> None:
        """Ask the work to stop at its next step; it then changes nothing."""
        self._stop.set()

    def _run(self) -> None:
        try:
            result = self._work(self._report, self._stop.is_set)
        except StudioError as error:
            self._ended.emit(None, error)
        except Exception as error:
            log.exception("long work failed")
            self._ended.emit(None, error)
        else:
            self._ended.emit(result, None)

    def _report(self, done: int, total: int, what: str) -> None:
        now = time.monotonic()
        if now - self._last >= REPORT_EVERY_SECONDS or done >= total:
            self._last = now
            self.progressed.emit(done, total, what)

    def _answer(self, result: object, error: Exception | None) -> None:
        self._thread.join()
        if error is None:
            self.done.emit(result)
        elif isinstance(error, Cancelled):
            self.cancelled.emit()
        else:
            self.failed.emit(str(error) if isinstance(error, StudioError) else unexpected(error))
        self.finished.emit()
