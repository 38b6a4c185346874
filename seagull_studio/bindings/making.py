"""Making a project: a new one, or the sample, behind a progress dialog."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from pathlib import Path

from platformdirs import user_documents_path
from PySide6.QtCore import QObject

from annotation_db.database.store import Store
from annotation_db.records import AddReport
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from seagull_studio.bindings.work import run_long
from seagull_studio.operations import project as operations
from seagull_studio.services.long_task import LongTasks
from seagull_studio.state.project_view import NewProject
from seagull_studio.views.dialogs import NewProjectDialog, run_dialog, show_result
from seagull_studio.views.shell.main_window import MainWindow

SAMPLE_FOLDER = "SEAGULL sample project"


class ProjectMaking(QObject):
    """Wires what the start page offers beside opening.

    Parameters
    ----------
    window : MainWindow
    open_project : callable
        Opens the project folder that was made.
    refuse : callable
        Says one sentence.
    """

    def __init__(
        self, window: MainWindow, open_project: Callable[[str], None], refuse: Callable[[str], None]
    ) -> None:
        super().__init__(window)
        self._window = window
        self._open = open_project
        self._refuse = refuse
        self.tasks = LongTasks(self)
        window.start_page.new_requested.connect(self.ask)
        window.start_page.sample_requested.connect(self.open_sample)

    def ask(self, pictures: Path | None = None) -> None:
        """Ask what the project is to be, with `pictures` proposed as its folder of pictures."""
        dialog = NewProjectDialog(Path.home(), self._window)
        if pictures is not None:
            dialog.set_images_folder(pictures)
        wanted = run_dialog(dialog, NewProjectDialog.result_project)
        if wanted is not None:
            self.make(wanted)

    def make(self, wanted: NewProject) -> None:
        """Make a project and open it."""
        who = getpass.getuser()
        run_long(
            self.tasks,
            self._window,
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
            self._refuse,
        )

    def _made(self, wanted: NewProject, report: AddReport | None) -> None:
        self._open(str(wanted.folder))
        if report is not None and wanted.images_folder and (report.duplicates or report.refused):
            from seagull_studio.bindings.project import picture_report  # late, as `Pages` does

            sentence, lines = picture_report(wanted.images_folder, report)
            show_result(self._window, self.tr("New project"), sentence, lines)

    def open_sample(self) -> None:
        """Open the sample project; it is made first if there is none yet."""
        folder = user_documents_path() / SAMPLE_FOLDER
        if Store.is_project(folder):
            self._open(str(folder))
            return
        run_long(
            self.tasks,
            self._window,
            self.tr("Making the sample project"),
            lambda progress, cancelled: _make_sample(folder, progress, cancelled),
            lambda _: self._open(str(folder)),
            self._refuse,
        )


def _make_sample(folder: Path, progress: Progress, cancelled: CancelCheck) -> None:
    from seagull_studio.operations import sample_project

    sample_project.create(folder, progress=progress, cancelled=cancelled).close()
