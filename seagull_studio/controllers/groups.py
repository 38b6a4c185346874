"""Which pictures belong together: planned, looked at, done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from annotation_db.database.store import Store
from annotation_db.pictures.groups import GroupPlan
from annotation_db.records import ImageRecord
from seagull_studio.controllers.long_work import run_on_project
from seagull_studio.controllers.person import Person
from seagull_studio.operations import groups as operations
from seagull_studio.services.session import Session
from seagull_studio.state.group_view import GroupRow, GroupsAnswer, GroupsView
from seagull_studio.state.project_questions import AskGroups
from seagull_studio.state.questions import ChooseFile, Result

if TYPE_CHECKING:
    from annotation_db.pictures.near_duplicates import Similar

_NAMES = 3


class GroupsController(QObject):
    """Shows groups, plans others, and writes what the person takes."""

    changed = Signal()
    """Pictures are in other groups."""

    def __init__(self, session: Session, who: str, person: Person) -> None:
        super().__init__()
        self._session = session
        self._who = who
        self._person = person
        self._view = GroupsView(0, 0)
        self._plan: GroupPlan | None = None
        self._similar: Similar | None = None

    def open(self) -> None:
        """Show the groups as they are."""
        self._view = GroupsView(0, 0)
        self._ask_database(operations.now, self._as_it_is)

    def _as_it_is(self, plan: GroupPlan) -> None:
        self._plan, self._similar = plan, None
        self._show(plan, said="")

    def _planned(self, plan: GroupPlan) -> None:
        self._plan, self._similar = plan, None
        said = self.tr(
            "{changed} of {images} pictures would be in another group than now; {untouched} stay as they are."
        )
        self._show(
            plan,
            said=said.format(
                changed=len(plan.changed), images=len(plan.images), untouched=len(plan.untouched)
            ),
        )

    def _found(self, similar: Similar) -> None:
        self._similar = similar
        for sentence in similar.unreadable[:1]:
            self._person.refuse(sentence)
        if not similar.groups:
            self._person.show(
                Result(self.tr("Group pictures"), self.tr("No two pictures look nearly the same."))
            )
            self._ask()
            return
        sets = tuple(_row(of_group[0].path, of_group) for of_group in similar.groups)
        said = self.tr("{sets} sets of pictures look nearly the same. Take those that belong together.")
        self._view = GroupsView(
            images=self._view.images,
            grouped=self._view.grouped,
            similar=sets,
            said=said.format(sets=len(sets)),
            pattern=self._view.pattern,
            distance=similar.distance,
        )
        self._ask()

    def _show(self, plan: GroupPlan, *, said: str) -> None:
        shown = operations.shown_groups(plan)
        self._view = GroupsView(
            images=len(plan.images),
            grouped=sum(len(of_group) for of_group in shown.values()),
            rows=tuple(_row(name, of_group) for name, of_group in shown.items()),
            changed=len(plan.changed),
            said=said,
            pattern=self._view.pattern,
            distance=self._view.distance,
        )
        self._ask()

    def _ask(self) -> None:
        answer = self._person.ask(AskGroups(self._view))
        if answer is None:
            self._plan = self._similar = None
            return
        self._view = replace(self._view, pattern=answer.pattern, distance=answer.distance)
        if answer.action == "apply":
            self._apply(answer)
        elif answer.action == "pattern":
            self._ask_database(
                lambda store: operations.from_pattern(store, answer.pattern), self._planned, self._again
            )
        elif answer.action == "clear":
            self._ask_database(operations.none, self._planned, self._again)
        elif answer.action == "csv":
            self._from_table()
        else:
            run_on_project(
                self._person,
                self._session,
                self.tr("Looking for similar pictures"),
                lambda store, progress, cancelled: operations.similar(
                    store, answer.distance, progress, cancelled
                ),
                self._found,
                owner=self,
            )

    def _from_table(self) -> None:
        title, kinds = self.tr("Table of groups"), self.tr("Tables (*.csv *.tsv *.txt *.xlsx)")
        file: Path | None = self._person.ask(ChooseFile(title, kinds))
        if file is None:
            self._ask()
        else:
            chosen = file
            self._ask_database(lambda store: operations.from_csv(store, chosen), self._planned, self._again)

    def _apply(self, answer: GroupsAnswer) -> None:
        similar, plan = self._similar, self._plan

        def work(store: Store) -> int:
            if similar is not None:
                sets = [similar.groups[place] for place in answer.confirmed]
                return operations.apply(store, operations.of_similar(store, sets), self._who)
            return 0 if plan is None else operations.apply(store, plan, self._who)

        self._ask_database(work, self._applied, self._again)

    def _applied(self, changed: int) -> None:
        self._plan = self._similar = None
        self.changed.emit()
        said = self.tr("{changed} pictures are in another group than before.").format(changed=changed)
        self._person.show(Result(self.tr("Group pictures"), said))

    def _again(self, sentence: str) -> None:
        """Say why not, and let the person say something else."""
        self._person.refuse(sentence)
        self._ask()

    def _ask_database(
        self,
        operation: Callable[[Store], Any],
        done: Callable[[Any], None],
        failed: Callable[[str], None] | None = None,
    ) -> None:
        self._session.database.ask(operation, done, failed or self._person.refuse, owner=self)


def _row(name: str, pictures: tuple[ImageRecord, ...]) -> GroupRow:
    names = ", ".join(image.path for image in pictures[:_NAMES])
    return GroupRow(name, len(pictures), f"{names}, …" if len(pictures) > _NAMES else names)
