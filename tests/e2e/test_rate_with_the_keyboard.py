"""Rate ROIs without touching the mouse."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt

from annotation_db.database.store import Store
from annotation_db.rating import ratings
from annotation_db.vocabulary.scales import Votes
from seagull_studio.state.session_view import SavedState
from seagull_studio.unattended import driver
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import CONTROL, VOTES, ratings_in


def test_exactly_nine_key_presses_store_one_rating(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path)
    desk = sit()
    desk.open(project, "ann")
    roi_id = desk.see_roi()
    for given, key in enumerate(VOTES):
        assert desk.page.panel.current_row() == given
        driver.press(desk.page.panel, key)
        desk.settle()
        assert ratings_in(project) == []
    assert desk.saved is SavedState.NOTHING
    desk.key(Qt.Key.Key_Return)
    desk.see_saved()
    (rating,) = ratings_in(project)
    assert (rating.roi_id, rating.votes, rating.revision) == (roi_id, Votes(*map(int, VOTES)), 1)
    assert rating.duration_ms is not None and rating.duration_ms > 0
    assert desk.see_roi() != roi_id
    assert desk.page.panel.votes() == (None,) * 8


def test_enter_held_or_pressed_twice_does_not_rate_the_next_roi(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path)
    desk = sit()
    desk.open(project, "ann")
    desk.rate()
    for _ in range(3):
        desk.key(Qt.Key.Key_Return)
    desk.see_roi()
    desk.key(Qt.Key.Key_Return)
    desk.settle()
    assert len(ratings_in(project)) == 1


def test_going_back_and_correcting_makes_a_revision(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path)
    desk = sit()
    desk.open(project, "ann")
    first = desk.rate("55555544")
    second = desk.see_roi()
    desk.undo()
    driver.wait_until(lambda: desk.see_roi() == first, "the first ROI is back")
    assert desk.page.panel.votes() == (5, 5, 5, 5, 5, 5, 4, 4)
    driver.press(desk.page.panel, "1")
    desk.key(Qt.Key.Key_Return)
    desk.see_saved()
    assert desk.see_roi() == second, "the correction leads back to where the work was"
    (latest,) = ratings_in(project)
    assert (latest.roi_id, latest.revision, latest.votes[0]) == (first, 2, 1)
    with Store.open(project) as store, store.read() as session:
        history = ratings.history(session, first, latest.annotator_id)
    assert [rating.votes[0] for rating in history] == [5, 1], "nothing was overwritten"


def test_looking_back_without_a_change_changes_nothing(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path)
    desk = sit()
    desk.open(project, "ann")
    first = desk.rate()
    second = desk.see_roi()
    desk.undo()
    driver.wait_until(lambda: desk.see_roi() == first, "the first ROI is back")
    desk.redo()
    assert desk.see_roi() == second
    assert [rating.revision for rating in ratings_in(project)] == [1]


def test_a_digit_off_the_scale_is_not_taken(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path)
    desk = sit()
    desk.open(project, "ann")
    desk.see_roi()
    driver.press(desk.page.panel, "7")
    assert desk.page.panel.current_row() == 0 and desk.page.panel.votes()[0] is None
    driver.press(desk.page.panel, "5555555")
    assert desk.page.panel.current_row() == 6, "quality has no 5"
    assert "5" in desk.page.panel.hint()
    driver.press(desk.page.panel, "44")
    desk.key(Qt.Key.Key_Return)
    desk.see_saved()
    assert len(ratings_in(project)) == 1


def test_later_puts_a_roi_off_until_the_others_are_done(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, pictures=3)
    desk = sit()
    desk.open(project, "ann")
    put_off = desk.see_roi()
    desk.key(Qt.Key.Key_Right, CONTROL)
    driver.wait_until(lambda: desk.see_roi() != put_off, "another ROI comes")
    rated = [desk.rate() for _ in range(3)]
    assert len(set(rated)) == 3 and rated[-1] == put_off
    driver.wait_until(lambda: desk.annotate.rating.current is None, "the queue is empty")
    desk.settle()
    assert not desk.page.panel.is_ready()


def test_a_half_given_rating_is_still_there_after_marking(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path)
    desk = sit()
    desk.open(project, "ann")
    roi_id = desk.see_roi()
    driver.press(desk.page.panel, "553")
    driver.press(desk.page.panel, "m")
    driver.wait_until(lambda: desk.page.activity == "mark", "marking")
    driver.press(desk.page.canvas, "m")
    assert desk.see_roi() == roi_id
    assert desk.page.panel.votes()[:3] == (5, 5, 3)
