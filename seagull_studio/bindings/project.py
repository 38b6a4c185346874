"""The Project page and what a lead does there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from annotation_db.database.changes import Kind
from annotation_db.database.findings import Finding
from annotation_db.database.store import Store
from annotation_db.exports.run import FORMATS
from annotation_db.imports.reports import ImportReport as Report
from annotation_db.labels.labels import POLICIES
from annotation_db.records import AddReport
from annotation_db.safety.journal_check import PutBack
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from seagull_studio.bindings.import_reports import shown_report
from seagull_studio.bindings.label_figures import summary
from seagull_studio.bindings.label_runs import LabelRunsBinding
from seagull_studio.bindings.people import PeopleBinding
from seagull_studio.bindings.pictures import PicturesBinding
from seagull_studio.bindings.ratings_import import RatingsImportBinding
from seagull_studio.bindings.session import Session
from seagull_studio.bindings.work import run_long
from seagull_studio.operations import journals
from seagull_studio.operations import project as operations
from seagull_studio.services.owners import belongs_to
from seagull_studio.state.project_view import (
    BackupView,
    CoverageView,
    ExportChoices,
    PolicyView,
    ProjectView,
)
from seagull_studio.views.dialogs import (
    ExportDialog,
    ImportReportDialog,
    confirm,
    run_dialog,
    show_error,
    show_result,
)
from seagull_studio.views.project.project_page import ProjectPage


class ProjectBinding(QObject):
    """Overview, imports, assignments, labels and exports of one project."""

    exported = Signal(object)
    """`ExportReport` of an export that was written."""

    def __init__(self, page: ProjectPage, session: Session, who: str, log_path: str) -> None:
        super().__init__(page)
        self._page = page
        self._session = session
        self._who = who
        self._log_path = log_path
        self._people = PeopleBinding(page.annotators, session, who, self._long, self.refresh, self._refuse)
        self._ratings = RatingsImportBinding(page, self._long, who, self.refresh, self._refuse)
        self.pictures = PicturesBinding(page, session, who, self._long, self.refresh)
        page.set_policies(self._policies())
        page.import_images_requested.connect(self._import_images)
        page.import_rois_requested.connect(partial(self._import_file, "rois"))
        page.import_ratings_requested.connect(partial(self._import_file, "ratings"))
        page.assign_requested.connect(self._assign)
        page.aggregate_requested.connect(self.aggregate)
        self.label_runs = LabelRunsBinding(page, session, who, log_path, self.refresh)
        page.label_runs_requested.connect(self.label_runs.open)
        page.export_requested.connect(self._export)
        page.check_requested.connect(self._check)
        page.backup_requested.connect(session.backups.make_now)
        session.backups.changed.connect(self._show_backup)
        session.backups.failed.connect(self._backup_failed)
        session.changes.changed.connect(self._changed)

    def refresh(self) -> None:
        """Read the overview again."""
        self._show_backup()
        self._session.database.ask(operations.overview, self._show, self._refuse, owner=self)

    def _changed(self, _kinds: frozenset[Kind], by: QObject | None) -> None:
        """Another page or program has written; this page waits until it is looked at."""
        if self._page.isVisible() and not belongs_to(by, self):
            self.refresh()

    def aggregate(self, policy: str, min_raters: int) -> None:
        """Compute and store labels under a named policy."""
        self._long(
            self.tr("Computing labels"),
            lambda store, progress, cancelled: operations.aggregate(
                store, policy, min_raters, self._who, progress, cancelled
            ),
            lambda _run: self.refresh(),
        )

    def _policies(self) -> list[PolicyView]:
        told = {
            "paper": (
                self.tr("As in the paper"),
                self.tr("A severity is the mean of the votes that saw the distortion."),
            ),
            "include-non-existent": (
                self.tr("With the non-existent votes"),
                self.tr("Votes that saw no distortion enter a severity's mean as 5."),
            ),
            "paper-unassisted": (
                self.tr("As in the paper, without assisted votes"),
                self.tr("Votes given with a model's suggestion in view do not count."),
            ),
            "include-non-existent-unassisted": (
                self.tr("With the non-existent votes, without assisted votes"),
                self.tr("Non-existent votes count as 5; votes with a suggestion in view do not count."),
            ),
        }
        return [PolicyView(name, *told.get(name, (name, ""))) for name in POLICIES]

    def _show(self, overview: operations.Overview) -> None:
        project, coverage = overview.project, overview.coverage
        self._page.set_project(
            ProjectView(
                project.name,
                self._session.location,
                project.simulated or any(one.person.simulated for one in overview.annotators),
                coverage.images,
                coverage.images_without_roi,
                coverage.rois,
                coverage.annotators,
                coverage.ratings,
                project.raters_wanted,
            )
        )
        self._page.set_coverage(CoverageView(coverage.histogram, coverage.raters_wanted))
        self._people.show(overview)
        self._page.set_label_summary(summary(*overview.last_run) if overview.last_run else None)
        self._page.set_busy(False)

    def _show_backup(self) -> None:
        backups = self._session.backups
        made_at = backups.last_made()
        shown = f"{made_at.astimezone():%Y-%m-%d %H:%M}" if made_at else ""
        self._page.set_backup(BackupView(shown, backups.making))

    def _backup_failed(self, sentence: str, asked: bool) -> None:
        if asked:  # of the others the window tells
            show_error(self._page, sentence, self._log_path)

    # Imports

    def _import_images(self) -> None:
        folder = QFileDialog.getExistingDirectory(self._page, self.tr("Import the pictures of a folder"))
        if folder:
            self.import_images(Path(folder))

    def import_images(self, folder: Path) -> None:
        """Add every picture below `folder`."""
        self._long(
            self.tr("Importing pictures"),
            lambda store, progress, cancelled: operations.import_images(
                store, folder, source=folder.name, who=self._who, progress=progress, cancelled=cancelled
            ),
            partial(self._images_imported, folder),
        )

    def _images_imported(self, folder: Path, report: AddReport) -> None:
        self.refresh()
        sentence, lines = picture_report(folder, report)
        show_result(self._page, self.tr("Import pictures"), sentence, lines)

    def _import_file(self, kind: str) -> None:
        title = self.tr("Import ROIs") if kind == "rois" else self.tr("Import ratings")
        names = "JSON (*.json)" if kind == "rois" else "CSV, XLSX (*.csv *.tsv *.txt *.xlsx)"
        file, _ = QFileDialog.getOpenFileName(self._page, title, "", f"{names};;{self.tr('All files')} (*)")
        if file:
            self.import_file(kind, Path(file))

    def import_file(self, kind: str, file: Path) -> None:
        """Show what the file would bring; bring it in if the person agrees."""
        if kind == "ratings":
            self._ratings.begin(file)
            return
        self._long(
            self.tr("Reading {file}").format(file=file.name),
            self._importer(file, dry_run=True),
            partial(self._ask_to_apply, file),
        )

    def _ask_to_apply(self, file: Path, report: Report) -> None:
        if run_dialog(ImportReportDialog(shown_report(report), self._page), lambda _: True):
            self._long(
                self.tr("Importing {file}").format(file=file.name),
                self._importer(file, dry_run=False, lenient=bool(report.complaints)),
                lambda _report: self.refresh(),
            )

    def _importer(self, file: Path, *, dry_run: bool, lenient: bool = False) -> Callable[..., Report]:
        return lambda store, progress, cancelled: operations.import_file(
            store,
            "rois",
            file,
            dry_run=dry_run,
            lenient=lenient,
            who=self._who,
            progress=progress,
            cancelled=cancelled,
        )

    # Assignments, annotators, labels, exports

    def _assign(self) -> None:
        self._session.database.ask(
            lambda store: operations.assign(store, self._who),
            lambda _: self.refresh(),
            self._refuse,
            owner=self,
        )

    def _export(self) -> None:
        folder = Path.home() / f"{self._session.project.name}-export"
        dialog = ExportDialog(folder, self._formats(), self._page)
        choices = run_dialog(dialog, ExportDialog.choices)
        if choices is None:
            return
        in_use = choices.folder.is_dir() and any(choices.folder.iterdir())
        if not in_use or confirm(
            self._page,
            self.tr("Replace the export?"),
            self.tr("{folder} is in use. An earlier export in it will be replaced.").format(
                folder=choices.folder
            ),
            self.tr("Replace it"),
        ):
            self.export(choices, overwrite=in_use)

    def _formats(self) -> dict[str, str]:
        told = {
            "seagull": self.tr("SEAGULL: regions and labels as JSON"),
            "llava": self.tr("LLaVA: questions and answers for training"),
            "coco": self.tr("COCO: masks that other tools read"),
            "csv": self.tr("CSV: every single vote"),
        }
        return {one.name: told.get(one.name, one.title) for one in FORMATS.values()}

    def export(self, choices: ExportChoices, *, overwrite: bool = False) -> None:
        """Write an export folder."""
        self._long(
            self.tr("Exporting"),
            lambda store, progress, cancelled: operations.export(
                store,
                choices.folder,
                formats=choices.formats,
                train=choices.train,
                seed=choices.seed,
                copy_images=choices.copy_images,
                pseudonyms=choices.pseudonyms,
                overwrite=overwrite,
                who=self._who,
                progress=progress,
                cancelled=cancelled,
            ),
            self._exported,
        )

    def _exported(self, written: operations.Exported) -> None:
        report, remarks = written.report, (written.remark, written.report.missing_sentence)
        self.exported.emit(report)
        sentence = self.tr("Exported to {folder}.").format(folder=report.folder)
        if report.simulated:
            sentence += " " + self.tr("Some of its ratings are simulated, and the export says so.")
        sentence = " ".join(filter(None, (sentence, *remarks)))
        show_result(self._page, self.tr("Export"), sentence, report.files, str(report.folder))

    def _check(self) -> None:
        self._long(self.tr("Checking the project"), operations.check, self._checked)

    def _checked(self, findings: list[Finding]) -> None:
        sentence = (
            self.tr("{count} things are not as they should be.").format(count=len(findings))
            if findings
            else self.tr("Database, pictures and masks are as they should be.")
        )
        show_result(self._page, self.tr("Check"), sentence, [finding.message for finding in findings])
        missing = sum(finding.kind == "journal" for finding in findings)
        damaged = any(finding.kind == "database" for finding in findings)
        if (
            missing
            and not damaged
            and confirm(
                self._page,
                self.tr("Put back?"),
                self.tr("Stored in the journals and not in the database: {count}.").format(count=missing),
                self.tr("Put them back"),
            )
        ):
            self._put_back()

    def _put_back(self) -> None:
        self._long(
            self.tr("Putting back what stands in the journals"),
            lambda store, progress, cancelled: journals.put_back(store, self._who, progress, cancelled),
            self._restored,
        )

    def _restored(self, done: PutBack) -> None:
        self.refresh()
        sentence = self.tr("Put back from the journals: {count}.").format(count=done.stored)
        show_result(self._page, self.tr("Check"), sentence, list(done.refused))

    def _long(
        self,
        title: str,
        operation: Callable[[Store, Progress, CancelCheck], Any],
        done: Callable[[Any], None],
    ) -> None:
        session = self._session

        def work(progress: Progress, cancelled: CancelCheck) -> Any:
            # A connection of its own: ratings of the window go on beside it.
            with session.open_store() as store:
                return operation(store, progress, cancelled)

        run_long(self._session.tasks, self._page, title, work, done, self._refuse)

    def _refuse(self, sentence: str) -> None:
        self._page.set_busy(False)
        show_error(self._page, sentence, self._log_path)


def picture_report(folder: Path, report: AddReport) -> tuple[str, list[str]]:
    """What became of the pictures of a folder: one sentence, and the exceptions line by line."""
    lines = [f"{path} is the same picture as {known}: left out." for path, known in report.duplicates]
    lines += [sentence for _, sentence in report.refused]
    return f"{len(report.added):,} pictures of {folder} were added.", lines
