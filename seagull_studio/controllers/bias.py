"""The bias report: what suggestions did to the votes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from annotation_db.predictions.bias_estimates import Estimate
from annotation_db.predictions.prefill_bias import BiasReport
from annotation_db.vocabulary.scales import SCALE_NAMES
from seagull_studio.controllers.person import Person
from seagull_studio.operations import models as operations
from seagull_studio.operations.bias_file import write_bias
from seagull_studio.services.session import Session
from seagull_studio.state.models_view import BiasRow, BiasView
from seagull_studio.state.questions import ChooseNewFile
from seagull_studio.state.rating_view import RatingForm


class BiasController(QObject):
    """Computes the report when it is asked for, and saves what was shown."""

    report_changed = Signal(object)
    """`BiasView`."""
    busy_changed = Signal(bool)
    """True while it is computed."""

    def __init__(self, session: Session, form: RatingForm, person: Person) -> None:
        super().__init__()
        self._session = session
        self._form = form
        self._person = person
        self._report: BiasReport | None = None

    def compute(self) -> None:
        """Compute it anew, on a connection of its own."""
        session = self._session

        def work(_progress: object, _cancelled: object) -> BiasReport:
            with session.open_store() as store:
                return operations.bias(store)

        task = session.tasks.make(work, owner=self)
        task.done.connect(self._computed)
        task.failed.connect(self._person.refuse)
        task.finished.connect(self._finished)
        self.busy_changed.emit(True)
        task.start()

    def save(self) -> None:
        """Ask for a file, and write what was computed last."""
        if self._report is None:
            return
        file = self._person.ask(ChooseNewFile(self.tr("Save the bias report"), "bias.csv", "CSV (*.csv)"))
        if file is None:
            return
        try:
            write_bias(self._report, file)
        except OSError as error:
            self._person.refuse(f"{file} could not be written ({error.strerror}).")

    def _finished(self) -> None:
        self.busy_changed.emit(False)

    def _computed(self, report: BiasReport) -> None:
        self._report = report
        titles = {row.name: row.title for row in self._form.rows}
        rows = [_row(titles[name], report, name) for name in SCALE_NAMES]
        summary = self.tr("{shown} ratings with a suggestion in view, {control} controls, {images} images.")
        self.report_changed.emit(
            BiasView(
                tuple(rows),
                summary.format(
                    shown=report.ratings["shown"], control=report.ratings["control"], images=report.images
                ),
                tuple(self.tr("Model: {name}").format(name=name) for name in report.models),
            )
        )


def _row(title: str, report: BiasReport, name: str) -> BiasRow:
    scale, agreement = report.scales[name], report.agreement[name]
    return BiasRow(
        title,
        scale.shown,
        scale.control,
        _told(scale.acceptance_rate, percent=True),
        _told(scale.weight_of_advice),
        _told(agreement.assisted),
        _told(agreement.unassisted),
        scale.weight_of_advice.undefined or "",
    )


def _told(estimate: Estimate, *, percent: bool = False) -> str:
    if estimate.value is None:
        return "–"
    form = (lambda value: f"{value * 100:.0f} %") if percent else (lambda value: f"{value:.2f}")
    if estimate.ci95 is None:
        return form(estimate.value)
    return f"{form(estimate.value)} ({form(estimate.ci95[0])} to {form(estimate.ci95[1])})"
