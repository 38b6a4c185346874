"""The program: start page, opening and closing projects, modes."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from annotation_db.database.server_access import with_password
from annotation_db.database.store import Store
from annotation_db.errors import PasswordWanted
from annotation_db.records import AnnotatorRecord
from annotation_db.version import program_version
from model.segmenters.factory import find_segmenters
from seagull_studio.bindings.annotate import AnnotateBinding
from seagull_studio.bindings.making import ProjectMaking
from seagull_studio.bindings.pages import Pages, Setting
from seagull_studio.bindings.people import ask_who
from seagull_studio.bindings.recent import RecentBinding
from seagull_studio.bindings.session import Session
from seagull_studio.bindings.waiting import wait_while
from seagull_studio.log import log_file
from seagull_studio.operations import journals, rating
from seagull_studio.operations import project as operations
from seagull_studio.services.answers import unexpected
from seagull_studio.services.database import DatabaseService
from seagull_studio.services.owners import leave
from seagull_studio.services.settings import Settings, weights_folders
from seagull_studio.state.annotate_view import ModeView
from seagull_studio.state.project_view import AnnotatorRow
from seagull_studio.state.rating_view import rating_form
from seagull_studio.state.settings_view import Theme
from seagull_studio.views.annotate.annotate_page import AnnotatePage
from seagull_studio.views.dialogs import (
    AboutDialog,
    AnnotatorDialog,
    SettingsDialog,
    ShortcutsDialog,
    ask_password,
    confirm,
    run_dialog,
    show_error,
)
from seagull_studio.views.kit import language, style
from seagull_studio.views.shell.main_window import MainWindow

if TYPE_CHECKING:
    from seagull_studio.bindings.models import ModelsBinding
    from seagull_studio.bindings.project import ProjectBinding


class Studio(QObject):
    """One window with at most one project in it.

    Parameters
    ----------
    application : QApplication
    settings : Settings
        What is remembered between starts.
    """

    def __init__(self, application: QApplication, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        choices = settings.choices()
        self._style = style.install(application, theme=choices.theme)
        self._language = language.install(application, choices.language)
        self.window = MainWindow(program_version())
        self.session: Session | None = None
        self.annotate: AnnotateBinding | None = None
        self._pages: Pages | None = None
        self._opening: DatabaseService | None = None
        self._left: list[DatabaseService] = []
        """Projects that were given up while they were opened; their threads end by themselves."""
        self._rating_as = ("", "")
        self.window.notices.add(*settings.notices)
        self.making = ProjectMaking(self.window, self.open_project, self._refuse)
        self._recent = RecentBinding(self.window.start_page, settings, self)
        start, window = self.window.start_page, self.window
        start.open_requested.connect(self._choose_project)
        start.project_chosen.connect(self.open_project)
        start.folder_dropped.connect(self._dropped)
        window.mode_chosen.connect(self.show_mode)
        window.rail.settings_requested.connect(self._change_settings)
        window.rail.help_requested.connect(lambda: run_dialog(ShortcutsDialog(window), lambda _: True))
        window.set_close_guard(self._may_close)
        window.closed.connect(self.close)

    def show(self) -> None:
        """Show the window where it was last."""
        self._recent.show()
        if not self.window.restoreGeometry(self._settings.geometry):
            self.window.resize(1440, 920)
        self.window.show()

    # Start page

    def _choose_project(self) -> None:
        folder = QFileDialog.getExistingDirectory(self.window, self.tr("Open a project folder"))
        if folder:
            self.open_project(folder)

    def _dropped(self, folder: str) -> None:
        if Store.is_project(folder):
            self.open_project(folder)
        else:
            self.making.ask(Path(folder))

    # A project

    def open_project(self, location: str, annotator: str = "") -> None:
        """Open a project folder or database URL; `annotator` rates, else whoever did last."""
        if not self._may_close():
            return
        self._leave()
        self._opening = DatabaseService(location)
        self._opening.ask(
            operations.opening,
            lambda opening: self._opened(annotator, opening),
            lambda sentence: self._not_opened(location, annotator, sentence),
            owner=self,
        )

    def _not_opened(self, location: str, annotator: str, sentence: str) -> None:
        refusal = self._opening.refusal if self._opening is not None else None
        self._give_up_opening()
        if not isinstance(refusal, PasswordWanted):
            self._refuse(sentence)
        elif password := ask_password(self.window, sentence):
            self.open_project(with_password(location, password), annotator)

    def _give_up_opening(self) -> None:
        """Want no answer of the project that is being opened; nobody waits for its thread."""
        if self._opening is not None:
            self._left = [database for database in self._left if database.is_working]
            self._left.append(self._opening)
            self._opening.leave()
            self._opening = None

    def _opened(self, annotator: str, opening: operations.Opening) -> None:
        if self._opening is None:
            return
        database, self._opening = self._opening, None
        self.session = Session(opening, database)
        self.session.backups.failed.connect(self._backup_failed)
        self.session.jobs.said.connect(self.window.notices.add)
        self.window.notices.add(*opening.notices)
        self._settings.remember_project(opening.location, opening.project.name)
        name, role = annotator or self._settings.annotator_of(opening.project.uid), "annotator"
        people = opening.annotators
        if not name:
            name, role = self._ask_who(people, "")
            if self.session is None or self.session.database is not database:
                return
        if name:
            self._sign_in_as(name, role)
        else:
            self._leave()

    def _ask_who(self, people: tuple[AnnotatorRecord, ...], current: str) -> tuple[str, str]:
        """Name and role of whoever sits here; the name is "" if the person gave none."""
        rows = [
            AnnotatorRow(person.name, person.role, 0, 0, person.simulated, person.excluded)
            for person in people
            if not person.simulated
        ]
        choice = run_dialog(AnnotatorDialog(rows, current, self.window), AnnotatorDialog.choice)
        return (choice.name, choice.role) if choice else ("", "")

    def _sign_in_as(self, name: str, role: str) -> None:
        """Sign in; where the name is nearly somebody's, ask first whether it is them."""
        assert self.session is not None
        sign_in = partial(self._sign_in, role=role)
        ask_who(self.session, self.window, name, sign_in, self._not_signed_in, self._nobody_signed_in)

    def _nobody_signed_in(self) -> None:
        if self.annotate is None:  # the project was just being opened
            self._leave()

    def _sign_in(self, name: str, distinct: bool, role: str) -> None:
        if self.session is None:
            return
        self.session.database.ask(
            lambda store: rating.sign_in(store, name, role, distinct=distinct),
            self._build_pages,
            self._not_signed_in,
            owner=self,
        )

    def _not_signed_in(self, sentence: str) -> None:
        self._nobody_signed_in()
        self._refuse(sentence)

    def _build_pages(self, annotator: AnnotatorRecord) -> None:
        session = self.session
        # Whoever rated until now may have gone on while the other one was signed in.
        if session is None or not self._nothing_is_lost() or session is not self.session:
            return
        self._keep_begun()
        self._drop_pages()
        self._rating_as = (session.project.uid, annotator.name)
        self._settings.remember_annotator(*self._rating_as)
        choices = self._settings.choices()
        form = rating_form(self._language)
        page = AnnotatePage(form)
        weights = weights_folders(choices.weights_folder)
        self.annotate = AnnotateBinding(
            page,
            session,
            annotator,
            find_segmenters(weights),
            self._settings.segmenter,
            choices.pause_minutes,
            self._settings.begun(*self._rating_as),
        )
        self._pages = Pages(Setting(session, form, annotator.name, weights), self.annotate)
        self.annotate.segmenter_chosen.connect(self._remember_segmenter)
        self.annotate.annotator_change_requested.connect(self._change_annotator)
        self.window.show_project(
            session.project.name,
            [
                (ModeView("annotate", self.tr("Annotate"), "annotate"), lambda: page),
                *self._pages.modes(),
                (ModeView("start", self.tr("Projects"), "open", apart=True), QWidget),
            ],
            simulated=session.project.simulated,
        )
        if session.project.simulated:
            self.window.banner.say(
                self.tr(
                    "Sample project: its annotators and their ratings are simulated. Nothing here was "
                    "given by people, except what you add."
                )
            )
        else:
            self.window.banner.say("")
        self.annotate.rating.saving.refused.connect(self.window.notices.add)
        self.show_mode("project" if session.read_only else "annotate")
        self.annotate.start()
        if session.read_only:
            self.window.notices.add(
                self.tr("This project lies on a read-only medium: it can be looked at, not changed.")
            )
            return
        add, saving = self.window.notices.add, self.annotate.rating.saving
        session.database.ask(journals.at_opening, lambda said: add(*said), add, owner=page)
        saving.resume()
        session.backups.make_if_due()  # on a thread of its own, with the project in sight

    def _backup_failed(self, sentence: str, asked: bool) -> None:
        if not asked:  # nobody waits for it: said above the pages, and the project stays open
            self.window.banner.say(f"{self.window.banner.text} {sentence}".strip(), "alert")

    @property
    def project(self) -> ProjectBinding | None:
        """What the Project page does, made with it when first asked for; None while no project is open."""
        if self._pages is None:
            return None
        self.window.page("project")
        return cast("ProjectBinding | None", self._pages.binding("project"))

    @property
    def models(self) -> ModelsBinding | None:
        """What the Models page does, made with it when first asked for; None while no project is open."""
        if self._pages is None:
            return None
        self.window.page("models")
        return cast("ModelsBinding | None", self._pages.binding("models"))

    def show_mode(self, mode: str) -> None:
        """``"annotate"``, one of `pages.PAGES`, or ``"start"`` to leave the project."""
        if mode == "start":
            self._leave_project()
            return
        self.window.show_mode(mode)
        binding = None if self._pages is None else self._pages.binding(mode)
        if binding is not None:
            binding.refresh()

    def _change_annotator(self) -> None:
        if self.session is None or not self._nothing_is_lost() or self.session is None:
            return
        self.session.database.ask(operations.opening, self._choose_annotator, self._refuse, owner=self)

    def _choose_annotator(self, opening: operations.Opening) -> None:
        session = self.session
        current = self._settings.annotator_of(opening.project.uid)
        name, role = self._ask_who(opening.annotators, current)
        if name and name != current and session is not None and session is self.session:
            self._sign_in_as(name, role)

    def _remember_segmenter(self, name: str) -> None:
        self._settings.segmenter = name

    def _leave_project(self) -> None:
        if self._may_close():
            self._leave()

    def _leave(self) -> None:
        self.close_project()
        self._recent.show()
        self.window.show_start()

    def close(self) -> None:
        """Let everything go: no thread is left."""
        self.close_project()
        self.making.tasks.leave()
        wait_while(lambda: self.making.tasks.is_working or any(each.is_working for each in self._left))
        self.making.tasks.close()
        for database in self._left:
            database.close()

    def close_project(self) -> None:
        """Finish what is being written and let the project go."""
        self._settings.geometry = self.window.saveGeometry()
        self._keep_begun()
        self._settings.sync()
        self._give_up_opening()
        if self.session is not None:
            session, self.session = self.session, None
            self.annotate = self._pages = None
            self._drop_pages()
            session.leave()
            wait_while(lambda: session.is_working)
            session.close()
            session.deleteLater()

    def _drop_pages(self) -> None:
        """The pages go; what was asked for them is not told to anybody."""
        for page in self.window.drop_pages():
            leave(page)

    def _keep_begun(self) -> None:
        if self.annotate is not None:
            self._settings.remember_begun(*self._rating_as, self.annotate.begun)

    def _may_close(self) -> bool:
        """Whether nothing is lost by closing, or the person wants it so; long work has ended then."""
        if not self._nothing_is_lost():
            return False
        for tasks in (self.making.tasks, self.session.tasks if self.session is not None else None):
            if tasks is not None:
                tasks.cancel()
                wait_while(lambda tasks=tasks: tasks.is_working)
        return True

    def _nothing_is_lost(self) -> bool:
        """Whether all that was rated is saved, or the person wants to go on without it."""
        # What is being written may still fail; nobody could be told once the window is gone.
        wait_while(lambda: self.session is not None and self.session.database.pending > 0)
        saving = self.annotate.rating.saving if self.annotate is not None else None
        if saving is not None and saving.failed:
            return confirm(
                self.window,
                self.tr("Ratings not saved"),
                self.tr("Ratings that could not be saved and will be lost: {count}.").format(
                    count=saving.failed
                ),
                self.tr("Leave without them"),
            )
        if saving is not None and saving.kept:
            return confirm(
                self.window,
                self.tr("Ratings not in the database yet"),
                self.tr(
                    "Ratings kept on this computer, not in the database yet: {count}. They are sent when "
                    "this project is opened here again and its database can be reached."
                ).format(count=saving.kept),
                self.tr("Leave"),
                danger=False,
            )
        return True

    def set_theme(self, theme: Theme) -> None:
        """``"system"``, ``"light"`` or ``"dark"``, at once and without remembering it."""
        self._style.set_theme(theme)

    def _change_settings(self) -> None:
        dialog = SettingsDialog(self._settings.choices(), self.window)
        dialog.about_requested.connect(lambda: AboutDialog(program_version(), dialog).open())
        choices = run_dialog(dialog, SettingsDialog.settings)
        if choices is None:
            return
        before = self._settings.choices()
        self._settings.set_choices(choices)
        self._style.set_theme(choices.theme)
        if before != choices:
            self.window.banner.say(
                self.tr("Language and weights folder take effect when the project is opened again.")
            )

    def say_unexpected(self, error: Exception) -> None:
        """Tell of an error that nobody foresaw; its traceback is in the log."""
        self._refuse(unexpected(error))

    def _refuse(self, sentence: str) -> None:
        show_error(self.window, sentence, str(log_file()))
