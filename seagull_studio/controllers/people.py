"""People of a project: added, excluded, merged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from annotation_db.database.store import Store
from annotation_db.records import Role
from seagull_studio.controllers.long_work import run_on_project
from seagull_studio.controllers.person import Person
from seagull_studio.controllers.roles import may_set_role
from seagull_studio.controllers.who_is_meant import ask_who
from seagull_studio.operations import people as operations
from seagull_studio.operations import project, settings
from seagull_studio.services.session import Session
from seagull_studio.state.project_questions import AskAnnotator, AskMerge, AskUnmerge
from seagull_studio.state.project_view import AnnotatorRow
from seagull_studio.state.questions import AskReason, Confirm


class PeopleController(QObject):
    """What a lead does about annotators."""

    rows_changed = Signal(object)
    """Tuple of `AnnotatorRow`."""
    changed = Signal()
    """Something was changed: places may be others."""

    def __init__(self, session: Session, who: str, person: Person) -> None:
        super().__init__()
        self._session = session
        self._who = who
        self._person = person
        self._rows: tuple[AnnotatorRow, ...] = ()

    def show(self, overview: project.Overview) -> None:
        """Say who is there."""
        self._rows = tuple(
            AnnotatorRow(
                one.person.name,
                one.person.role,
                one.ratings,
                one.open,
                one.person.simulated,
                one.person.excluded,
                one.also,
            )
            for one in overview.annotators
        )
        self.rows_changed.emit(self._rows)

    def add(self) -> None:
        choice = self._person.ask(AskAnnotator())
        if choice is None:
            return

        def add(name: str, distinct: bool) -> None:
            if distinct or name == choice.name:
                self._do(
                    lambda store: project.add_annotator(
                        store, name, choice.role, self._who, distinct=distinct
                    )
                )

        ask_who(
            self._session.database, self._person, choice.name, add, owner=self, refused=self._person.refuse
        )

    def exclude(self, name: str) -> None:
        said = self.tr(
            "What {name} rated does not count from now on, and others take the places. Nothing is deleted: "
            "Readmit takes it back."
        ).format(name=name)
        title = self.tr("Exclude {name}?").format(name=name)
        reason = self._person.ask(AskReason(title, said, self.tr("Exclude")))
        if reason:
            self._do(lambda store: operations.exclude(store, "annotator", name, reason, self._who))

    def readmit(self, name: str) -> None:
        title = self.tr("Readmit {name}?").format(name=name)
        said = self.tr("What {name} rated counts again.").format(name=name)
        if self._person.ask(Confirm(title, said, self.tr("Readmit"), danger=False)):
            self._do(lambda store: operations.readmit(store, "annotator", name, self._who))

    def make_lead(self, name: str) -> None:
        self._set_role(name, "lead")

    def make_annotator(self, name: str) -> None:
        self._set_role(name, "annotator")

    def _set_role(self, name: str, role: Role) -> None:
        if may_set_role(self._person, name, role, {row.name: row.role for row in self._rows}):
            self._do(lambda store: settings.set_role(store, name, role, self._who))

    def merge(self, name: str) -> None:
        others = tuple(row.name for row in self._rows if row.name != name)
        if other := self._person.ask(AskMerge(name, others)):
            run_on_project(
                self._person,
                self._session,
                self.tr("Merging {other} with {name}").format(other=other, name=name),
                lambda store, progress, cancelled: operations.merge(
                    store, name, other, self._who, progress, cancelled
                ),
                lambda _: self.changed.emit(),
                owner=self,
            )

    def unmerge(self, name: str) -> None:
        also = next((row.also for row in self._rows if row.name == name), ())
        if other := self._person.ask(AskUnmerge(name, tuple(reversed(also)))):
            self._do(lambda store: operations.undo_merge(store, other, self._who))

    def _do(self, operation: Callable[[Store], Any]) -> None:
        self._session.database.ask(operation, lambda _: self.changed.emit(), self._person.refuse, owner=self)
