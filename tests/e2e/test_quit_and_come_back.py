"""Quit and come back: the same annotator at the same place, and nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from annotation_db.database.store import Store
from annotation_db.pictures import rois
from annotation_db.rating import annotators, exclusions
from seagull_studio.state.session_view import SavedState
from seagull_studio.unattended import driver
from seagull_studio.views.dialogs.messages import ConfirmDialog
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import VOTES, Desk, press_default, ratings_in


def keys_of(votes: tuple[int | None, ...]) -> str:
    return "".join(str(vote) for vote in votes if vote is not None)


@contextmanager
def withdrawn_elsewhere(desk: Desk, project: Path) -> Iterator[None]:
    """For the block the ROIs are withdrawn, and the window does not know yet: ratings of them are refused."""
    session = desk.studio.session
    assert session is not None
    session.changes.blockSignals(True)
    with Store.open(project) as store:
        with store.write("lead") as s:
            apart = [
                exclusions.exclude(s, "roi", roi.id, reason="by mistake", who="lead").id
                for roi in rois.list_all(s)
            ]
        yield
        with store.write("lead") as s:
            for one in apart:
                exclusions.lift(s, one, who="lead")
    session.changes.blockSignals(False)


def test_the_same_annotator_and_the_same_roi(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, pictures=5, people=("ann", "bob"))
    desk = sit()
    desk.open(project, "bob")
    rated = [desk.rate(), desk.rate()]
    waiting = desk.see_roi()
    desk.close()
    desk = sit()
    assert [location for location, _ in desk.studio._settings.recent_projects()] == [str(project)]
    desk.open(project)
    assert desk.see_roi() == waiting
    rest = [desk.rate() for _ in range(3)]
    assert rest[0] == waiting and len({*rated, *rest}) == 5
    with Store.open(project) as store, store.read() as session:
        bob = annotators.find(session, "bob").id
    assert {rating.annotator_id for rating in ratings_in(project)} == {bob}


def test_a_rating_submitted_just_before_closing_is_there(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path)
    desk = sit()
    desk.open(project, "ann")
    roi_id = desk.rate(saved=False)
    desk.close()
    assert [rating.roi_id for rating in ratings_in(project)] == [roi_id]


def test_half_a_rating_is_there_again_but_not_stored(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path)
    desk = sit()
    desk.open(project, "ann")
    roi_id = desk.see_roi()
    driver.press(desk.page.panel, VOTES[:5])
    desk.close()
    assert ratings_in(project) == []
    desk = sit()
    desk.open(project)
    assert desk.see_roi() == roi_id
    assert keys_of(desk.page.panel.votes()) == VOTES[:5]
    desk.close()
    desk = sit()
    desk.open(project, "bob")
    desk.see_roi()
    assert desk.page.panel.votes() == (None,) * 8, "never another annotator's"


def test_closing_on_a_rating_that_cannot_be_saved_asks_first(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path)
    desk = sit()
    desk.open(project, "ann")
    desk.see_roi()
    with withdrawn_elsewhere(desk, project):
        desk.rate(saved=False)
        asked: list[bool] = []
        driver.answer(ConfirmDialog, lambda dialog: (asked.append(True), press_default(dialog)))
        desk.studio.window.close()
        assert asked and desk.studio.window.isVisible(), "Enter keeps the window open"
        assert desk.saved is SavedState.FAILED
        assert desk.page.header.saved_mark.text().endswith(".")
    desk.page.header.saved_mark.retry_requested.emit()
    desk.see_saved()
    assert len(ratings_in(project)) == 1


def test_what_failed_is_saved_with_the_next_rating(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path)
    desk = sit()
    desk.open(project, "ann")
    desk.see_roi()
    with withdrawn_elsewhere(desk, project):
        first = desk.rate("11111111", saved=False)
        driver.wait_until(lambda: desk.saved is SavedState.FAILED, "the window says not saved", 20)
    second = desk.rate()
    assert {rating.roi_id for rating in ratings_in(project)} == {first, second}
    assert desk.annotate.rating.saving.failed == 0


def test_a_correction_of_what_failed_is_what_counts(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path)
    desk = sit()
    desk.open(project, "ann")
    desk.see_roi()
    with withdrawn_elsewhere(desk, project):
        first = desk.rate("11111111", saved=False)
        driver.wait_until(lambda: desk.saved is SavedState.FAILED, "the window says not saved", 20)
        desk.undo()
        driver.wait_until(lambda: desk.see_roi() == first, "the first ROI is back")
        assert keys_of(desk.page.panel.votes()) == "11111111", "what was given is still shown"
    desk.rate("22222222")
    (rating,) = ratings_in(project)
    assert rating.votes == (2,) * 8


def test_leaving_for_the_start_page_and_back(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path)
    desk = sit()
    desk.open(project, "ann")
    desk.rate()
    waiting = desk.see_roi()
    desk.studio.show_mode("start")
    assert desk.studio.session is None
    assert desk.studio.window.start_page.isVisible()
    QCoreApplication.processEvents()
    desk.studio.window.start_page.project_chosen.emit(str(project))
    driver.wait_until(lambda: desk.studio.annotate is not None, "the project is open")
    assert desk.see_roi() == waiting


def test_changing_who_rates_keeps_them_apart(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path)
    desk: Desk = sit()
    desk.open(project, "ann")
    desk.rate()
    desk.sign_in("bob")
    desk.rate()
    desk.sign_in("ann")
    desk.rate()
    people = [rating.annotator_id for rating in ratings_in(project)]
    assert sorted(people.count(person) for person in set(people)) == [1, 2]
