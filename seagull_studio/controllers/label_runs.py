"""The stored label runs: what is listed of them, compared and deleted."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from annotation_db.labels.label_changes import Cause, levels
from annotation_db.labels.label_run_uses import Use
from annotation_db.records import LabelRunRecord, RoiLabel
from seagull_studio.controllers.long_work import run_on_project
from seagull_studio.controllers.person import Person
from seagull_studio.operations import label_runs as operations
from seagull_studio.services.session import Session
from seagull_studio.state.project_view import LabelRunRow
from seagull_studio.state.questions import Confirm, Result
from seagull_studio.state.rating_view import RatingForm


class LabelRunsController(QObject):
    """Lists the runs when somebody wants to see them, and until they look away."""

    listed = Signal(object)
    """List of `LabelRunRow`, newest first, to be shown: somebody asked for it."""
    busy_changed = Signal(bool)
    """True while a run is being deleted."""
    changed = Signal()
    """A run is gone: the last one may be another."""

    def __init__(self, session: Session, form: RatingForm, who: str, person: Person) -> None:
        super().__init__()
        self._session = session
        self._scales = {row.name: row for row in form.rows}
        self._who = who
        self._person = person
        self._looked_at = False
        self._runs: dict[int, operations.ListedRun] = {}

    def open(self) -> None:
        """Read the runs; they are told until `close`."""
        self._looked_at = True
        self._session.database.ask(operations.listing, self._list, self._refuse, owner=self)

    def close(self) -> None:
        """Nobody looks at the runs any more."""
        self._looked_at = False

    def compare(self, older: int, newer: int) -> None:
        """Say what changed from one run to another, and why."""
        run_on_project(
            self._person,
            self._session,
            self.tr("Comparing"),
            lambda store, _progress, _cancelled: operations.compare(store, older, newer),
            self._compared,
            owner=self,
            failed=self._refuse,
        )

    def delete(self, run_id: int) -> None:
        """Remove a run for good, if the person confirms it."""
        row = self._row(self._runs[run_id])
        sentence = self.tr("Run {run} of {when} goes for good; ratings stay as they are.").format(
            run=row.id, when=row.created_at
        )
        if row.named_by:
            named = self.tr("It is named by: {names}").format(names="; ".join(row.named_by[:3]))
            sentence = f"{sentence} {named}"
        if self._person.ask(Confirm(self.tr("Delete the label run?"), sentence, self.tr("Delete it"))):
            self.busy_changed.emit(True)
            self._session.database.ask(
                lambda store: operations.delete(store, run_id, self._who),
                self._gone,
                self._refuse,
                owner=self,
            )

    def _list(self, runs: list[operations.ListedRun]) -> None:
        self._runs = {one.run.id: one for one in runs}
        self.listed.emit([self._row(one) for one in runs])
        self.busy_changed.emit(False)

    def _row(self, one: operations.ListedRun) -> LabelRunRow:
        run = one.run
        return LabelRunRow(
            run.id,
            f"{run.created_at.astimezone():%Y-%m-%d %H:%M}",
            run.created_by,
            run.policy.name,
            run.policy.min_raters,
            run.labelled,
            run.insufficient,
            tuple(self._named(use) for use in one.uses),
        )

    def _named(self, use: Use) -> str:
        text = self.tr("export {name}") if use.kind == "export" else self.tr("model {name}")
        return text.format(name=use.name)

    def _compared(self, found: operations.RunsCompared) -> None:
        comparison = found.comparison
        sentence = self.tr(
            "From run {first} to {second}: {changed} ROIs with another status or level, {numbers} with other "
            "numbers only, {same} the same."
        ).format(
            first=found.first.run.id,
            second=found.second.run.id,
            changed=f"{len(found.changes):,}",
            numbers=f"{comparison.numbers_only:,}",
            same=f"{comparison.same:,}",
        )
        lines = tuple(self._line(one) for one in found.changes)
        self._person.show(Result(self.tr("Label runs compared"), sentence, lines))

    def _line(self, one: operations.NamedChange) -> str:
        change = one.change
        before, after = levels(change.before), levels(change.after)
        told = ", ".join(
            f"{self._scales[name].title} {self._word(name, before[name])} → {self._word(name, after[name])}"
            for name in change.scales
        )
        told = told or f"{self._status(change.before)} → {self._status(change.after)}"
        why = ", ".join(self._cause(cause) for cause in change.why)
        return f"{one.image} {one.roi}: {told} ({why})"

    def _word(self, scale: str, level: int) -> str:
        return self._scales[scale].levels[level].word

    def _status(self, label: RoiLabel | None) -> str:
        if label is None:
            return self.tr("not in the run")
        return self.tr("labelled") if label.status == "labelled" else self.tr("insufficient")

    def _cause(self, cause: Cause) -> str:
        told: dict[Cause, str] = {
            "new ratings": self.tr("new ratings"),
            "corrections": self.tr("corrections"),
            "excluded": self.tr("excluded"),
            "readmitted": self.tr("readmitted"),
            "policy": self.tr("another policy"),
            "withdrawn": self.tr("ROI withdrawn"),
            "restored": self.tr("ROI restored"),
            "new ROI": self.tr("new ROI"),
            "other": self.tr("something else"),
        }
        return told[cause]

    def _gone(self, _run: LabelRunRecord) -> None:
        self.changed.emit()
        if self._looked_at:
            self.open()

    def _refuse(self, sentence: str) -> None:
        self.busy_changed.emit(False)
        self._person.refuse(sentence)
