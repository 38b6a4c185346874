"""Pages go while answers are on their way: to whoever sits down next, to another project, to the start page.

Nobody is told then, nothing of a deleted page is touched, and what was to be written is written.
"""

from __future__ import annotations

import ast
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QTimer

from seagull_studio.services.owners import is_there
from seagull_studio.unattended import driver
from seagull_studio.views.dialogs import ImportReportDialog
from seagull_studio.views.dialogs.ratings_preview import RatingsPreviewDialog
from seagull_studio.views.models.models_page import ModelsPage
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import Desk, error_dialog, press_default, ratings_in

ROOT = Path(__file__).parents[2]


@contextmanager
def busy_database(desk: Desk) -> Iterator[None]:
    """Within the block the window's database answers nobody."""
    session = desk.studio.session
    assert session is not None
    go = threading.Event()
    session.database.ask(lambda _store: go.wait(30), owner=None)
    try:
        yield
    finally:
        go.set()


def sign_in(desk: Desk, name: str) -> None:
    """Sign in without the dialog, which would wait for the database."""
    assert desk.studio.signing_in is not None
    desk.studio.signing_in.sign_in(name, False, "annotator")


def settle(desk: Desk) -> None:
    desk.settle()
    driver.pause(50)  # deleted pages are gone after this


def test_answers_to_the_pages_of_whoever_rated_before(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, rois_each=2, people=["ann", "bob"])
    desk = sit()
    desk.open(project, "ann")
    desk.studio.show_mode("project")
    desk.studio.show_mode("models")
    desk.settle()
    old = desk.studio.annotate
    with busy_database(desk):
        sign_in(desk, "bob")
        for _ in range(3):  # asked after the sign-in, so answered after ann's pages have gone
            desk.project.refresh()
            desk.studio.models.refresh()  # type: ignore[union-attr]
            desk.annotate.rating.refresh()
            desk.annotate.marking.start()
    driver.wait_until(lambda: desk.studio.annotate is not old, "bob is signed in")
    settle(desk)
    desk.rate()
    assert len(ratings_in(project)) == 1


def test_the_pages_of_whoever_rated_before_go_when_all_is_answered(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, people=["ann", "bob"])
    desk = sit()
    desk.open(project, "ann")
    desk.studio.show_mode("project")
    desk.settle()
    old, controller = desk.studio.annotate, desk.project
    there: list[bool] = []
    with busy_database(desk):
        sign_in(desk, "bob")
        session = desk.studio.session
        assert session is not None
        session.database.ask(lambda _store: 1, lambda _: there.append(is_there(controller)), owner=controller)
    driver.wait_until(lambda: desk.studio.annotate is not old, "bob is signed in")
    settle(desk)
    assert there == [True] and not is_there(controller)


def test_a_rating_given_before_somebody_else_signs_in_is_saved_and_none_meanwhile(
    sit: Sit, tmp_path: Path
) -> None:
    project = projects.make(tmp_path, rois_each=2, people=["ann", "bob"])
    desk = sit()
    desk.open(project, "ann")
    desk.see_roi()
    old = desk.studio.annotate
    with busy_database(desk):
        roi_id = desk.rate(saved=False)
        sign_in(desk, "bob")
        assert not desk.page.panel.isEnabled()
        driver.press(desk.page.panel, "5535532")
        assert desk.page.panel.votes() == (None,) * 8, "who sits there is not settled"
    driver.wait_until(lambda: desk.studio.annotate is not old, "bob is signed in")
    settle(desk)
    assert [rating.roi_id for rating in ratings_in(project)] == [roi_id]


def test_the_bias_report_of_a_project_that_was_left(sit: Sit, tmp_path: Path) -> None:
    one, two = projects.make(tmp_path / "1", people=["ann"]), projects.make(tmp_path / "2", people=["ann"])
    desk = sit()
    for ask_for_more in (False, True):
        desk.open(one, "ann")
        desk.studio.show_mode("models")
        page = desk.studio.window.findChildren(ModelsPage)[-1]
        page.bias_requested.emit()
        if ask_for_more:
            desk.studio.models.refresh()  # type: ignore[union-attr]
        desk.open(two, "ann")
        driver.pause(50)
    desk.rate()
    assert len(ratings_in(two)) == 1 and ratings_in(one) == []


