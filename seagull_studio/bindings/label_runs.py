"""The dialog of the label runs: what it lists, compares and deletes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from annotation_db.labels.label_changes import Cause, levels
from annotation_db.labels.label_run_uses import Use
from annotation_db.records import LabelRunRecord, RoiLabel
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from annotation_db.vocabulary.scales import SCALES
from seagull_studio.bindings.session import Session
from seagull_studio.bindings.work import run_long
from seagull_studio.operations import label_runs as operations
from seagull_studio.state.project_view import LabelRunRow
from seagull_studio.views.dialogs import LabelRunsDialog, confirm, show_error, show_result


class LabelRunsBinding(QObject):
    """Opens the dialog over a page, and does what it asks for.

    Parameters
    ----------
    deleted : callable
        Called after a run was deleted: the page shows the last one.
    """

    def __init__(
        self, page: QWidget, session: Session, who: str, log_path: str, deleted: Callable[[], None]
    ) -> None:
        super().__init__(page)
        self._page = page
        self._session = session
        self._who = who
        self._log_path = log_path
        self._deleted = deleted
        self._dialog: LabelRunsDialog | None = None
        self._runs: dict[int, operations.ListedRun] = {}

    def open(self) -> None:
        """Show the runs; the dialog is there when they are read."""
        self._session.database.ask(operations.listing, self._show, self._refuse, owner=self)

    def _show(self, runs: list[operations.ListedRun]) -> None:
        if self._dialog is None:
            self._dialog = LabelRunsDialog(self._page)
            self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self._dialog.destroyed.connect(self._closed)
            self._dialog.compare_requested.connect(self._compare)
            self._dialog.delete_requested.connect(self._ask_delete)
            self._dialog.open()
        self._runs = {one.run.id: one for one in runs}
        self._dialog.set_runs([self._row(one) for one in runs])
        self._dialog.set_busy(False)

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

    def _compare(self, older: int, newer: int) -> None:
        session = self._session

        def work(_progress: Progress, _cancelled: CancelCheck) -> operations.RunsCompared:
            with session.open_store() as store:
                return operations.compare(store, older, newer)

        run_long(session.tasks, self._parent(), self.tr("Comparing"), work, self._compared, self._refuse)

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
        lines = [self._line(one) for one in found.changes]
        show_result(self._parent(), self.tr("Label runs compared"), sentence, lines)

    def _line(self, one: operations.NamedChange) -> str:
        change = one.change
        before, after = levels(change.before), levels(change.after)
        told = ", ".join(
            f"{name} {SCALES[name].word(before[name])} → {SCALES[name].word(after[name])}"
            for name in change.scales
        )
        told = told or f"{self._status(change.before)} → {self._status(change.after)}"
        why = ", ".join(self._cause(cause) for cause in change.why)
        return f"{one.image} {one.roi}: {told} ({why})"

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

    def _ask_delete(self, run_id: int) -> None:
        one = self._runs[run_id]
        row = self._row(one)
        sentence = self.tr("Run {run} of {when} goes for good; ratings stay as they are.").format(
            run=row.id, when=row.created_at
        )
        if row.named_by:
            named = self.tr("It is named by: {names}").format(names="; ".join(row.named_by[:3]))
            sentence = f"{sentence} {named}"
        if confirm(self._parent(), self.tr("Delete the label run?"), sentence, self.tr("Delete it")):
            if self._dialog is not None:
                self._dialog.set_busy(True)
            self._session.database.ask(
                lambda store: operations.delete(store, run_id, self._who),
                self._gone,
                self._refuse,
                owner=self,
            )

    def _gone(self, _run: LabelRunRecord) -> None:
        self._deleted()
        if self._dialog is not None:
            self.open()

    def _closed(self) -> None:
        self._dialog = None

    def _parent(self) -> QWidget:
        return self._page if self._dialog is None else self._dialog

    def _refuse(self, sentence: str) -> None:
        if self._dialog is not None:
            self._dialog.set_busy(False)
        show_error(self._parent(), sentence, self._log_path)
