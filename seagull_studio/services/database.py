"""One thread owns the database; the window asks and is answered in its own thread.

Answers arrive in the order of the questions. Nothing that the window shows as saved was answered
before its transaction was committed. An answer whose owner is gone by then is dropped; what was asked
is done all the same.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import Counter, deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from annotation_db.database.changes import Kind
from annotation_db.database.store import Store
from annotation_db.errors import StudioError
from seagull_studio.operations.access import open_project
from seagull_studio.services.answers import Failed, PendingAnswer, unexpected
from seagull_studio.services.owners import is_there

T = TypeVar("T")
log = logging.getLogger(__name__)

Operation = Callable[[Store], T]


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

    wrote = Signal(object, object)
    """What an operation changed (frozenset of `database.changes.Kind`), and who asked for it."""
    _answered = Signal(bool, object, object)
    pending_changed = Signal(int)
    """Number of operations not answered yet."""

    def __init__(self, location: str | Path, name: str = "database", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._location = location
        self.refusal: StudioError | None = None
        self._askers: deque[PendingAnswer] = deque()
        self._questions: queue.SimpleQueue[Operation[Any] | None] = queue.SimpleQueue()
        self._closed = False
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._work, name=f"seagull {name}", daemon=True)
        self._thread.start()

    @property
    def pending(self) -> int:
        """Operations asked and not answered yet."""
        return len(self._askers)

    @property
    def is_working(self) -> bool:
        """Whether the thread lives; after `leave` it ends by itself."""
        return self._thread.is_alive()

    def ask(
        self,
        operation: Operation[T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
        *,
        owner: QObject | None = None,
    ) -> None:
        """Queue `operation`; `done(result)` or `failed(sentence)` is called in this object's thread.

        Parameters
        ----------
        owner : QObject or None
            Whom the answer is for; neither is called once it is gone. None hears in any case.
        """
        if self._closed:
            return
        self._askers.append(PendingAnswer(owner, done, failed))
        self.pending_changed.emit(self.pending)
        self._questions.put(operation)

    def leave(self) -> None:
        """Answer nobody any more; the thread finishes what was asked, closes the database and ends."""
        if not self._closed:
            self._closed = True
            self._questions.put(None)

    def close(self) -> None:
        """Finish what was asked, then close the database. Answers still on their way are dropped."""
        self.leave()
        self._thread.join()

    @Slot(bool, object, object)
    def _deliver(self, good: bool, answer: Any, changed: frozenset[Kind]) -> None:
        """`answer` is the operation's result, or the sentence why there is none."""
        if self._closed:
            return
        asker = self._askers.popleft()
        self.pending_changed.emit(self.pending)
        asker.hear(good, answer)
        if changed:
            self.wrote.emit(changed, asker.owner if is_there(asker.owner) else None)

    def _work(self) -> None:
        store: Store | None = None
        while (operation := self._questions.get()) is not None:
            good, answer = False, None
            before = Counter[Kind]() if store is None else store.written.copy()
            try:
                if store is None:
                    store = open_project(self._location)
                answer = operation(store)
                good = True
            except StudioError as error:
                if store is None:
                    self.refusal = error
                answer = str(error)
            except Exception as error:
                log.exception("an operation failed")
                answer = unexpected(error)
            changed = frozenset[Kind]() if store is None else frozenset(store.written - before)
            self._answered.emit(good, answer, changed)
            del operation, answer  # they may hold what belongs to the window's thread
        if store is not None:
            store.close()
