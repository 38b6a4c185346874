"""The Models & jobs page: models, pre-fill, bias report, weights and jobs of one project."""

from __future__ import annotations

import csv
import errno
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from annotation_db.database.changes import Kind
from annotation_db.errors import StudioError
from annotation_db.files.regular_files import is_database_file
from annotation_db.predictions.bias_estimates import Estimate
from annotation_db.predictions.prediction_records import Policy, PredictorRecord, PrefillPolicy
from annotation_db.predictions.prefill_bias import BiasReport
from annotation_db.vocabulary.scales import SCALE_NAMES
from annotation_db.vocabulary.whole_files import replace_file
from model.predictors import baseline_needs
from seagull_studio.bindings.session import Session
from seagull_studio.bindings.weights import WeightsBinding
from seagull_studio.jobs.fit_baseline import sureness
from seagull_studio.jobs.jobs import JobState
from seagull_studio.jobs.kinds import KINDS
from seagull_studio.operations import models as operations
from seagull_studio.services.owners import belongs_to
from seagull_studio.state.models_view import BiasRow, BiasView, JobRow, ModelCard, PrefillView
from seagull_studio.state.rating_view import RatingForm
from seagull_studio.views.dialogs import show_error
from seagull_studio.views.models.models_page import ModelsPage


class ModelsBinding(QObject):
    """Wires one `ModelsPage`."""

    def __init__(
        self,
        page: ModelsPage,
        session: Session,
        form: RatingForm,
        who: str,
        weights: Sequence[Path],
        log_path: str,
    ) -> None:
        super().__init__(page)
        self._page = page
        self._session = session
        self._form = form
        self._who = who
        self._weights = [str(folder) for folder in weights]
        self._log_path = log_path
        self._report: BiasReport | None = None
        self._policy: PrefillPolicy | None = None
        self._specs: dict[str, str] = {}
        self._running: set[str] = set()
        self._predicting: set[str] = set()
        self._overview: operations.ModelsOverview | None = None
        session.jobs.changed.connect(self._show_jobs)
        session.changes.changed.connect(self._changed)
        page.job_cancel_requested.connect(
            lambda key: self._try(lambda: session.jobs.cancel(self._job(key).folder))
        )
        page.job_resume_requested.connect(
            lambda key: self._try(lambda: session.jobs.resume(self._job(key).folder))
        )
        page.job_log_requested.connect(self._open_log)
        page.embed_requested.connect(self._embed)
        page.fit_baseline_requested.connect(lambda: self._start("fit-baseline", {}))
        page.predict_requested.connect(self._predict)
        page.add_checkpoint_requested.connect(self._add_checkpoint)
        page.prefill_changed.connect(self._set_prefill)
        page.prefill_model_requested.connect(self._use_for_prefill)
        page.bias_requested.connect(self._compute_bias)
        page.bias_save_requested.connect(self._save_bias)
        self._weights_card = WeightsBinding(page, session.tasks, weights, self._refuse)
        self._show_jobs(session.jobs.states)
        page.set_bias(None)

    @property
    def keys(self) -> list[str]:
        """Of the models of this project, as the page hands them back."""
        return list(self._specs)

    def refresh(self) -> None:
        """Look at everything again."""
        self._read()
        self._session.jobs.poll()
        self._weights_card.refresh()

    def _read(self) -> None:
        """Models and policy, from the database."""
        self._session.database.ask(operations.overview, self._show, self._refuse, owner=self)

    def _changed(self, _kinds: frozenset[Kind], by: QObject | None) -> None:
        """Another page or program has written; this page waits until it is looked at."""
        if self._page.isVisible() and not belongs_to(by, self):
            self._read()
            self._session.jobs.poll()

    # Models and pre-fill

    def _show(self, overview: operations.ModelsOverview) -> None:
        self._overview = overview
        chosen = overview.policy.predictor
        self._policy = overview.policy
        self._specs = {
            str(record.id): operations.spec_of(record, self._session.folder)
            for record, _ in overview.predictors
        }
        self._show_models(overview)
        self._page.set_prefill(
            PrefillView(
                overview.policy.policy,
                str(chosen.id) if chosen else operations.NO_MODEL,
                overview.policy.control_share,
                tuple((str(record.id), record.name) for record, _ in overview.predictors),
            )
        )
        rois, pictures = overview.labelled
        text = self.tr(
            "{rois} ROIs on {pictures} pictures have a label of unassisted votes; {needed} on "
            "{needed_pictures} are needed."
        ).format(
            rois=rois,
            pictures=pictures,
            needed=baseline_needs.MIN_ROIS,
            needed_pictures=baseline_needs.MIN_IMAGES,
        )
        self._page.set_baseline_state(baseline_needs.is_enough(rois, pictures), text)

    def _show_models(self, overview: operations.ModelsOverview) -> None:
        chosen = overview.policy.predictor
        self._page.set_models(
            [self._card(record, count, overview, chosen) for record, count in overview.predictors]
        )

    def _card(
        self,
        record: PredictorRecord,
        count: int,
        overview: operations.ModelsOverview,
        chosen: PredictorRecord | None,
    ) -> ModelCard:
        return ModelCard(
            key=str(record.id),
            name=record.name,
            kind=record.kind,
            detail=self._trained_on(record),
            untrained=record.untrained,
            predicted=count,
            missing=overview.rois - count,
            predicting=self._specs[str(record.id)] in self._predicting,
            for_prefill=chosen is not None and chosen.id == record.id,
            facts=tuple(self._facts(record)),
        )

    def _trained_on(self, record: PredictorRecord) -> str:
        card = record.card
        if record.kind == "baseline":
            fitted = self.tr(
                "Classical measures, fitted to {rois} labelled ROIs on {images} pictures of {project} "
                "(labels: {policy})."
            ).format(
                rois=card.get("rois"),
                images=card.get("images"),
                project=card.get("project"),
                policy=card.get("policy"),
            )
            nothing = self.tr(
                "It tells no scale: on pictures it had not seen it was on none surely better than chance, so "
                "it suggests nothing. More ratings may change that."
            )
            told = card.get("cross_validation", {}).get("told")
            return f"{fitted} {nothing}" if told == [] else fitted
        return str(card.get("trained_on") or self.tr("It does not say what it was trained on."))

    def _facts(self, record: PredictorRecord) -> Iterator[tuple[str, str]]:
        validated = record.card.get("cross_validation")
        if isinstance(validated, dict):
            for row in self._form.rows:
                found = validated.get("scales", {}).get(row.name, {})
                srocc, chance = found.get("srocc"), found.get("chance")
                if isinstance(chance, float) and row.name not in validated.get("told", []):
                    yield row.title, self.tr("not told ({sure} sure)").format(sure=sureness(chance))
                elif isinstance(srocc, float):
                    sure = f" ({sureness(chance)})" if isinstance(chance, float) else ""
                    title = (
                        self.tr("SROCC, {scale} (pictures not seen)")
                        if not sure
                        else self.tr("SROCC, {scale} (pictures not seen; how sure)")
                    )
                    yield title.format(scale=row.title), f"{srocc:.2f}{sure}"
        if checkpoint := record.card.get("checkpoint"):
            yield self.tr("Checkpoint"), str(checkpoint)

    def _use_for_prefill(self, key: str) -> None:
        """Another model, under the policy that stands."""
        if self._policy is not None:
            self._set_prefill(self._policy.policy, key, self._policy.control_share)

    def _set_prefill(self, policy: Policy, key: str, share: float) -> None:
        predictor = int(key) if key else None
        self._session.database.ask(
            lambda store: operations.set_prefill(store, self._who, policy, predictor, share),
            lambda _: self.refresh(),
            self._refuse,
            owner=self,
        )

    # Jobs

    def _show_jobs(self, states: Sequence[JobState]) -> None:
        self._page.set_jobs([self._row(state) for state in states])
        running = {state.id for state in states if not state.is_over}
        predicting = {
            str(state.options.get("model"))
            for state in states
            if state.kind == "predict" and not state.is_over
        }
        self._set_predicting(predicting)
        ended, self._running = self._running - running, running
        if ended:
            self.refresh()

    def _set_predicting(self, specs: set[str]) -> None:
        if specs != self._predicting:
            self._predicting = specs
            if self._overview is not None:
                self._show_models(self._overview)

    def _row(self, state: JobState) -> JobRow:
        titles = {
            "embed": self.tr("Prepare pictures for clicks"),
            "predict": self.tr("Predict"),
            "fit-baseline": self.tr("Fit the baseline"),
        }
        return JobRow(
            state.id,
            titles.get(state.kind) or (KINDS[state.kind].title if state.kind in KINDS else state.kind),
            state.status,
            state.done,
            state.total,
            state.what,
            state.seconds_left,
            f"{state.created_at.astimezone():%Y-%m-%d %H:%M}",
            str(state.folder / "log.txt"),
        )

    def _job(self, key: str) -> JobState:
        return next(state for state in self._session.jobs.states if state.id == key)

    def _start(self, kind: str, options: dict[str, Any]) -> bool:
        jobs = self._session.jobs
        return self._try(lambda: jobs.start(kind, self._session.location, options))

    def _try(self, act: Callable[[], object]) -> bool:
        """Do something to a job; a full disk is told. Whether it was done."""
        try:
            act()
        except StudioError as error:
            self._refuse(str(error))
            return False
        return True

    def _embed(self) -> None:
        self._start("embed", {"weights_folders": self._weights})

    def _predict(self, key: str) -> None:
        self.predict_with(self._specs[key])

    def _open_log(self, key: str) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._job(key).folder / "log.txt")))

    def _add_checkpoint(self) -> None:
        folder = QFileDialog.getExistingDirectory(self._page, self.tr("Choose a SEAGULL checkpoint folder"))
        if folder:
            self.add_checkpoint(folder)

    def add_checkpoint(self, spec: str) -> None:
        """Predict every ROI with a checkpoint; from then on it is a model of this project."""
        self.predict_with(spec)

    def predict_with(self, spec: str) -> None:
        """Start a job that predicts what is missing, unless one with this model is at work already."""
        if spec in self._predicting:
            self._refuse(
                self.tr(
                    "A job predicts with this model already; wait until it has ended, or cancel it below."
                )
            )
            return
        if self._start("predict", {"model": spec}):
            self._set_predicting(self._predicting | {spec})

    # Bias report

    def _compute_bias(self) -> None:
        session = self._session

        def work(_progress: object, _cancelled: object) -> BiasReport:
            with session.open_store() as store:
                return operations.bias(store)

        task = self._session.tasks.make(work, owner=self)
        task.done.connect(self._show_bias)
        task.failed.connect(self._refuse)
        task.finished.connect(lambda: self._page.set_bias_busy(False))
        self._page.set_bias_busy(True)
        task.start()

    def _show_bias(self, report: BiasReport) -> None:
        self._report = report
        titles = {row.name: row.title for row in self._form.rows}
        rows = [self._bias_row(titles[name], report, name) for name in SCALE_NAMES]
        summary = self.tr("{shown} ratings with a suggestion in view, {control} controls, {images} images.")
        self._page.set_bias(
            BiasView(
                tuple(rows),
                summary.format(
                    shown=report.ratings["shown"], control=report.ratings["control"], images=report.images
                ),
                tuple(self.tr("Model: {name}").format(name=name) for name in report.models),
            )
        )

    @staticmethod
    def _bias_row(title: str, report: BiasReport, name: str) -> BiasRow:
        scale, agreement = report.scales[name], report.agreement[name]
        return BiasRow(
            title,
            scale.shown,
            scale.control,
            _told(scale.adoption, percent=True),
            _told(scale.pull),
            _told(agreement.assisted),
            _told(agreement.unassisted),
            scale.pull.undefined or "",
        )

    def _save_bias(self) -> None:
        if self._report is None:
            return
        file, _ = QFileDialog.getSaveFileName(
            self._page, self.tr("Save the bias report"), "bias.csv", "CSV (*.csv)"
        )
        if file:
            try:
                write_bias(self._report, Path(file))
            except OSError as error:
                self._refuse(f"{file} could not be written ({error.strerror}).")

    def _refuse(self, sentence: str) -> None:
        show_error(self._page, sentence, self._log_path)


def write_bias(report: BiasReport, file: Path) -> None:
    """One row per scale: counts, and each estimate with its interval; OSError if that cannot be written.

    The file appears whole: what stood there before stays until then.
    """
    names = ("adoption", "unaided", "pull")
    if is_database_file(file):
        raise FileExistsError(errno.EEXIST, "a database has this name", str(file))
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    ends = [f"{name}{end}" for name in names for end in ("", "_low", "_high")]
    writer.writerow(["scale", "shown", "control", *ends])
    for scale, found in report.scales.items():
        cells: list[object] = [scale, found.shown, found.control]
        for name in names:
            estimate: Estimate = getattr(found, name)
            low, high = estimate.ci95 or ("", "")
            cells += ["" if estimate.value is None else estimate.value, low, high]
        writer.writerow(cells)
    replace_file(file, text.getvalue().encode("utf-8"))


def _told(estimate: Estimate, *, percent: bool = False) -> str:
    if estimate.value is None:
        return "–"
    form = (lambda value: f"{value * 100:.0f} %") if percent else (lambda value: f"{value:.2f}")
    if estimate.ci95 is None:
        return form(estimate.value)
    return f"{form(estimate.value)} ({form(estimate.ci95[0])} to {form(estimate.ci95[1])})"
