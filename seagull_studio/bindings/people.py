"""People on the Project page: added, excluded, merged; and who is meant by a name that was typed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from annotation_db.database.store import Store
from annotation_db.records import AnnotatorRecord
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from seagull_studio.bindings.session import Session
from seagull_studio.operations import people as operations
from seagull_studio.operations import project
from seagull_studio.state.project_view import AnnotatorRow
from seagull_studio.views.dialogs import AnnotatorDialog, ReasonDialog, confirm, run_dialog
from seagull_studio.views.dialogs.people import MergeDialog, SamePersonDialog, UnmergeDialog
from seagull_studio.views.project.annotators_card import AnnotatorsCard


class PeopleBinding(QObject):
    """What a lead does about annotators.

    Parameters
    ----------
    long : callable
        Does long work behind a progress dialog: its title, the work, what to do with the result.
    changed : callable
        Called when something was changed: places may be others.
    refused : callable
        Called with a sentence.
    """

    def __init__(
        self,
        card: AnnotatorsCard,
        session: Session,
        who: str,
        long: Callable[[str, Callable[[Store, Progress, CancelCheck], Any], Callable[[Any], None]], None],
        changed: Callable[[], None],
        refused: Callable[[str], None],
    ) -> None:
        super().__init__(card)
        self._card = card
        self._session = session
        self._who = who
        self._long = long
        self._changed = changed
        self._refused = refused
        self._rows: tuple[AnnotatorRow, ...] = ()
        card.add_requested.connect(self._add)
        card.exclude_requested.connect(self._exclude)
        card.readmit_requested.connect(self._readmit)
        card.merge_requested.connect(self._merge)
        card.unmerge_requested.connect(self._unmerge)

    def show(self, overview: project.Overview) -> None:
        """Show who is there."""
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
        self._card.set_rows(self._rows)

    def _add(self) -> None:
        choice = run_dialog(AnnotatorDialog([], "", self._card), AnnotatorDialog.choice)
        if choice is None:
            return

        def add(name: str, distinct: bool) -> None:
            if distinct or name == choice.name:
                self._do(
                    lambda store: project.add_annotator(
                        store, name, choice.role, self._who, distinct=distinct
                    )
                )

        ask_who(self._session, self._card, choice.name, add, self._refused)

    def _exclude(self, name: str) -> None:
        said = self.tr(
            "What {name} rated does not count from now on, and others take the places. Nothing is deleted: "
            "Readmit takes it back."
        ).format(name=name)
        title = self.tr("Exclude {name}?").format(name=name)
        dialog = ReasonDialog(title, said, self.tr("Exclude"), self._card)
        reason = run_dialog(dialog, lambda dialog: dialog.reason.text())
        if reason:
            self._do(lambda store: operations.exclude(store, "annotator", name, reason, self._who))

    def _readmit(self, name: str) -> None:
        title = self.tr("Readmit {name}?").format(name=name)
        said = self.tr("What {name} rated counts again.").format(name=name)
        if confirm(self._card, title, said, self.tr("Readmit"), danger=False):
            self._do(lambda store: operations.readmit(store, "annotator", name, self._who))

    def _merge(self, name: str) -> None:
        others = [row.name for row in self._rows if row.name != name]
        other = run_dialog(MergeDialog(name, others, self._card), lambda dialog: dialog.other.currentText())
        if other:
            self._long(
                self.tr("Merging {other} with {name}").format(other=other, name=name),
                lambda store, progress, cancelled: operations.merge(
                    store, name, other, self._who, progress, cancelled
                ),
                lambda _: self._changed(),
            )

    def _unmerge(self, name: str) -> None:
        also = next((row.also for row in self._rows if row.name == name), ())
        dialog = UnmergeDialog(name, tuple(reversed(also)), self._card)
        other = run_dialog(dialog, lambda dialog: dialog.other.currentText())
        if other:
            self._do(lambda store: operations.undo_merge(store, other, self._who))

    def _do(self, operation: Callable[[Store], Any]) -> None:
        self._session.database.ask(operation, lambda _: self._changed(), self._refused, owner=self)


def ask_who(
    session: Session,
    parent: QWidget,
    typed: str,
    go: Callable[[str, bool], None],
    refused: Callable[[str], None],
    given_up: Callable[[], None] = lambda: None,
) -> None:
    """Ask whether somebody is meant whose name is nearly the one that was typed.

    Parameters
    ----------
    go : callable
        Called with the name that is meant, and whether it is that of another person although it is nearly
        somebody's; `given_up` is called in its place if the person chose neither.
    """
    session.database.ask(
        lambda store: operations.like(store, typed),
        partial(_answer, parent, typed, go, given_up),
        refused,
        owner=parent,
    )


def _answer(
    parent: QWidget,
    typed: str,
    go: Callable[[str, bool], None],
    given_up: Callable[[], None],
    near: tuple[AnnotatorRecord, ...],
) -> None:
    if not near:
        go(typed, False)
        return
    dialog = SamePersonDialog(typed, [one.name for one in near], parent)
    name = run_dialog(dialog, lambda dialog: dialog.name)
    if name is None:
        given_up()
    else:
        go(name or typed, not name)
