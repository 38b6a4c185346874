"""The person at the window: what controllers ask and tell becomes dialogs."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar, cast

from PySide6.QtWidgets import QWidget

from seagull_studio.bindings.dialogs import DIALOGS
from seagull_studio.services.long_task import LongTask
from seagull_studio.state.questions import Question, Result, is_the_same
from seagull_studio.views.dialogs import ProgressDialog, open_place, show_error, show_result

T = TypeVar("T")


class PersonAtWindow:
    """Implements `seagull_studio.controllers.person.Person`.

    Parameters
    ----------
    page : QWidget
        What dialogs lie over.
    log_path : str
        Named by error dialogs; "" for none.
    """

    def __init__(self, page: QWidget, log_path: str = "") -> None:
        self._page = page
        self._log_path = log_path
        self._over: QWidget | None = None
        self._asking: list[Question[Any]] = []

    def look_at(self, dialog: QWidget | None) -> None:
        """From now on dialogs lie over `dialog`; None for the page again."""
        self._over = dialog

    def ask(self, question: Question[T]) -> T | None:
        """See `Person.ask`; what is being asked already is not asked once more on top of it."""
        if any(is_the_same(question, other) for other in self._asking):
            return None
        self._asking.append(question)
        try:
            return cast("T | None", DIALOGS[type(question)](self._parent, question))
        finally:
            self._asking.remove(question)

    def refuse(self, sentence: str) -> None:
        show_error(self._parent, sentence, self._log_path)

    def show(self, result: Result) -> None:
        show_result(self._parent, result.title, result.sentence, result.lines, result.folder)

    def watch(self, title: str, task: LongTask) -> None:
        """A dialog; it goes before the answer comes, so that a message of the answer is on top."""
        dialog = ProgressDialog(title, self._parent)
        task.progressed.connect(dialog.set_progress)
        dialog.cancel_requested.connect(task.cancel)
        for ended in (task.done, task.failed, task.cancelled):
            ended.connect(dialog.finish)
        task.finished.connect(dialog.deleteLater)
        dialog.open()

    def open(self, place: Path) -> None:
        open_place(self._parent, str(place))

    @property
    def _parent(self) -> QWidget:
        return self._page if self._over is None else self._over
