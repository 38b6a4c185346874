"""A database lost ratings that the window had called saved: told at opening, and put back with Check."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import delete

from annotation_db.database.schema import Rating
from annotation_db.database.store import Store
from seagull_studio.unattended import driver
from seagull_studio.views.dialogs.messages import ConfirmDialog
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import ratings_in


def test_it_is_told_at_opening_and_put_back_with_check(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, pictures=3, rois_each=2, people=("ann",))
    desk = sit()
    desk.open(project, "ann")
    rated = {desk.rate("12340123"), desk.rate("55555504")}
    desk.settle()
    before = {rating.uid: rating.votes for rating in ratings_in(project)}
    desk.close()
    (kept,) = (project / "journal").glob("*.jsonl")  # nobody has opened the project since
    with Store.open(project) as store, store.write() as s:  # as if the log had been deleted
        s.execute(delete(Rating))
    again = sit()
    again.open(project, "ann")
    driver.wait_until(lambda: "2 ratings or ROIs" in again.studio.window.notices.text, "it is told", 30)
    again.studio.show_mode("project")
    driver.answer(ConfirmDialog, lambda dialog: dialog.accept())
    again.project_page.check_requested.emit()
    driver.wait_until(lambda: len(ratings_in(project)) == 2, "they are put back", 30)
    again.settle()
    assert {rating.uid: rating.votes for rating in ratings_in(project)} == before
    assert {rating.roi_id for rating in ratings_in(project)} == rated
    driver.wait_until(lambda: not kept.exists(), "the journal is done with", 30)
