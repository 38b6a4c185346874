"""Work on pictures and masks that needs no database: hashing, outlines. Never delays what is being saved."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from typing import Any, Final, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from annotation_db.errors import StudioError
from seagull_studio.services.answers import Failed, PendingAnswer, unexpected

T = TypeVar("T")
THREADS: Final = 2
log = logging.getLogger(__name__)


class WorkerPool(QObject):
    """A few threads that are asked like `DatabaseService`; answers come as they are ready, in any order."""

    _answered = Signal(int, bool, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._askers: dict[int, PendingAnswer] = {}
        self._numbers = count()
        self._under_way: set[Future[None]] = set()
        self._closed = False
        self._pool = ThreadPoolExecutor(THREADS, "seagull worker")
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def is_working(self) -> bool:
        """Whether a thread is still at something."""
        return any(not future.done() for future in self._under_way)

    def ask(
        self,
        work: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
        *,
        owner: QObject | None,
    ) -> None:
        """Do `work` in one of the threads; who hears of it, and where, is as in `DatabaseService.ask`.

        Parameters
        ----------
        work : callable
            Called in a thread of the pool; touches neither widgets nor the database.
        done : callable, optional
            Called with its result in the window's thread.
        failed : callable, optional
            Called with what it raised, likewise.
        owner : QObject or None
            Whoever asks; when it is gone, nobody is called.
        """
        if self._closed:
            return
        number = next(self._numbers)
        self._askers[number] = PendingAnswer(owner, done, failed)
        self._under_way = {future for future in self._under_way if not future.done()}
        self._under_way.add(self._pool.submit(self._work, number, work))

    def leave(self) -> None:
        """Answer nobody any more; what has begun is finished, what has not is dropped."""
        self._closed = True
        self._askers.clear()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """Leave, and join the threads."""
        self.leave()
        self._pool.shutdown(wait=True)

    def _work(self, number: int, work: Callable[[], Any]) -> None:
        try:
            good, answer = True, work()
        except StudioError as error:
            good, answer = False, str(error)
        except Exception as error:
            log.exception("work in the pool failed")
            good, answer = False, unexpected(error)
        self._answered.emit(number, good, answer)

    def _deliver(self, number: int, good: bool, answer: Any) -> None:
        if not self._closed:
            self._askers.pop(number).hear(good, answer)
