"""Everybody finds what is theirs: an annotator rates, a lead does the rest, a passphrase guards that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QPushButton

from annotation_db.database.store import Store
from annotation_db.errors import StudioError
from annotation_db.pictures import instructions
from annotation_db.pictures.instructions import Instructions
from annotation_db.rating import annotators, lead_passphrase
from seagull_studio import cli
from seagull_studio.operations import assigning, marking, people, settings
from seagull_studio.operations import project as operations
from seagull_studio.operations.assigning import AssignChoices
from seagull_studio.unattended import driver
from seagull_studio.views.dialogs import AnnotatorDialog
from seagull_studio.views.dialogs.instructions import InstructionsDialog
from seagull_studio.views.dialogs.project_settings import ProjectSettingsDialog
from seagull_studio.views.dialogs.sitting import PassphraseDialog, StillThereDialog
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import CONTROL, Desk, press_default, ratings_in, rois_in

WORDS = "correct horse battery"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return led(tmp_path)


def led(tmp_path: Path) -> Path:
    """Lea leads it; Ann and Bo rate."""
    made = projects.make(tmp_path, people=("Ann", "Bo"))
    with Store.open(made) as store, store.write("Lea") as s:
        annotators.add(s, "Lea", role="lead", who="Lea")
    return made


def with_store(project: Path, do: Callable[[Store], object]) -> None:
    with Store.open(project) as store:
        do(store)


def begin_region(desk: Desk) -> None:
    """Paint one on a picture, and do not accept it."""
    desk.mark("p1.png")
    desk.take("r")
    desk.page.canvas.set_brush_radius(8)
    driver.drag_picture(desk.page.canvas, [(20, 20), (200, 20)])


def modes(desk: Desk) -> list[str]:
    return list(desk.studio.window.rail._buttons)


def texts(desk: Desk) -> set[str]:
    """All buttons that can be seen in the window."""
    return {one.text() for one in desk.studio.window.findChildren(QPushButton) if one.isVisible()}


def answer_passphrase(words: str, asked: list[str]) -> None:
    def give(dialog: PassphraseDialog) -> None:
        asked.append(dialog.windowTitle())
        dialog.passphrase.setText(words)
        press_default(dialog)

    driver.answer(PassphraseDialog, give)


def test_an_annotator_who_looks_for_what_is_not_theirs(sit: Sit, project: Path) -> None:
    desk = sit()
    desk.open(project, "Ann")
    assert modes(desk) == ["annotate", "start"]
    desk.studio.window.rail.mode_chosen.emit("annotate")
    for number in (Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4):
        if number != Qt.Key.Key_2:  # Ctrl+2 is the way out of the project
            desk.key(number, CONTROL)
    assert desk.page.isVisible()
    desk.rate()
    desk.mark("p0.png")
    assert "Ask the model about this ROI" not in texts(desk)
    (row,) = desk.page.rois._model.rows
    assert not row.may_withdraw and not desk.page.pictures._can_withdraw
    desk.page.rois.roi_chosen.emit(row.id)
    desk.key(Qt.Key.Key_Delete)  # would ask for a reason
    desk.settle()
    assert len(rois_in(project)) == 3

    # What a window does not show is refused all the same.
    refused: list[str] = []
    asked = [
        lambda store: assigning.assign(store, AssignChoices(), "Ann"),
        lambda store: operations.aggregate(store, "paper", 1, "Ann"),
        lambda store: people.exclude(store, "annotator", "Bo", "x", "Ann"),
        lambda store: operations.add_annotator(store, "Cy", "lead", "Ann"),
        lambda store: settings.change(store, {"raters_wanted": 1}, "Ann"),
        lambda store: settings.set_role(store, "Ann", "lead", "Ann"),
        lambda store: marking.withdraw(store, row.id, "x", "Ann"),
    ]
    assert desk.studio.session is not None
    for operation in asked:
        desk.studio.session.database.ask(operation, None, refused.append, owner=desk.studio)
    desk.settle()
    assert len(refused) == len(asked) and all("Ann is an annotator" in said for said in refused)
    with desk.studio.session.open_store() as store, pytest.raises(StudioError, match="Ann is an annotator"):
        assigning.assign(store, AssignChoices(), "Ann")

    # Lea decides that only leads mark: it goes away while Ann sits there, and what she had begun stays.
    desk.page.activity_chosen.emit("rate")
    desk.see_roi()
    driver.press(desk.page.panel, "553")
    begin_region(desk)
    begun, before = desk.area, desk.annotate
    with_store(project, lambda store: settings.change(store, {"who_may_mark": "leads"}, "Lea"))
    driver.wait_until(lambda: desk.page.activity == "rate", "the window shows what is Ann's now")
    desk.see_roi()
    assert desk.page.panel.votes()[:3] == (5, 5, 3)
    assert not desk.page._activities.isVisible()
    driver.press(desk.page.panel, "m")
    assert desk.page.activity == "rate"
    with_store(
        project, lambda store: settings.change(store, {"who_may_mark": "everybody", "feedback": True}, "Lea")
    )
    driver.wait_until(lambda: desk.page._activities.isVisible(), "she may mark again")
    assert modes(desk) == ["annotate", "compare", "start"] and desk.studio.window.rail.current() == "annotate"
    desk.mark("p1.png")
    assert desk.annotate is before and desk.area == begun > 0
    assert desk.accept().created_by == "Ann"
    desk.studio.show_mode("compare")
    with_store(project, lambda store: settings.change(store, {"feedback": False}, "Lea"))
    driver.wait_until(lambda: desk.studio.window.rail.current() == "annotate", "the page in front has gone")
    assert modes(desk) == ["annotate", "start"] and desk.page.isVisible()

    # Made a lead, she sees the rest at once.
    with_store(project, lambda store: settings.set_role(store, "Ann", "lead", "Lea"))
    driver.wait_until(lambda: "project" in modes(desk), "the pages of a lead are there")
    desk.studio.show_mode("project")
    assert "Assign…" in texts(desk)


def test_the_same_at_the_command_line(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at, folder = str(project), str(project.parent / "out")
    for command in (
        ["agreement", at],
        ["aggregate", at],
        ["export", at, folder],
        ["exclude", at, "--annotator", "Bo", "--reason", "x"],
        ["message", at, "Bo", "Hello"],
        ["message", at],
        ["annotator", "role", at, "Ann", "lead"],
        ["settings", at, "--set", "feedback=true"],
    ):
        capsys.readouterr()
        assert cli.run(["--as", "Ann", *command, "--json"]) == 1, command
        assert "is for leads, and Ann is an annotator" in capsys.readouterr().out, command
    assert cli.run(["--as", "Lea", "message", at, "Bo", "Hello"]) == 0
    assert not (project.parent / "out").exists()


def test_the_first_one_at_a_new_project_leads_it(sit: Sit, tmp_path: Path) -> None:
    made = projects.make(tmp_path)
    desk = sit()

    def say_who(dialog: AnnotatorDialog) -> None:
        assert dialog.role.currentText() == "Lead"
        dialog.name.setText("Lea")
        press_default(dialog)

    driver.answer(AnnotatorDialog, say_who)
    desk.open(made)
    assert modes(desk) == ["annotate", "models", "review", "project", "start"]
    desk.sign_in("Ann")
    assert modes(desk) == ["annotate", "start"]
    with Store.open(made) as store, store.read() as s:
        assert [(one.name, one.role) for one in annotators.list_all(s)] == [
            ("Lea", "lead"),
            ("Ann", "annotator"),
        ]


def test_the_passphrase_is_asked_once_until_somebody_else_signs_in(sit: Sit, project: Path) -> None:
    with_store(project, lambda store: lead_passphrase.set_new(store, WORDS, "Lea"))
    desk, asked = sit(), list[str]()
    answer_passphrase(WORDS, asked)
    desk.open(project, "Lea")
    for mode in ("project", "models", "annotate", "project"):
        desk.studio.show_mode(mode)
        desk.settle()
    desk.project.aggregate("paper", 1)
    driver.wait_until(
        lambda: desk.studio.session is not None and not desk.studio.session.tasks.is_working,
        "labels are made",
    )
    desk.settle()
    assert len(asked) == 1
    desk.studio.show_mode("annotate")
    desk.sign_in("Ann")
    assert modes(desk) == ["annotate", "start"] and len(asked) == 1
    answer_passphrase(WORDS, asked)
    desk.sign_in("Lea")
    assert "project" in modes(desk) and len(asked) == 2


def test_a_lead_changes_settings_in_the_dialog(sit: Sit, project: Path, tmp_path: Path) -> None:
    desk = sit()
    desk.open(project, "Lea")
    desk.studio.show_mode("project")
    desk.settle()

    def fill(dialog: ProjectSettingsDialog) -> None:
        dialog.fields["raters_wanted"].setValue(3)  # type: ignore[attr-defined]
        dialog.fields["idle_minutes"].setValue(5)  # type: ignore[attr-defined]
        dialog.instructions.text.setPlainText("# Rate calmly\n\n")
        dialog.instructions.insert_picture(tmp_path / "pictures" / "p0.png")
        dialog.passphrase.setText(WORDS)
        dialog.again.setText(WORDS)
        press_default(dialog)

    driver.answer(ProjectSettingsDialog, fill)
    desk.project_page.settings_requested.emit()
    driver.wait_until(lambda: desk.studio._idle.minutes == 5, "the window follows")
    desk.settle()
    with Store.open(project) as store:
        facts = settings.facts(store)
    assert facts.settings.raters_wanted == 3 and facts.guarded
    assert facts.instructions.pictures["p0.png"].startswith(b"\x89PNG")
    desk.project.aggregate("paper", 1)  # who set the passphrase is not asked for it
    desk.settle()


def test_after_a_pause_the_window_asks_who_sits_there(sit: Sit, project: Path) -> None:
    desk = sit()
    desk.open(project, "Ann")
    roi = desk.see_roi()
    driver.press(desk.page.panel, "553")
    idle = desk.studio._idle
    idle.look()  # nobody is asked too early
    assert idle.minutes == 30
    driver.answer(StillThereDialog, lambda dialog: dialog.still.click())
    idle.touch(seconds_ago=31 * 60)
    idle.look()
    assert desk.see_roi() == roi and desk.page.panel.votes()[:3] == (5, 5, 3)
    assert desk.page.panel.isAncestorOf(desk.studio.window.focusWidget()), "the keys go on where they were"

    def say_bo(dialog: AnnotatorDialog) -> None:
        driver.press(desk.page.panel, "4")
        assert desk.page.panel.votes()[3] is None, "nobody rates while nobody sits there"
        assert not desk.page.isEnabled()
        dialog.name.setText("Bo")
        press_default(dialog)

    before = desk.annotate
    driver.answer(AnnotatorDialog, say_bo)
    driver.answer(StillThereDialog, lambda dialog: dialog.other.click())
    idle.touch(seconds_ago=31 * 60)
    idle.look()
    driver.wait_until(lambda: desk.studio.annotate not in (None, before), "Bo is signed in")
    desk.rate()
    assert desk.studio.signing_in is not None and desk.studio.signing_in.place is not None
    assert desk.studio.signing_in.place.annotator.name == "Bo" and len(ratings_in(project)) == 1
    desk.sign_in("Ann")
    driver.wait_until(lambda: desk.see_roi() == roi, "Ann's ROI is there")
    assert desk.page.panel.votes()[:3] == (5, 5, 3), "what Ann had begun is there"
    assert desk.page.panel.current_row() == 3


def test_an_open_menu_is_closed_and_an_open_dialog_waited_for_after_a_pause(sit: Sit, project: Path) -> None:
    desk = sit()
    desk.open(project, "Ann")
    desk.see_roi()
    idle, asked = desk.studio._idle, list[bool]()

    def still(dialog: StillThereDialog) -> None:
        asked.append(QApplication.activePopupWidget() is None)
        dialog.still.click()

    menu = QMenu(desk.studio.window)
    menu.addAction("Anything")
    menu.popup(desk.studio.window.mapToGlobal(QPoint(50, 50)))
    driver.wait_until(lambda: QApplication.activePopupWidget() is menu, "the menu is open")
    driver.answer(StillThereDialog, still)
    idle.touch(seconds_ago=31 * 60)
    idle.look()
    driver.wait_until(lambda: asked == [True], "it is asked, and the menu is gone")

    sheet = QDialog(desk.studio.window)
    sheet.open()
    driver.wait_until(lambda: QApplication.activeModalWidget() is sheet, "a dialog is open")
    idle.touch(seconds_ago=31 * 60)
    idle.look()
    desk.settle()
    assert asked == [True], "one dialog at a time"
    driver.answer(StillThereDialog, still)
    idle.touch()  # whoever closes it may be somebody else
    sheet.reject()
    driver.wait_until(lambda: QApplication.activeModalWidget() is None, "it is closed")
    idle.look()
    assert asked == [True, True]
    idle.look()
    assert len(asked) == 2, "once for each pause"


def test_instructions_are_read_before_the_first_roi_and_found_under_f1(sit: Sit, project: Path) -> None:
    def write(store: Store, text: str) -> None:
        with store.write("Lea") as s:
            instructions.store(s, Instructions(text), "Lea")

    with_store(project, lambda store: write(store, "# Rate calmly"))
    desk, read = sit(), list[str]()

    def look(dialog: InstructionsDialog) -> None:
        assert desk.studio.annotate is None or desk.annotate.rating.current is None or len(read) == 1
        read.append(dialog.page.toPlainText().strip())
        press_default(dialog)

    driver.answer(InstructionsDialog, look)
    desk.open(project, "Ann")
    desk.rate()
    assert read == ["Rate calmly"]
    desk.see_roi()
    desk.key(Qt.Key.Key_F1)
    sheet = desk.page.panel._sheet
    assert sheet is not None and sheet.instructions.isVisible()
    driver.answer(InstructionsDialog, look)
    sheet.instructions.click()
    assert len(read) == 2
    sheet.close()
    desk.close()
    again = sit()
    again.open(project, "Ann")  # read already
    again.see_roi()
    again.close()
    with_store(project, lambda store: write(store, "# Rate fast"))
    third = sit()
    driver.answer(InstructionsDialog, look)
    third.open(project, "Ann")
    assert read[2:] == ["Rate fast"]