def test_the_report_of_an_import_goes_with_its_project(sit: Sit, tmp_path: Path) -> None:
    """The project is closed from outside while its dialog is open, as the end of a session does."""
    project = projects.make(tmp_path, people=["ann"])
    head = "image,roi,annotator,blur,colorfulness,compression,contrast,exposure,noise,quality,importance"
    (tmp_path / "r.csv").write_text(f"{head}\npictures/p0.png,r0,imported,5,5,5,5,5,5,3,2\n")
    desk = sit()
    desk.open(project, "ann")
    desk.studio.show_mode("project")
    desk.settle()
    driver.answer(RatingsPreviewDialog, press_default)
    driver.answer(ImportReportDialog, lambda _dialog: desk.studio._leave())
    desk.project.imports.import_file("ratings", tmp_path / "r.csv")
    driver.wait_until(lambda: desk.studio.session is None, "the project is closed")
    driver.pause(100)
    assert desk.studio.window.start_page.isVisible() and ratings_in(project) == []


class Heartbeat:
    """How long the window stood still at most, in seconds."""

    def __init__(self) -> None:
        self.longest, self._last = 0.0, time.monotonic()
        self._timer = QTimer(interval=5)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now = time.monotonic()
        self.longest, self._last = max(self.longest, now - self._last), now

    def stop(self) -> float:
        self._timer.stop()
        return self.longest


def test_another_project_opens_while_a_server_does_not_answer(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, people=["ann"])
    desk = sit()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        desk.studio.open_project(f"postgresql://studio@127.0.0.1:{port}/nothing", "ann")
        connection, _ = silent.accept()  # it is asked, and says nothing for as long as it likes
        began = time.monotonic()
        desk.studio.open_project(str(project), "ann")
        assert time.monotonic() - began < 2, "nobody waits for the server"
        driver.wait_until(lambda: desk.studio.annotate is not None, "the other project is open")
        desk.rate()
        connection.close()
    assert len(ratings_in(project)) == 1


def test_the_window_lives_while_a_project_finishes(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, people=["ann"])
    desk = sit()
    desk.open(project, "ann")
    desk.see_roi()
    session = desk.studio.session
    assert session is not None
    session.database.ask(lambda _store: time.sleep(1.5), owner=desk.studio)
    heart = Heartbeat()
    desk.studio.close_project()
    assert heart.stop() < 1.0, "it stood still until the thread had ended"
    assert not session.is_working


def test_an_opening_that_was_given_up_says_nothing(sit: Sit, tmp_path: Path) -> None:
    bad, good = projects.make(tmp_path / "1", people=["ann"]), projects.make(tmp_path / "2", people=["ann"])
    (bad / "project.sqlite").unlink()
    desk = sit()
    desk.studio.open_project(str(bad), "ann")
    desk.open(good, "ann")
    desk.rate()
    with error_dialog() as said:
        desk.studio.open_project(str(bad), "ann")
    assert str(bad) in said[0] and desk.studio.window.start_page.isVisible()


def test_every_question_of_the_window_names_its_owner() -> None:
    """Whoever asks the database or a thread says whom the answer is for."""
    nameless = []
    for folder in ("bindings", "controllers"):
        for file in (ROOT / "seagull_studio" / folder).glob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                    continue
                asked = ast.unparse(node.func)
                if asked.endswith(("database.ask", "_opening.ask", "tasks.make")) and not any(
                    word.arg == "owner" and ast.unparse(word.value) != "None" for word in node.keywords
                ):
                    nameless.append(f"{file.name}:{node.lineno} {asked}")
    assert nameless == []
