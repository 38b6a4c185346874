"""Pictures, ROIs and ratings on their way into a project."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from annotation_db.records import AddReport
from seagull_studio.controllers.import_reports import shown_report
from seagull_studio.controllers.long_work import run_on_project
from seagull_studio.controllers.person import Person
from seagull_studio.controllers.picture_reports import picture_result
from seagull_studio.controllers.ratings_import import RatingsImportController
from seagull_studio.operations import project as operations
from seagull_studio.services.session import Session
from seagull_studio.state.project_questions import ConfirmImport
from seagull_studio.state.questions import ChooseFile, ChooseFolder

if TYPE_CHECKING:
    from annotation_db.imports.reports import ImportReport as Report

FileKind = Literal["rois", "ratings"]


class ImportsController(QObject):
    """Asks for a folder or a file, shows what it would bring, and brings it in."""

    changed = Signal()
    """Something was imported."""

    def __init__(self, session: Session, who: str, person: Person) -> None:
        super().__init__()
        self._session = session
        self._who = who
        self._person = person
        self._ratings = RatingsImportController(session, who, person)
        self._ratings.setParent(self)
        self._ratings.done.connect(self.changed)

    def choose_images(self) -> None:
        """Ask for a folder of pictures, and add them."""
        folder = self._person.ask(ChooseFolder(self.tr("Import the pictures of a folder")))
        if folder is not None:
            self.import_images(folder)

    def choose_rois(self) -> None:
        """Ask for a file of ROIs, and begin to import it."""
        self._choose("rois", self.tr("Import ROIs"), "JSON (*.json)")

    def choose_ratings(self) -> None:
        """Ask for a file of ratings, and begin to import it."""
        self._choose("ratings", self.tr("Import ratings"), "CSV, XLSX (*.csv *.tsv *.txt *.xlsx)")

    def import_images(self, folder: Path) -> None:
        """Add every picture below `folder`."""
        run_on_project(
            self._person,
            self._session,
            self.tr("Importing pictures"),
            lambda store, progress, cancelled: operations.import_images(
                store, folder, source=folder.name, who=self._who, progress=progress, cancelled=cancelled
            ),
            partial(self._images_imported, folder),
            owner=self,
        )

    def import_file(self, kind: FileKind, file: Path) -> None:
        """Show what the file would bring; bring it in if the person agrees."""
        if kind == "ratings":
            self._ratings.begin(file)
            return
        run_on_project(
            self._person,
            self._session,
            self.tr("Reading {file}").format(file=file.name),
            self._importer(file, dry_run=True),
            partial(self._rois_read, file),
            owner=self,
        )

    def _choose(self, kind: FileKind, title: str, names: str) -> None:
        file = self._person.ask(ChooseFile(title, f"{names};;{self.tr('All files')} (*)"))
        if file is not None:
            self.import_file(kind, file)

    def _images_imported(self, folder: Path, report: AddReport) -> None:
        self.changed.emit()
        self._person.show(picture_result(self.tr("Import pictures"), folder, report))

    def _rois_read(self, file: Path, report: Report) -> None:
        if self._person.ask(ConfirmImport(shown_report(report))) is not None:
            run_on_project(
                self._person,
                self._session,
                self.tr("Importing {file}").format(file=file.name),
                self._importer(file, dry_run=False, lenient=bool(report.complaints)),
                lambda _report: self.changed.emit(),
                owner=self,
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
