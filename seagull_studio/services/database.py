"""One thread owns the database; the window asks and is answered in its own thread.

Answers arrive in the order of the questions. Nothing that the window shows as saved was answered
before its transaction was committed.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from annotation_db.errors import StudioError
from annotation_db.store import Store
from seagull_studio.operations.access import open_project

T = TypeVar("T")
log = logging.getLogger(__name__)

Operation = Callable[[Store], T]
Failed = Callable[[str], None]


class DatabaseService(QObject):
    """Run operations on a `Store` in a thread that alone touches it.

    Parameters
    ----------
    location : str or Path
        Project folder or database URL; opened by the thread.
    name : str
        Shown in thread lists.

    Attributes
    ----------
    refusal : StudioError or None
        Why the project could not be opened.
    """

    _answered = Signal(object)
    pending_changed = Signal(int)
    """Number of operations not answered yet."""

    def __init__(self, location: str | Path, name: str = "database", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._location = location
        self.refusal: StudioError | None = None
        self._questions: queue.SimpleQueue[tuple[Operation[Any], Any, Failed | None] | None] = (
            queue.SimpleQueue()
        )
        self._pending = 0
        self._closed = False
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._work, name=f"seagull {name}", daemon=True)
        self._thread.start()

    @property
    def pending(self) -> int:
        """Operations asked and not answered yet."""
        return self._pending

    def ask(
        self,
        operation: Operation[T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Queue `operation`; `done(result)` or `failed(sentence)` is called in this object's thread."""
        if self._closed:
            return
        self._pending += 1
        self.pending_changed.emit(self._pending)
        self._questions.put((operation, done, failed))

    def close(self) -> None:
        """Finish what was asked, then close the database. Answers still on their way are dropped."""
        if self._closed:
            return
        self._closed = True
        self._questions.put(None)
        self._thread.join()

    @Slot(object)
    def _deliver(self, answer: Callable[[], None]) -> None:
        if self._closed:
            return
        self._pending -= 1
        self.pending_changed.emit(self._pending)
        answer()

    def _work(self) -> None:
        store: Store | None = None
        while (question := self._questions.get()) is not None:
            operation, done, failed = question
            try:
                if store is None:
                    store = open_project(self._location)
                result = operation(store)
            except StudioError as error:
                if store is None:
                    self.refusal = error
                self._answered.emit(_bind(failed or _log_failure, str(error)))
            except Exception as error:
                log.exception("an operation failed")
                self._answered.emit(_bind(failed or _log_failure, unexpected(error)))
            else:
                self._answered.emit(_bind(done, result) if done else _nothing)
        if store is not None:
            store.close()


def unexpected(error: Exception) -> str:
    """The sentence for what nobody foresaw; the traceback is in the log."""
    return f"Something unexpected went wrong ({type(error).__name__}: {error}); the log file has the details."


def _bind(callback: Callable[[Any], None], value: object) -> Callable[[], None]:
    return lambda: callback(value)


def _nothing() -> None:
    return None


def _log_failure(sentence: str) -> None:
    log.error("%s", sentence)
