"""Pages are built anew when somebody else sits down or a role is taken back; nothing is lost by it."""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtWidgets import QApplication

from annotation_db.database.store import Store
from annotation_db.pictures import instructions
from annotation_db.pictures.instructions import Instructions
from seagull_studio.operations import people, settings
from seagull_studio.operations import review_actions as actions
from seagull_studio.operations.project import add_annotator
from seagull_studio.state.session_view import SavedState
from seagull_studio.unattended import driver
from seagull_studio.views.annotate.annotate_page import AnnotatePage
from seagull_studio.views.dialogs.instructions import InstructionsDialog
from seagull_studio.views.dialogs.project_settings import ProjectSettingsDialog
from seagull_studio.views.review.review_page import ReviewPage
from tests.e2e.conftest import Sit
from tests.e2e.desk import press_default, ratings_in
from tests.e2e.test_an_annotator_who_looks_for_what_is_not_theirs import (
    begin_region,
    modes,
    project,
    with_store,
)

__all__ = ["project"]


def test_what_was_begun_is_there_again_after_somebody_else_sat_there(sit: Sit, project: Path) -> None:
    desk = sit()
    desk.open(project, "Ann")
    begin_region(desk)
    area = desk.area
    assert area > 0
    desk.sign_in("Bo")
    desk.mark("p1.png")
    desk.settle()
    assert desk.area == 0, "it is Ann's"
    desk.sign_in("Ann")
    desk.mark("p1.png")
    driver.wait_until(lambda: desk.area == area, "what Ann began is there")
    assert desk.accept().created_by == "Ann"


def test_what_is_not_saved_outlives_the_pages_of_a_lead(sit: Sit, project: Path) -> None:
    with_store(project, lambda store: settings.set_role(store, "Ann", "lead", "Lea"))
    desk = sit()
    desk.open(project, "Lea")
    desk.studio.show_mode("review")
    desk.settle()
    desk.studio.show_mode("annotate")
    roi = desk.see_roi()
    before, go = desk.annotate, threading.Event()
    assert desk.studio.session is not None
    desk.studio.session.database.ask(lambda _store: go.wait(30), owner=None)
    desk.rate(saved=False)
    with_store(project, lambda store: actions.exclude(store, "roi", roi, "twice", "Ann"))  # refused by now
    go.set()
    driver.wait_until(lambda: desk.saved is SavedState.FAILED, "it is said")
    with_store(project, lambda store: settings.set_role(store, "Lea", "annotator", "Ann"))
    driver.wait_until(lambda: desk.annotate is not before, "a lead's pages have gone, and nothing was asked")
    assert modes(desk) == ["annotate", "start"]
    driver.pause(50)
    assert desk.studio.window.findChildren(ReviewPage) == []
    assert desk.saved is SavedState.FAILED and desk.annotate.rating.saving.failed == 1
    with_store(project, lambda store: actions.readmit(store, "roi", roi, "Ann"))
    desk.page.header.saved_mark.retry_requested.emit()
    desk.see_saved()
    assert [one.roi_id for one in ratings_in(project)] == [roi]


def test_what_is_not_saved_outlives_a_merge_of_names(sit: Sit, project: Path) -> None:
    desk = sit()
    desk.open(project, "Ann")
    roi = desk.see_roi()
    before, go = desk.annotate, threading.Event()
    assert desk.studio.session is not None
    desk.studio.session.database.ask(lambda _store: go.wait(30), owner=None)
    desk.rate(saved=False)
    with_store(project, lambda store: actions.exclude(store, "roi", roi, "twice", "Lea"))  # refused by now
    go.set()
    driver.wait_until(lambda: desk.saved is SavedState.FAILED, "it is said")
    with_store(project, lambda store: add_annotator(store, "Anna", "annotator", "Lea"))
    with_store(project, lambda store: people.merge(store, "Anna", "Ann", "Lea"))
    driver.wait_until(lambda: desk.annotate is not before, "they are Anna by now")
    desk.settle()
    assert desk.studio.signing_in is not None
    desk.studio.signing_in.sign_in_as("Anna", "annotator")
    desk.settle()
    assert desk.saved is SavedState.FAILED and desk.annotate.rating.saving.failed == 1
    with_store(project, lambda store: actions.readmit(store, "roi", roi, "Lea"))
    desk.page.header.saved_mark.retry_requested.emit()
    desk.see_saved()
    assert [one.roi_id for one in ratings_in(project)] == [roi]


def test_a_dialog_is_opened_once(sit: Sit, project: Path) -> None:
    desk = sit()
    desk.open(project, "Lea")
    desk.studio.show_mode("project")
    desk.settle()
    shown: list[int] = []

    def look(dialog: ProjectSettingsDialog) -> None:
        desk.settle()
        driver.pause(50)
        shown.append(sum(isinstance(one, ProjectSettingsDialog) for one in QApplication.topLevelWidgets()))
        dialog.reject()

    driver.answer(ProjectSettingsDialog, look)
    desk.project_page.settings_requested.emit()
    desk.project_page.settings_requested.emit()  # a double click
    driver.wait_until(lambda: bool(shown), "it is there")
    desk.settle()
    assert shown == [1] and driver.find_dialog(ProjectSettingsDialog) is None


def test_pages_that_are_built_while_others_are_built_are_the_newest(sit: Sit, project: Path) -> None:
    def write(store: Store) -> None:
        with store.write("Lea") as s:
            instructions.store(s, Instructions("# Rate calmly"), "Lea")

    with_store(project, write)
    with_store(project, lambda store: settings.set_role(store, "Ann", "lead", "Lea"))
    desk, shown = sit(), list[int]()

    def look(dialog: InstructionsDialog) -> None:
        with_store(project, lambda store: settings.set_role(store, "Ann", "annotator", "Lea"))
        driver.wait_until(lambda: "project" not in modes(desk), "Ann is no lead any more")
        shown.append(sum(isinstance(one, InstructionsDialog) for one in QApplication.topLevelWidgets()))
        press_default(dialog)

    driver.answer(InstructionsDialog, look)
    desk.open(project, "Ann")
    driver.wait_until(lambda: bool(shown), "they are read")
    desk.rate()
    assert shown == [1] and modes(desk) == ["annotate", "start"]
    assert len(desk.studio.window.findChildren(AnnotatePage)) == 1
