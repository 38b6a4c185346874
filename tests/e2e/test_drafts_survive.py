"""A region that was begun and not accepted is there again: after quitting, and after ``kill -9``."""

from __future__ import annotations

import signal
from pathlib import Path

from PySide6.QtCore import Qt

from annotation_db.database.store import Store
from annotation_db.pictures import images
from seagull_studio.app import make_application
from seagull_studio.unattended import driver
from seagull_studio.views.annotate.picture_list import BEGUN_ROLE
from seagull_studio.views.dialogs import ConfirmDialog
from tests import forked
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import Desk, error_dialog, is_plain, press_default, say_of


def paint(desk: Desk, name: str) -> int:
    """Begin a region on a picture; its area."""
    desk.mark(name)
    desk.take("r")
    desk.page.canvas.set_brush_radius(8)
    driver.drag_picture(desk.page.canvas, [(20, 20), (100, 20)])
    driver.drag_picture(desk.page.canvas, [(60, 20), (60, 80)])
    return desk.area


def begun_in_list(desk: Desk) -> list[str]:
    """The pictures that the list marks."""
    model = desk.page.pictures._list.model()
    rows = [model.index(row, 0) for row in range(model.rowCount())]
    return [index.data() for index in rows if index.data(BEGUN_ROLE)]


def paint_and_wait(project: Path, settings: Path, told: Path) -> None:
    """In a process of its own: begin two regions, say so once they are on disk, and wait to be killed."""
    desk = Desk(make_application(), settings)
    desk.open(project, "Ann")
    areas = [paint(desk, name) for name in ("p0.png", "p1.png")]
    drafts = project / "drafts"
    driver.wait_until(lambda: len(list(drafts.glob("*/*.json"))) == 2, "both are on disk")
    driver.pause(400)
    told.write_text(f"{areas[0]} {areas[1]}\n", encoding="utf-8")
    driver.pause(300_000)


def test_what_was_begun_survives_a_kill(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, pictures=3)
    told = tmp_path / "told"
    process = forked.start(paint_and_wait, project, tmp_path / "w.ini", told, complaints=tmp_path / "err")
    forked.wait_for_lines(told, process, 1)
    process.kill()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL, (tmp_path / "err").read_text(encoding="utf-8")
    areas = [int(one) for one in told.read_text(encoding="utf-8").split()]
    desk = sit()
    desk.open(project, "Ann")
    desk.mark("p1.png")
    driver.wait_until(lambda: desk.area == areas[1], "the region is there")
    assert begun_in_list(desk) == ["p0.png", "p1.png"]
    desk.undo()
    assert desk.area == 0 and begun_in_list(desk) == ["p0.png"]
    desk.redo()
    accepted = desk.accept()
    assert accepted.area == areas[1] and begun_in_list(desk) == ["p0.png"]
    desk.mark("p0.png")
    assert desk.area == areas[0]
    desk.accept()
    driver.wait_until(lambda: not list((project / "drafts").glob("*/*.json")), "nothing is begun any more")


def test_quitting_says_what_is_left_open_and_keeps_it(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, pictures=3)
    desk = sit()
    desk.open(project, "Ann")
    area, said = paint(desk, "p2.png"), list[str]()

    def stay(dialog: ConfirmDialog) -> None:
        said.append(say_of(dialog))
        dialog.reject()

    driver.answer(ConfirmDialog, stay)
    desk.studio.window.close()
    assert desk.studio.window.isVisible() and "p2.png" in said[0] and "there again" in said[0]
    driver.answer(ConfirmDialog, press_default)
    desk.close()
    again = sit()
    again.open(project, "Ann")
    again.mark("p2.png")
    driver.wait_until(lambda: again.area == area, "the region is there")
    again.key(Qt.Key.Key_Escape)
    assert again.area == 0
    again.close()
    assert not list((project / "drafts").glob("*/*.json")), (
        "what was discarded is gone, and nothing was asked"
    )


def test_a_damaged_draft_is_told_and_the_rest_goes_on(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, pictures=3)
    desk = sit()
    desk.open(project, "Ann")
    area = paint(desk, "p0.png")
    paint(desk, "p1.png")
    driver.answer(ConfirmDialog, press_default)
    desk.close()
    with Store.open(project) as store, store.read() as s:
        image = next(image for image in images.list_all(s) if image.path == "p1.png")
    (file,) = (project / "drafts").glob(f"*/{image.uid}.json")
    file.write_bytes(file.read_bytes()[:40])
    again = sit()
    again.open(project, "Ann")
    with error_dialog() as told:
        again.mark("p0.png")
        driver.wait_until(lambda: again.area == area, "the other region is there")
    assert is_plain(told[0]) and "cannot be read" in told[0]
    driver.answer(ConfirmDialog, press_default)
    again.close()


def test_after_accepting_the_click_tool_is_back_and_the_level_is_remembered(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, pictures=2)
    desk = sit()
    desk.open(project, "Ann")
    desk.mark("p0.png")
    desk.page.tools.choices.level.button(1).click()
    paint(desk, "p0.png")
    assert desk.page.tools.tool() == "brush"
    assert desk.accept().level == "component"
    assert desk.page.tools.tool() == "click"
    desk.close()
    again = sit()
    again.open(project, "Ann")
    paint(again, "p1.png")
    assert again.page.tools.choices.level.current() == 1
    assert again.accept().level == "component"
