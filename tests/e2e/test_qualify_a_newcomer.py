"""A newcomer takes the test before the first ROI; a lead sees how it went, and lets somebody through."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit

from annotation_db.database import audit
from annotation_db.database.store import Store
from annotation_db.rating import check_items
from seagull_studio.operations import qualify, settings
from seagull_studio.unattended import driver
from seagull_studio.views.dialogs import ReasonDialog, ResultDialog
from seagull_studio.views.review.review_page import ReviewPage
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import Desk, press_default, ratings_in, say_of

AWAY = {5: 0, 4: 0, 3: 0, 2: 5, 1: 4, 0: 4}
"""By expected level, a vote that is more than one level away."""


def with_test(folder: Path) -> Path:
    """A project whose lead wants newcomers tested, by two practice items and three graded ones."""
    project = projects.make(folder, pictures=4)
    with Store.open(project) as store:
        qualify.make_set(store, "Lea", {"practice": 2, "graded": 3, "gold": 1}, 5)
        settings.change(store, {"qualification": True, "qualification_attempts": 2}, "Lea")
    return project


def expected(project: Path, desk: Desk) -> tuple[int, ...]:
    """What is expected of the item in front."""
    desk.see_roi()
    shown = desk.annotate.rating.current
    assert shown is not None and shown.entry.check is not None, "a real ROI is in front"
    with Store.open(project) as store, store.read() as s:
        return check_items.get(s, shown.entry.check.target_id).expected


def keys(levels: tuple[int, ...], *, wrong: bool = False) -> str:
    """The keys for these levels; if wrong, for levels that are too far from them."""
    votes = [AWAY[level] if wrong else level for level in levels]
    return "".join(str(min(vote, 5 if row < 6 else 4)) for row, vote in enumerate(votes))


def read_what_comes(said: list[str]) -> None:
    def read(dialog: ResultDialog) -> None:
        said.append(f"{dialog.windowTitle()}\n{say_of(dialog)}\n{details(dialog)}")
        press_default(dialog)

    driver.answer(ResultDialog, read)


def details(dialog: ResultDialog) -> str:
    return "\n".join(text.toPlainText() for text in dialog.findChildren(QPlainTextEdit))


def take_test(desk: Desk, project: Path, *, wrong: bool = False) -> list[str]:
    """One attempt by the keyboard; what was told on the way."""
    said: list[str] = []
    for number in range(1, 3):
        levels = expected(project, desk)
        assert desk.page.panel._title.text() == f"Practice {number} of 2"
        read_what_comes(said)
        desk.rate(keys(levels, wrong=wrong))
        driver.wait_until(lambda n=number: len(said) == n, "what was expected is told")  # type: ignore[misc]
    for number in range(1, 4):
        levels = expected(project, desk)
        assert desk.page.panel._title.text() == f"Test {number} of 3"
        if number == 3:
            read_what_comes(said)
        desk.rate(keys(levels, wrong=wrong))
    driver.wait_until(lambda: len(said) == 3, "how it went is told")
    desk.settle()
    return said


def test_a_newcomer_fails_once_passes_and_rates(sit: Sit, tmp_path: Path) -> None:
    project = with_test(tmp_path)
    desk = sit()
    desk.open(project, "Nora")
    said = take_test(desk, project, wrong=True)
    assert "too far" in said[0] and "one level more or less" in said[0]
    assert "You have not passed yet. You can try 1 more times" in said[2]
    assert "Blur: 0 % within one level, which is too few" in said[2]

    # Quitting in the middle of the second attempt: it goes on where it was.
    levels = expected(project, desk)
    read: list[str] = []
    read_what_comes(read)
    desk.rate(keys(levels))
    driver.wait_until(lambda: bool(read), "what was expected is told")
    assert "All eight answers lie within one level" in read[0]
    front = desk.see_roi()
    desk.close()
    desk = sit()
    desk.open(project, "Nora")
    assert desk.see_roi() == front
    assert ratings_in(project) == []

    told: list[str] = []
    read_what_comes(told)
    desk.rate(keys(expected(project, desk)))
    driver.wait_until(lambda: len(told) == 1, "what was expected is told")
    for number in range(3):
        levels = expected(project, desk)
        if number == 1:  # a slip, corrected by going back
            desk.rate(keys(levels, wrong=True))
            desk.see_roi()
            desk.undo()
            desk.settle()
            assert expected(project, desk) == levels
            driver.press(desk.page.panel, keys(levels))
            desk.key(Qt.Key.Key_Return)
            desk.see_saved()
            continue
        if number == 2:
            read_what_comes(told)
        desk.rate(keys(levels))
    driver.wait_until(lambda: len(told) == 2, "how it went is told")
    assert "You have passed." in told[1]
    assert desk.see_roi() > 0, "a real ROI"
    assert not desk.annotate.rating.can_go_back, "what is over is not corrected"
    rated = desk.rate()
    assert [rating.roi_id for rating in ratings_in(project)] == [rated]


def test_a_lead_lets_somebody_through(sit: Sit, tmp_path: Path) -> None:
    project = with_test(tmp_path)
    with Store.open(project) as store:
        settings.change(store, {"qualification_attempts": 1}, "Lea")
    desk = sit()
    desk.open(project, "Nora")
    take_test(desk, project, wrong=True)
    driver.wait_until(lambda: desk.annotate.rating.current is None, "nothing is left for Nora")
    assert "You have not passed the test in 1 attempts" in desk.page.canvas._message

    desk.studio.show_mode("review")
    page = desk.studio.window.findChildren(ReviewPage)[-1]
    controller = desk.studio.review
    assert controller is not None
    driver.wait_until(lambda: controller.report is not None, "the figures are there", 120)
    page.show_tab("annotators")
    table = page.annotators.table
    row = [one[0] for one in table.texts()].index("Nora")
    cell = table.visualRect(table.model().index(row, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    panel = page.annotators.person
    driver.wait_until(lambda: "attempt 1: not passed; Blur 0 %" in panel.checks(), "the attempt is told")

    def write(dialog: ReasonDialog) -> None:
        dialog.reason.setText("rated for us last year")
        driver.button(dialog, "Let through").click()

    driver.answer(ReasonDialog, write)
    panel.let_through.click()
    driver.wait_until(lambda: "rated for us last year" in panel.checks(), "it is done", 120)
    desk.studio.show_mode("annotate")
    assert desk.see_roi() > 0
    with Store.open(project) as store, store.read() as s:
        assert audit.list_all(s, 1)[0].action == "qualification.let_through"
