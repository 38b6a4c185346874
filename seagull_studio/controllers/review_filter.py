"""Which ROIs the lists of the Review page show: asked for, saved by name, worked out beside the window."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from seagull_studio.controllers.person import Person
from seagull_studio.controllers.roi_filters import as_filter, as_view
from seagull_studio.operations import filters as operations
from seagull_studio.services.long_task import LongTask
from seagull_studio.services.session import Session
from seagull_studio.state.filter_view import FilterFields
from seagull_studio.state.project_questions import AskFilter
from seagull_studio.state.rating_view import RatingForm


class ReviewFilterController(QObject):
    """Keeps what was asked for, and works it out again when the project has changed."""

    chosen = Signal(object)
    """Frozenset of ROI ids, or None for all of them."""
    said = Signal(str)
    """The name of the filter, "" for none."""

    def __init__(self, session: Session, form: RatingForm, who: str, person: Person) -> None:
        super().__init__()
        self._session = session
        self._form = form
        self._who = who
        self._person = person
        self._fields = FilterFields()
        self._task: LongTask | None = None

    @property
    def says_votes(self) -> bool:
        """Whether what is in force tells which votes a ROI has: a saved filter may ask for anything."""
        asked = self._fields
        return bool(asked.named or asked.scale or asked.model)

    def ask(self) -> None:
        """Ask which ROIs are to be shown."""
        self._session.database.ask(operations.choices, self._ask, self._person.refuse, owner=self)

    def clear(self) -> None:
        """Show all of them."""
        self._take(FilterFields())

    def refresh(self) -> None:
        """The project has changed: other ROIs may be meant."""
        if self._fields != FilterFields():
            self._find(self._fields)

    def _ask(self, found: operations.Choices) -> None:
        answer = self._person.ask(AskFilter(self._form, as_view(found), self._fields))
        if answer is None:
            return
        if answer.save_as:
            wanted = as_filter(answer.fields)
            self._session.database.ask(
                lambda store: operations.save(store, answer.save_as, wanted, self._who),
                lambda record: self._take(FilterFields(named=record.name)),
                self._person.refuse,
                owner=self,
            )
        else:
            self._take(answer.fields)

    def _take(self, fields: FilterFields) -> None:
        if fields == FilterFields():
            self._give_up()
            self._fields = fields
            self._tell(fields, None)
        else:
            self._find(fields)

    def _find(self, fields: FilterFields) -> None:
        self._give_up()
        session, wanted, named = self._session, as_filter(fields), fields.named or None

        def work(_progress: Progress, _cancelled: CancelCheck) -> frozenset[int]:
            with session.open_store() as store:
                return operations.matching_both(store, named, wanted)

        task = self._task = session.tasks.make(work, owner=self)
        task.done.connect(partial(self._found, task, fields))
        task.failed.connect(partial(self._failed, task))
        task.start()

    def _found(self, task: LongTask, fields: FilterFields, ids: frozenset[int]) -> None:
        if task is self._task:
            self._task = None
            self._fields = fields
            self._tell(fields, ids)

    def _failed(self, task: LongTask, sentence: str) -> None:
        if task is self._task:
            self._task = None
            self._person.refuse(sentence)

    def _give_up(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()

    def _tell(self, fields: FilterFields, ids: frozenset[int] | None) -> None:
        if ids is None:
            self.said.emit("")
        elif fields.named and fields == FilterFields(named=fields.named):
            self.said.emit(fields.named)
        else:
            self.said.emit(self.tr("on"))
        self.chosen.emit(ids)
