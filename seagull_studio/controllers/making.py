"""Making a project: a new one, or the sample."""

from __future__ import annotations

import getpass
from pathlib import Path

from platformdirs import user_documents_path
from PySide6.QtCore import QObject, Signal

from annotation_db.database.store import Store
from annotation_db.records import AddReport
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from seagull_studio.controllers.long_work import run_long
from seagull_studio.controllers.person import Person
from seagull_studio.controllers.picture_reports import picture_result
from seagull_studio.operations import project as operations
from seagull_studio.services.long_task import LongTasks
from seagull_studio.state.project_questions import AskNewProject
from seagull_studio.state.project_view import NewProject

SAMPLE_FOLDER = "SEAGULL sample project"


class MakingController(QObject):
    """What the start page offers beside opening."""

    made = Signal(str)
    """The folder of a project that is to be opened."""

    def __init__(self, person: Person) -> None:
        super().__init__()
        self._person = person
        self.tasks = LongTasks(self)

    def ask(self, pictures: Path | None = None) -> None:
        """Ask what the project is to be, with `pictures` proposed as its folder of pictures."""
        wanted = self._person.ask(AskNewProject(Path.home(), pictures))
        if wanted is not None:
            self.make(wanted)

    def take_folder(self, folder: str) -> None:
        """A folder was dropped: a project is to be opened, anything else holds pictures of a new one."""
        if Store.is_project(folder):
            self.made.emit(folder)
        else:
            self.ask(Path(folder))

    def make(self, wanted: NewProject) -> None:
        """Make a project and open it."""
        who = getpass.getuser()
        run_long(
            self._person,
            self.tasks,
            self.tr("Making the project"),
            lambda progress, cancelled: operations.create(
                wanted.folder,
                wanted.images_folder,
                name=wanted.name,
                source=wanted.source,
                raters_wanted=wanted.raters_wanted,
                who=who,
                progress=progress,
                cancelled=cancelled,
            ),
            lambda made: self._made(wanted, made.pictures),
            owner=self,
        )

    def open_sample(self) -> None:
        """Open the sample project; it is made first if there is none yet."""
        folder = user_documents_path() / SAMPLE_FOLDER
        if Store.is_project(folder):
            self.made.emit(str(folder))
            return
        run_long(
            self._person,
            self.tasks,
            self.tr("Making the sample project"),
            lambda progress, cancelled: _make_sample(folder, progress, cancelled),
            lambda _: self.made.emit(str(folder)),
            owner=self,
        )

    def _made(self, wanted: NewProject, report: AddReport | None) -> None:
        self.made.emit(str(wanted.folder))
        if report is not None and wanted.images_folder and (report.duplicates or report.refused):
            self._person.show(picture_result(self.tr("New project"), wanted.images_folder, report))


def _make_sample(folder: Path, progress: Progress, cancelled: CancelCheck) -> None:
    from seagull_studio.operations import sample_project

    sample_project.create(folder, progress=progress, cancelled=cancelled).close()
