"""Undo and redo while marking: every step, as far back as one likes, accepting included."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from annotation_db.database.store import Store
from annotation_db.rating import ratings
from seagull_studio.unattended import driver
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import Desk, error_dialog, is_plain, rois_in
from tests.e2e.projects import CENTRE


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return projects.make(tmp_path, pictures=2, rois_each=0)


@pytest.fixture
def desk(sit: Sit, project: Path) -> Desk:
    desk = sit()
    desk.open(project, "ann")
    desk.mark("p0.png")
    return desk


def test_every_step_comes_back_exactly_both_ways(desk: Desk) -> None:
    states = [desk.draft.mask]
    desk.click(*CENTRE)
    states.append(desk.draft.mask)
    desk.take("r")
    desk.page.canvas.set_brush_radius(6)
    for number in range(40):
        at = (15 + number * 5, 15 + (number % 7) * 20)
        driver.drag_picture(desk.page.canvas, [at, (at[0] + 6, at[1] + 4)])
        states.append(desk.draft.mask)
    for state in reversed(states[:-1]):
        desk.undo()
        assert desk.draft.mask == state
    desk.undo()
    assert desk.draft.mask is None, "there is nothing before the beginning"
    for state in states[1:]:
        desk.redo()
        desk.see_answer()
        assert desk.draft.mask == state
    desk.redo()
    assert desk.draft.mask == states[-1]


def test_undoing_an_accept_withdraws_the_roi_and_redoing_brings_it_back(desk: Desk, project: Path) -> None:
    desk.click(*CENTRE)
    mask = desk.draft.mask
    roi = desk.accept()
    desk.undo()
    driver.wait_until(lambda: desk.draft.mask == mask, "the draft is back")
    desk.settle()
    assert rois_in(project) == []
    assert [each.id for each in rois_in(project, withdrawn=True)] == [roi.id], "withdrawn, not deleted"
    driver.wait_until(lambda: desk.page.rois.texts() == [], "the list is empty")
    desk.redo()
    driver.wait_until(lambda: desk.area == 0, "the accept is done again")
    desk.settle()
    assert [each.id for each in rois_in(project)] == [roi.id], "the same ROI, not another one"
    for _ in range(3):
        desk.undo()
        desk.settle()
        desk.redo()
        desk.settle()
    assert [each.id for each in rois_in(project)] == [roi.id]


def test_after_an_undone_accept_the_mask_can_be_changed_and_accepted(desk: Desk, project: Path) -> None:
    desk.click(*CENTRE)
    first = desk.accept()
    desk.undo()
    desk.settle()
    again = desk.accept()
    assert again.id != first.id and again.counts == first.counts
    desk.undo()
    desk.settle()
    desk.undo()
    driver.wait_until(lambda: desk.area == 0, "back before the click")
    assert rois_in(project) == []


def test_withdrawing_a_roi_is_a_step_too(desk: Desk, project: Path) -> None:
    desk.click(*CENTRE)
    roi = desk.accept()
    desk.page.rois.roi_chosen.emit(roi.id)
    desk.key(Qt.Key.Key_Delete)
    driver.wait_until(lambda: desk.page.rois.texts() == [], "the ROI is withdrawn")
    desk.settle()
    assert rois_in(project) == []
    desk.undo()
    driver.wait_until(lambda: len(desk.page.rois.texts()) == 1, "the ROI is back")
    assert [each.id for each in rois_in(project)] == [roi.id]
    desk.redo()
    driver.wait_until(lambda: desk.page.rois.texts() == [], "the ROI is withdrawn again")


def test_a_new_step_forgets_what_was_undone(desk: Desk) -> None:
    desk.click(*CENTRE)
    desk.undo()
    desk.click(20, 20)
    mask = desk.draft.mask
    desk.redo()
    assert desk.draft.mask == mask and len(desk.draft.clicks) == 1


def test_an_undo_that_cannot_be_written_does_not_happen(desk: Desk, project: Path) -> None:
    desk.click(*CENTRE)
    roi = desk.accept()
    with Store.open(project) as other, other.write("other program"), error_dialog() as said:
        desk.undo()
        driver.wait_until(lambda: bool(said), "the refusal", 20)
    assert is_plain(said[0])
    assert desk.area == 0, "the accept still stands"
    assert [each.id for each in rois_in(project)] == [roi.id]
    desk.undo()
    driver.wait_until(lambda: desk.area > 0, "now it works")
    desk.settle()
    assert rois_in(project) == []


def test_ratings_of_a_withdrawn_roi_are_kept(desk: Desk, project: Path) -> None:
    desk.click(*CENTRE)
    roi = desk.accept()
    driver.press(desk.page.canvas, "m")
    assert desk.rate() == roi.id
    driver.press(desk.page.panel, "m")
    driver.wait_until(lambda: desk.page.activity == "mark", "marking")
    desk.undo()
    desk.settle()
    assert rois_in(project) == []
    desk.redo()
    desk.settle()
    with Store.open(project) as store, store.read() as session:
        assert [rating.roi_id for rating in ratings.all_latest(session)] == [roi.id]
        assert len(ratings.counting(session)[roi.id]) == 1
