"""The Project page: how far a project is; what is done with it has controllers of its own beside this."""

from __future__ import annotations

from PySide6.QtCore import Signal

from annotation_db.labels.labels import POLICIES
from seagull_studio.controllers.assigning import AssignController
from seagull_studio.controllers.checking import CheckController
from seagull_studio.controllers.exports import ExportsController
from seagull_studio.controllers.groups import GroupsController
from seagull_studio.controllers.imports import ImportsController
from seagull_studio.controllers.label_figures import summary
from seagull_studio.controllers.label_runs import LabelRunsController
from seagull_studio.controllers.long_work import run_on_project
from seagull_studio.controllers.page import PageController
from seagull_studio.controllers.people import PeopleController
from seagull_studio.controllers.person import Person
from seagull_studio.controllers.pictures import PicturesController
from seagull_studio.controllers.project_settings import ProjectSettingsController
from seagull_studio.controllers.times import shown_time
from seagull_studio.operations import project as operations
from seagull_studio.services.session import Session
from seagull_studio.state.project_view import BackupView, CoverageView, PolicyView, ProjectView
from seagull_studio.state.rating_view import RatingForm


class ProjectController(PageController):
    """Overview, assignments and labels of one project."""

    project_changed = Signal(object)
    """`ProjectView`."""
    coverage_changed = Signal(object)
    """`CoverageView`."""
    labels_changed = Signal(object)
    """`LabelSummary` of the last label run, or None before the first."""
    backup_changed = Signal(object)
    """`BackupView`."""

    def __init__(self, session: Session, form: RatingForm, who: str, person: Person) -> None:
        super().__init__()
        self._session = session
        self._who = who
        self._person = person
        self.people = PeopleController(session, who, person)
        self.pictures = PicturesController(session, who, person)
        self.imports = ImportsController(session, who, person)
        self.exports = ExportsController(session, form, who, person)
        self.groups = GroupsController(session, who, person)
        self.assigning = AssignController(session, form, who, person)
        self.checking = CheckController(session, who, person)
        self.label_runs = LabelRunsController(session, form, who, person)
        self.settings = ProjectSettingsController(session, who, person)
        writing = (
            *(self.people, self.pictures, self.imports, self.exports, self.groups, self.assigning),
            *(self.checking, self.label_runs, self.settings),
        )
        for part in writing:
            part.setParent(self)
            part.changed.connect(self.refresh)
        session.backups.changed.connect(self._say_backup)
        session.backups.failed.connect(self._backup_failed)

    def refresh(self) -> None:
        self._say_backup()
        self._session.database.ask(operations.overview, self._show, self._person.refuse, owner=self)

    def policies(self) -> list[PolicyView]:
        """The ways to turn ratings into labels, the default first."""
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

    def aggregate(self, policy: str, min_raters: int) -> None:
        """Compute and store labels under a named policy."""
        run_on_project(
            self._person,
            self._session,
            self.tr("Computing labels"),
            lambda store, progress, cancelled: operations.aggregate(
                store, policy, min_raters, self._who, progress, cancelled
            ),
            lambda _run: self.refresh(),
            owner=self,
        )

    def back_up(self) -> None:
        """Make a backup now."""
        self._session.backups.make_now()

    def _show(self, overview: operations.Overview) -> None:
        project, coverage = overview.project, overview.coverage
        self.project_changed.emit(
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
        self.coverage_changed.emit(CoverageView(coverage.histogram, coverage.raters_wanted))
        self.people.show(overview)
        self.exports.show(overview)
        self.labels_changed.emit(summary(*overview.last_run) if overview.last_run else None)

    def _say_backup(self) -> None:
        backups = self._session.backups
        made_at = backups.last_made()
        shown = shown_time(made_at) if made_at else ""
        self.backup_changed.emit(BackupView(shown, backups.making))

    def _backup_failed(self, sentence: str, asked: bool) -> None:
        if asked:  # of the others the window tells
            self._person.refuse(sentence)
