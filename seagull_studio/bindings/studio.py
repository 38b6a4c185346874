"""The program: start page, opening and closing projects, modes."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from annotation_db.version import program_version
from model.segmenters.factory import find_segmenters
from seagull_studio.bindings.annotate import AnnotateBinding
from seagull_studio.bindings.idle import IdleWatch
from seagull_studio.bindings.pages import Pages
from seagull_studio.bindings.person import PersonAtWindow
from seagull_studio.bindings.setting import Setting
from seagull_studio.controllers.leaving import may_leave, may_leave_masks
from seagull_studio.controllers.making import MakingController
from seagull_studio.controllers.messages import MessagesController
from seagull_studio.controllers.opening import OpeningController
from seagull_studio.controllers.recent import RecentController
from seagull_studio.controllers.signing_in import SignInController
from seagull_studio.controllers.upkeep import begin_upkeep
from seagull_studio.log import log_file
from seagull_studio.services.answers import unexpected
from seagull_studio.services.database import DatabaseService
from seagull_studio.services.owners import leave
from seagull_studio.services.session import Session
from seagull_studio.services.settings import Settings, weights_folders
from seagull_studio.services.waiting import wait_while
from seagull_studio.state.annotate_view import ModeView
from seagull_studio.state.project_questions import ShowInstructions
from seagull_studio.state.project_settings import InstructionsView
from seagull_studio.state.questions import ChooseFolder
from seagull_studio.state.rating_view import rating_form
from seagull_studio.state.settings_view import Theme
from seagull_studio.views.annotate.annotate_page import AnnotatePage
from seagull_studio.views.dialogs import AboutDialog, SettingsDialog, ShortcutsDialog, run_dialog
from seagull_studio.views.kit import language, style
from seagull_studio.views.shell.main_window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Callable

    from seagull_studio.controllers.models import ModelsController
    from seagull_studio.controllers.project import ProjectController
    from seagull_studio.controllers.review import ReviewController
    from seagull_studio.operations.acting import Place
    from seagull_studio.operations.project import Opening


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
        self.signing_in: SignInController | None = None
        self._pages: Pages | None = None
        self._rating_as = ("", "")
        self._sitting: frozenset[int] = frozenset()
        """Who gives the pages' ratings: as they signed in, and whom they were merged with."""
        self.window.notices.add(*settings.notices)
        self._person = PersonAtWindow(self.window, str(log_file()))
        self.opening = OpeningController(self._person)
        self.making = MakingController(self._person)
        self._recent = RecentController(settings)
        for controller in (self.opening, self.making, self._recent):
            controller.setParent(self)
        self.opening.opened.connect(self._opened)
        self.opening.again_wanted.connect(self.open_project)
        self.making.made.connect(self.open_project)
        self._wire_start()
        window = self.window
        window.mode_chosen.connect(self.show_mode)
        window.rail.settings_requested.connect(self._change_settings)
        window.rail.help_requested.connect(self._show_keys)
        window.set_close_guard(self._may_close)
        window.closed.connect(self.close)
        self._idle = IdleWatch(self)
        self._idle.paused.connect(self._paused)

    def _wire_start(self) -> None:
        start = self.window.start_page
        start.open_requested.connect(self._choose_project)
        start.project_chosen.connect(self.open_project)
        start.folder_dropped.connect(self.making.take_folder)
        start.new_requested.connect(self.making.ask)
        start.sample_requested.connect(self.making.open_sample)
        start.forget_requested.connect(self._recent.forget)
        self._recent.listed.connect(start.set_recent)

    def show(self) -> None:
        """Show the window where it was last."""
        self._recent.show()
        self.window.show_where(self._settings.geometry)
        self._idle.watch(self.window)

    # A project

    def _choose_project(self) -> None:
        if (folder := self._person.ask(ChooseFolder(self.tr("Open a project folder")))) is not None:
            self.open_project(str(folder))

    def open_project(self, location: str, annotator: str = "") -> None:
        """Open a project folder or database URL; `annotator` rates, else whoever did last."""
        if self._may_close():
            self._leave()
            self.opening.open(location, annotator)

    def _opened(self, opening: Opening, database: DatabaseService, annotator: str) -> None:
        session = self.session = Session(opening, database)
        session.backups.failed.connect(self._backup_failed)
        session.jobs.said.connect(self.window.notices.add)
        self.window.notices.add(*opening.notices)
        self._settings.remember_project(opening.location, opening.project.name)
        self.signing_in = SignInController(session, self._settings, self._person, self._may_change)
        self.signing_in.setParent(session)
        self.signing_in.signed_in.connect(self._build_pages)
        self.signing_in.nobody.connect(self._nobody_signed_in)
        self.signing_in.left.connect(self._leave_after_pause)
        self.signing_in.place_changed.connect(self._follow)
        self.signing_in.talking_changed.connect(self.window.set_waiting)
        self.signing_in.begin(annotator, opening)

    def _nobody_signed_in(self) -> None:
        if self.annotate is None:  # the project was just being opened
            self._leave()

    def _build_pages(self, place: Place) -> None:
        """Show what is theirs; of pages that were there only what is not saved yet of their own stays.

        Nothing is waited for or asked before they stand: they may be built once more at any time.
        """
        session, annotator = self.session, place.annotator
        if session is None:
            return
        self._keep_begun()
        sitting = frozenset({place.actor.annotator_id, annotator.id} - {None})
        own = not self._sitting.isdisjoint(sitting)
        saving = self.annotate.rating.saving if self.annotate is not None and own else None
        dropped = self.window.drop_pages()
        self._rating_as = (session.project.uid, annotator.name)
        self._sitting = sitting
        self._settings.remember_annotator(*self._rating_as)
        choices = self._settings.choices()
        form = rating_form(self._language)
        page = AnnotatePage(form)
        weights = weights_folders(choices.weights_folder)
        self.annotate = AnnotateBinding(
            page,
            session,
            place,
            find_segmenters(weights),
            self._settings,
            self._settings.begun(*self._rating_as),
            saving,
        )
        if saving is None:
            self.annotate.rating.saving.refused.connect(self.window.notices.add)
        leave(*dropped)  # only now: what was not saved has gone over to the new page
        setting = Setting(
            session,
            form,
            annotator.name,
            weights,
            str(log_file()),
            self.annotate.rating.saving,
            place.leads,
            place.settings.feedback,
        )
        self._pages = Pages(setting, self.annotate)
        page.panel.instructions_requested.connect(self._show_instructions)
        self.annotate.annotator_change_requested.connect(self._change_annotator)
        self.window.show_project(
            session.project.name, self._modes(page, self._pages), simulated=session.project.simulated
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
        self.show_mode("project" if session.read_only and place.leads else "annotate")
        self._follow(place)
        if not self._read_first(place) or self.session is not session:
            return  # the project was left meanwhile
        self.annotate.start()
        messages = MessagesController(session, self._person)
        messages.setParent(page)
        messages.look()
        if session.read_only:
            self.window.notices.add(
                self.tr("This project lies on a read-only medium: it can be looked at, not changed.")
            )
            return
        begin_upkeep(session, self.annotate.rating.saving, self.window.notices.add, owner=page)

    def _modes(self, page: QWidget, pages: Pages) -> list[tuple[ModeView, Callable[[], QWidget]]]:
        return [
            (ModeView("annotate", self.tr("Annotate"), "annotate"), lambda: page),
            *pages.modes(),
            (ModeView("start", self.tr("Projects"), "open", apart=True), QWidget),
        ]

    def _follow(self, place: Place) -> None:
        """Settings that a lead changed hold at once; whoever sits there goes on where they are."""
        self._idle.minutes = place.settings.idle_minutes
        if self.annotate is None or self._pages is None:
            return
        self.annotate.follow(place)
        if self._pages.follow(place.settings.feedback):
            leave(*self.window.change_modes(self._modes(self.annotate.page, self._pages)))
            if self.window.rail.current() is None:
                self.show_mode("annotate")

    def _read_first(self, place: Place) -> bool:
        """Show instructions that this annotator has not read here yet; whether they are still there then."""
        page, annotate = place.instructions, self.annotate
        if page.text and not self._settings.has_read(*self._rating_as, page.digest):
            self._show_instructions()
            if self.annotate is not annotate:
                return False
            self._settings.remember_read(*self._rating_as, page.digest)
        return True

    def _show_instructions(self) -> None:
        place = self.signing_in.place if self.signing_in is not None else None
        if place is not None and place.instructions.text:
            page = InstructionsView(place.instructions.text, place.instructions.pictures)
            self._person.ask(ShowInstructions(page))

    def _show_keys(self) -> None:
        place = self.signing_in.place if self.signing_in is not None else None
        keys = ShortcutsDialog(
            self.window,
            instructions=place is not None and bool(place.instructions.text),
            leads=place is None or place.leads,
        )
        keys.instructions_requested.connect(self._show_instructions)
        run_dialog(keys, lambda _: True)

    def _paused(self, minutes: int) -> None:
        if self.signing_in is not None and self.annotate is not None:
            self.signing_in.ask_who_sits(minutes)

    def _backup_failed(self, sentence: str, asked: bool) -> None:
        if not asked:  # nobody waits for it: said above the pages, and the project stays open
            self.window.banner.say(f"{self.window.banner.text} {sentence}".strip(), "alert")

    @property
    def project(self) -> ProjectController | None:
        """What the Project page does, made with it when first asked for; None while no project is open."""
        if self._pages is None:
            return None
        self.window.page("project")
        return cast("ProjectController | None", self._pages.controller("project"))

    @property
    def models(self) -> ModelsController | None:
        """What the Models page does, made with it when first asked for; None while no project is open."""
        if self._pages is None:
            return None
        self.window.page("models")
        return cast("ModelsController | None", self._pages.controller("models"))

    @property
    def review(self) -> ReviewController | None:
        """What the Review page does, made with it when first asked for; None while no project is open."""
        if self._pages is None:
            return None
        self.window.page("review")
        return cast("ReviewController | None", self._pages.controller("review"))

    def show_mode(self, mode: str) -> None:
        """``"annotate"``, one of `pages.PAGES`, or ``"start"`` to leave the project."""
        if mode == "start":
            self._leave_project()
            return
        self.window.show_mode(mode)
        if self._pages is not None:
            self._pages.refresh(mode)

    def _change_annotator(self) -> None:
        if self.signing_in is not None:
            self.signing_in.change()

    def _may_change(self) -> bool:
        """Whether nothing of whoever sits here is lost when somebody else sits down, or they want it so."""
        return self._nothing_is_lost()

    def _leave_project(self) -> None:
        if self._may_close():
            self._leave()

    def _leave_after_pause(self) -> None:
        """Nobody said who sits here; where the project is to stay open, they are asked again."""
        self._leave_project()
        if self.signing_in is not None:
            self.signing_in.ask_after_pause()

    def _leave(self) -> None:
        self.close_project()
        self._recent.show()
        self.window.show_start()

    def close(self) -> None:
        """Let everything go: no thread is left."""
        self.close_project()
        self.making.tasks.leave()
        wait_while(lambda: self.making.tasks.is_working or self.opening.is_working)
        self.making.tasks.close()
        self.opening.close()

    def close_project(self) -> None:
        """Finish what is being written and let the project go."""
        self._settings.geometry = self.window.saveGeometry()
        self._keep_begun()
        self._settings.sync()
        self.opening.give_up()
        if self.signing_in is not None:
            leave(self.signing_in)
            self.signing_in = None
            self.window.set_waiting(False)
        if self.session is not None:
            session, self.session, self.annotate, self._pages = self.session, None, None, None
            self._drop_pages()
            session.leave()
            wait_while(lambda: session.is_working)
            session.close()
            session.deleteLater()

    def _drop_pages(self) -> None:
        """The pages go; what was asked for them is not told to anybody."""
        leave(*self.window.drop_pages())

    def _keep_begun(self) -> None:
        if self.annotate is not None:
            self._settings.remember_begun(*self._rating_as, self.annotate.begun)
            self.annotate.keep_drafts()

    def _may_close(self) -> bool:
        """Whether nothing is lost by closing, or they want it so; long work has ended then."""
        if not self._nothing_is_lost():
            return False
        if self.annotate is not None and not may_leave_masks(self.annotate.marking, self._person):
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
        return self.annotate is None or may_leave(self.annotate.rating.saving, self._person)

    def set_theme(self, theme: Theme) -> None:
        """``"system"``, ``"light"`` or ``"dark"``, at once and without remembering it."""
        self._style.set_theme(theme)

    def _change_settings(self) -> None:
        dialog = SettingsDialog(self._settings.choices(), self.window)
        dialog.about_requested.connect(lambda: AboutDialog(program_version(), dialog).open())
        if (choices := run_dialog(dialog, SettingsDialog.settings)) is None:
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
        self._person.refuse(unexpected(error))
