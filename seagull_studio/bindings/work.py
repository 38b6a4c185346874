"""Long work behind a progress dialog with time left and a cancel button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from seagull_studio.services.long_task import LongTask, LongTasks, LongWork
from seagull_studio.views.dialogs import ProgressDialog


def run_long(
    tasks: LongTasks,
    parent: QWidget,
    title: str,
    work: LongWork,
    done: Callable[[Any], None],
    failed: Callable[[str], None],
) -> LongTask:
    """Start `work`; `done(result)` or `failed(sentence)` is called when it ended, neither when cancelled.

    Neither is called once `parent` is gone: the work is then cancelled.
    """
    dialog = ProgressDialog(title, parent)
    task = tasks.make(work, owner=parent)
    task.progressed.connect(dialog.set_progress)
    dialog.cancel_requested.connect(task.cancel)
    # The dialog goes before the answer comes, so that a message of the answer is on top.
    for ended in (task.done, task.failed, task.cancelled):
        ended.connect(dialog.finish)
    task.finished.connect(dialog.deleteLater)
    task.done.connect(done)
    task.failed.connect(failed)
    dialog.open()
    task.start()
    return task
