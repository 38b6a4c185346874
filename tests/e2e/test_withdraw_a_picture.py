"""A picture that is of no use is withdrawn while marking, and brought back on the Project page."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from annotation_db.database.store import Store
from annotation_db.pictures import images
from seagull_studio.unattended import driver
from seagull_studio.views.dialogs import ReasonDialog, WithdrawnPicturesDialog
from seagull_studio.views.kit.plain_list import PlainList
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import Desk, rois_in


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return projects.make(tmp_path, pictures=2, rois_each=1)


@pytest.fixture
def desk(sit: Sit, project: Path) -> Desk:
    desk = sit()
    desk.open(project, "ann")
    desk.mark("p0.png")
    return desk


def open_menu(desk: Desk, line: int) -> QMenu:
    """Right-click a line of the list of pictures."""
    listed = desk.page.pictures.findChild(PlainList)
    assert listed is not None
    at = listed.visualRect(listed.model().index(line, 0)).center()
    listed.customContextMenuRequested.emit(at)
    (menu,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible())
    return menu


def shown(desk: Desk) -> list[str]:
    listed = desk.page.pictures.findChild(PlainList)
    assert listed is not None
    return [listed.model().index(line, 0).data() for line in range(listed.model().rowCount())]


def test_it_leaves_the_list_and_comes_back(desk: Desk, project: Path) -> None:
    assert shown(desk) == ["p0.png", "p1.png"]
    said: list[str] = []

    def say_why(dialog: ReasonDialog) -> None:
        said.append(dialog.windowTitle())
        assert not driver.button(dialog, "Withdraw").isEnabled()
        dialog.reason.setText("a copy")
        driver.button(dialog, "Withdraw").click()

    driver.answer(ReasonDialog, say_why)
    menu = open_menu(desk, 0)
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    driver.wait_until(lambda: shown(desk) == ["p1.png"], "the picture has left the list")
    desk.settle()
    assert said == ["Withdraw p0.png?"]
    assert desk.annotate.marking.image is not None and desk.annotate.marking.image.path == "p1.png"
    assert len(rois_in(project)) == 1
    desk.studio.show_mode("project")
    desk.settle()
    driver.button(desk.project_page, "Withdrawn pictures…").click()
    driver.wait_until(lambda: driver.find_dialog(WithdrawnPicturesDialog) is not None, "they are listed")
    dialog = driver.find_dialog(WithdrawnPicturesDialog)
    assert dialog is not None
    assert [row[:3] for row in dialog.texts()] == [["p0.png", "a copy", "ann"]]
    driver.button(dialog, "Bring back").click()
    driver.wait_until(lambda: dialog.texts() == [], "it is back")
    assert not driver.button(dialog, "Bring back").isEnabled()
    driver.button(dialog, "Close").click()
    driver.wait_until(lambda: shown(desk) == ["p0.png", "p1.png"], "the list has it again")
    assert len(rois_in(project)) == 2
    with Store.open(project) as store, store.read() as s:
        assert not any(image.withdrawn for image in images.list_all(s))
