"""Handing ROIs out: planned, looked at, done, taken back."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from annotation_db.records import AssignReport
from seagull_studio.controllers.person import Person
from seagull_studio.controllers.roi_filters import as_filter, as_view
from seagull_studio.operations import assigning as operations
from seagull_studio.operations.assigning import AssignChoices, Look
from seagull_studio.services.session import Session
from seagull_studio.state.assign_view import AssignFields, AssignRow, AssignView
from seagull_studio.state.project_questions import AskAssign
from seagull_studio.state.questions import Confirm, Result
from seagull_studio.state.rating_view import RatingForm


class AssignController(QObject):
    """Plans with the person, and does what was looked at."""

    changed = Signal()
    """ROIs were handed out or taken back."""

    def __init__(self, session: Session, form: RatingForm, who: str, person: Person) -> None:
        super().__init__()
        self._session = session
        self._form = form
        self._who = who
        self._person = person

    def open(self) -> None:
        """Plan for everybody, as many as are wanted."""
        self._look(None)

    def _look(self, fields: AssignFields | None) -> None:
        choices = AssignChoices() if fields is None else _choices(fields)
        again = self._person.refuse if fields is None else partial(self._refused, fields)
        self._session.database.ask(
            lambda store: operations.look(store, choices), partial(self._ask, fields), again, owner=self
        )

    def _refused(self, fields: AssignFields, sentence: str) -> None:
        """Say why not; begin again with what was proposed at first."""
        self._person.refuse(sentence)
        self._look(None)

    def _ask(self, fields: AssignFields | None, look: Look) -> None:
        people = {person.id: person.name for person in look.people}
        report = look.report
        if fields is None:
            fields = AssignFields(tuple(people[one] for one in report.per_annotator), 0)
        rows = tuple(
            AssignRow(name, report.per_annotator.get(person, 0), look.open[person])
            for person, name in people.items()
        )
        view = AssignView(
            rows,
            fields,
            report.assigned,
            tuple(self._told(report, done=False)),
            as_view(look.choices),
        )
        answer = self._person.ask(AskAssign(view, self._form))
        if answer is None:
            return
        if answer.action == "look":
            self._look(answer.fields)
        elif answer.action == "take back":
            self._take_back(answer.fields)
        else:
            self._session.database.ask(
                lambda store: operations.assign(store, _choices(answer.fields), self._who),
                partial(self._assigned, people),
                self._person.refuse,
                owner=self,
            )

    def _assigned(self, people: dict[int, str], report: AssignReport) -> None:
        self.changed.emit()
        lines = [f"{people[one]}: {more:,}" for one, more in report.per_annotator.items() if more]
        sentence = " ".join(self._told(report, done=True))
        self._person.show(Result(self.tr("Hand out ROIs"), sentence, tuple(lines)))

    def _take_back(self, fields: AssignFields) -> None:
        said = self.tr(
            "ROIs that {names} were handed and have not rated are open to everybody again; of the ROIs that "
            "the dialog is limited to, if it is."
        ).format(names=", ".join(fields.people))
        sure = Confirm(self.tr("Take back what is not rated?"), said, self.tr("Take back"), danger=False)
        if not self._person.ask(sure):
            self._look(fields)
            return
        choices = _choices(fields)
        self._session.database.ask(
            lambda store: operations.take_back(
                store, fields.people, choices.among, self._who, named=choices.named
            ),
            self._taken_back,
            self._person.refuse,
            owner=self,
        )

    def _taken_back(self, freed: int) -> None:
        self.changed.emit()
        said = self.tr("ROIs that are open to everybody again: {freed}.").format(freed=freed)
        self._person.show(Result(self.tr("Hand out ROIs"), said))

    def _told(self, report: AssignReport, *, done: bool) -> list[str]:
        said = (
            self.tr("{assigned} ratings of {touched} ROIs were handed out.")
            if done
            else self.tr("{assigned} ratings of {touched} ROIs would be handed out.")
        )
        told = [said.format(assigned=f"{report.assigned:,}", touched=f"{report.touched:,}")]
        if report.left:
            told.append(self.tr("{n} more ROIs are left for another time.").format(n=f"{report.left:,}"))
        if report.loaded:
            told.append(
                self.tr("{n} ROIs want people who have enough to rate already.").format(
                    n=f"{report.loaded:,}"
                )
            )
        if report.short > report.loaded:
            short = f"{report.short - report.loaded:,}"
            told.append(self.tr("{n} ROIs want more annotators than there are.").format(n=short))
        return told


def _choices(fields: AssignFields) -> AssignChoices:
    return AssignChoices(
        raters=fields.raters or None,
        annotators=fields.people,
        among=as_filter(fields.among),
        named=fields.among.named or None,
        most_rois=fields.rois or None,
        most_open=fields.load or None,
    )
