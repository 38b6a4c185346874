"""A lead compares two label runs in the window, and deletes one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QPlainTextEdit

from annotation_db.database.store import Store
from annotation_db.labels import labels
from annotation_db.pictures import rois
from annotation_db.rating import annotators, ratings
from annotation_db.records import NewRating
from seagull_studio.unattended import driver
from seagull_studio.views.dialogs import ConfirmDialog, LabelRunsDialog, ResultDialog
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import say_of

POLICY = labels.policy_named("paper", min_raters=2)


def two_runs(tmp_path: Path) -> Path:
    """Ada corrects one of her ratings between them."""
    project = projects.make(tmp_path, pictures=2, people=["Ada", "Bo"])
    with Store.open(project) as store:
        with store.write() as s:
            people = [person.id for person in annotators.list_all(s)]
            for roi in rois.list_all(s):
                for person in people:
                    ratings.submit(s, NewRating(roi_id=roi.id, annotator_id=person, votes=(2,) * 8))
        labels.store_run(store, POLICY, "lead")
        with store.write() as s:
            ratings.submit(s, NewRating(roi_id=1, annotator_id=people[0], votes=(2,) * 6 + (4, 2)))
        labels.store_run(store, POLICY, "lead")
    return project


def test_label_runs_are_compared_and_deleted_in_the_window(sit: Sit, tmp_path: Path) -> None:
    project = two_runs(tmp_path)
    desk = sit()
    desk.open(project, "Ada")
    desk.studio.show_mode("project")
    desk.settle()
    desk.project_page.labels._runs.click()
    driver.wait_until(lambda: driver.find_dialog(LabelRunsDialog) is not None, "the runs are listed")
    dialog = driver.find_dialog(LabelRunsDialog)
    assert dialog is not None and [row[1] for row in dialog.texts()] == ["2", "1"]

    dialog._compare.click()
    driver.wait_until(lambda: driver.find_dialog(ResultDialog) is not None, "what changed is shown")
    result = driver.find_dialog(ResultDialog)
    assert result is not None and "From run 1 to 2: 1 ROIs with another status or level" in say_of(result)
    assert result.findChild(QPlainTextEdit).toPlainText() == "p0.png r0: Quality fair → good (corrections)"
    result.accept()

    dialog.choose([0])
    driver.answer(ConfirmDialog, lambda asked: asked.accept())
    dialog._delete.click()
    driver.wait_until(lambda: len(dialog.texts()) == 1, "the run is gone")
    assert [row[1] for row in dialog.texts()] == ["1"]
    dialog.accept()
    desk.settle()
    with Store.open(project) as store, store.read() as s:
        assert [run.id for run in labels.runs(s)] == [1] and len(labels.run_labels(s, 1)) == 2
