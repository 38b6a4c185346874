"""Work that takes long, with its progress in front of the person who wanted it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from annotation_db.database.store import Store
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from seagull_studio.controllers.person import Person
from seagull_studio.services.long_task import LongTasks, LongWork
from seagull_studio.services.session import Session

Failed = Callable[[str], None]


def run_long(
    person: Person,
    tasks: LongTasks,
    title: str,
    work: LongWork,
    done: Callable[[Any], None],
    *,
    owner: QObject,
    failed: Failed | None = None,
) -> None:
    """Start `work` on a thread.

    Parameters
    ----------
    title : str
        What is being done, for the person.
    work : callable
        Gets progress and a question whether it is cancelled.
    done : callable
        Gets the result; nobody is told of what was cancelled.
    owner : QObject
        Whom the answer is for; once it is gone the work is cancelled.
    failed : callable, optional
        Gets the sentence why there is no result; the person reads it where this is left out.
    """
    task = tasks.make(work, owner=owner)
    person.watch(title, task)  # first: what shows the progress goes before the answer comes
    task.done.connect(done)
    task.failed.connect(failed or person.refuse)
    task.start()


def run_on_project(
    person: Person,
    session: Session,
    title: str,
    operation: Callable[[Store, Progress, CancelCheck], Any],
    done: Callable[[Any], None],
    *,
    owner: QObject,
    failed: Failed | None = None,
) -> None:
    """The same with the project, on a connection of its own: ratings of the window go on beside it."""

    def work(progress: Progress, cancelled: CancelCheck) -> Any:
        with session.open_store() as store:
            return operation(store, progress, cancelled)

    run_long(person, session.tasks, title, work, done, owner=owner, failed=failed)
