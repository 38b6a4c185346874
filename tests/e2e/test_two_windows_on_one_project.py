"""Two windows on one project at once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from seagull_studio.state.session_view import SavedState
from seagull_studio.unattended import driver
from seagull_studio.views.dialogs.messages import ConfirmDialog
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import Desk, ratings_in, rois_in
from tests.e2e.projects import CENTRE


def is_done(desk: Desk) -> bool:
    desk.settle()
    return desk.annotate.rating.current is None


def test_no_roi_is_handed_to_more_annotators_than_wanted(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, pictures=4, rois_each=2, raters_wanted=1)
    ann, bob = sit("ann"), sit("bob")
    ann.open(project, "ann")
    bob.open(project, "bob")
    given = 0
    while not (is_done(ann) and is_done(bob)):
        for desk in (ann, bob):
            if not is_done(desk):
                desk.rate()
                given += 1
    ratings = ratings_in(project)
    assert given == len(ratings) == 8
    assert set(Counter(rating.roi_id for rating in ratings).values()) == {1}


def test_one_annotator_in_two_windows_makes_revisions_not_rivals(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, pictures=1)
    left, right = sit("left"), sit("right")
    left.open(project, "ann")
    right.open(project, "ann")
    left.rate("11111111")
    right.rate("22222222")
    (rating,) = ratings_in(project)
    assert (rating.revision, rating.votes) == (2, (2,) * 8)


def test_what_one_marks_the_other_rates(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, pictures=2, rois_each=0)
    marks, rates = sit("marks"), sit("rates")
    marks.open(project, "ann")
    rates.open(project, "bob")
    marks.mark("p0.png")
    marks.click(*CENTRE)
    roi = marks.accept()
    for _ in range(2):  # to marking and back: the queue is looked at again
        driver.press(rates.page, "m")
    assert rates.see_roi() == roi.id
    rates.rate()
    assert [rating.roi_id for rating in ratings_in(project)] == [roi.id]


def test_a_roi_withdrawn_in_the_other_window_is_not_lost_silently(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, pictures=2, rois_each=0)
    marks, rates = sit("marks"), sit("rates")
    marks.open(project, "ann")
    marks.mark("p0.png")
    marks.click(*CENTRE)
    roi = marks.accept()
    rates.open(project, "bob")
    assert rates.see_roi() == roi.id
    marks.undo()
    marks.settle()
    assert rois_in(project) == []
    rates.rate(saved=False)
    rates.settle()
    assert ratings_in(project) == []
    assert rates.saved is SavedState.FAILED and rates.page.header.saved_mark.text().endswith(".")
    asked: list[bool] = []
    driver.answer(ConfirmDialog, lambda dialog: (asked.append(True), dialog.accept()))
    rates.close()
    assert asked, "it is not left behind without a word"
