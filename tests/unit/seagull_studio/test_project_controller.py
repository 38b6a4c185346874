"""The Project page without widgets: overview, imports, exports, checks and pictures of a real project."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from annotation_db.database.store import Store
from annotation_db.labels import labels
from annotation_db.pictures import images, rois
from annotation_db.rating import ratings
from annotation_db.vocabulary.scales import SCALE_NAMES
from seagull_studio.controllers.project import ProjectController
from seagull_studio.operations import pictures as picture_operations
from seagull_studio.state.project_questions import AskExport, ConfirmImport, ConfirmTable
from seagull_studio.state.project_view import ExportChoices, ProjectView
from seagull_studio.state.questions import ChooseFile, ChooseFolder, Confirm
from seagull_studio.state.rating_view import rating_form
from tests.unit.seagull_studio.sitting import Sitting, heard

POLYGON = {"img": "p0.png", "id": "new", "points": [70, 55, 50, 40]}


@pytest.fixture
def controller(sitting: Sitting) -> ProjectController:
    made = ProjectController(sitting.session, rating_form(), "lead", sitting.person)
    made.setParent(sitting.session)
    return made


def test_the_overview_is_told(sitting: Sitting, controller: ProjectController) -> None:
    projects, coverage = heard(controller.project_changed), heard(controller.coverage_changed)
    labels_told, people = heard(controller.labels_changed), heard(controller.people.rows_changed)
    controller.refresh()
    sitting.settle()
    (told,) = projects
    assert isinstance(told, ProjectView) and (told.name, told.images, told.rois) == ("small", 3, 6)
    assert coverage[0].histogram[0] == 6 and labels_told == [None]
    assert [row.name for row in people[0]] == ["ann"]


def test_pictures_of_a_folder_come_in_and_what_was_left_out_is_told(
    sitting: Sitting, controller: ProjectController, tmp_path: Path
) -> None:
    more = tmp_path / "more"
    more.mkdir()
    Image.fromarray(np.full((50, 60, 3), 90, np.uint8)).save(more / "new.png")
    Image.fromarray(np.full((50, 60, 3), 90, np.uint8)).save(more / "twin.png")
    projects = heard(controller.project_changed)
    sitting.person.will_say(more)
    controller.imports.choose_images()
    sitting.settle()
    assert isinstance(sitting.person.asked[0], ChooseFolder)
    (result,) = sitting.person.shown
    assert (
        result.sentence == f"1 pictures of {more} were added." and "is the same picture as" in result.lines[0]
    )
    assert projects[-1].images == 4


def test_nothing_happens_where_no_folder_is_chosen(sitting: Sitting, controller: ProjectController) -> None:
    controller.imports.choose_images()
    controller.imports.choose_rois()
    controller.pictures.choose_where()
    controller.exports.choose()
    sitting.settle()
    assert len(sitting.person.asked) == 4 and sitting.person.watched == []


def test_rois_are_read_shown_and_taken_without_those_that_are_wrong(
    sitting: Sitting, controller: ProjectController, tmp_path: Path, project: Path
) -> None:
    file = tmp_path / "rois.json"
    file.write_text(json.dumps([POLYGON, {**POLYGON, "img": "nowhere.png"}]))
    sitting.person.will_say(file, None)
    controller.imports.choose_rois()
    sitting.settle()
    chosen, confirmed = sitting.person.asked
    assert isinstance(chosen, ChooseFile) and isinstance(confirmed, ConfirmImport)
    assert confirmed.report.can_apply and len(confirmed.report.complaints) == 1
    assert roi_count(project) == 6, "nobody agreed"
    sitting.person.will_say("import")
    controller.imports.import_file("rois", file)
    sitting.settle()
    assert roi_count(project) == 7 and sitting.person.refused == []


def roi_count(project: Path) -> int:
    with Store.open(project) as store, store.read() as s:
        return len(rois.list_all(s))


def ratings_file(project: Path, file: Path, annotator: str = "ann") -> Path:
    with Store.open(project) as store, store.read() as s:
        pictures = {image.id: Path(image.path).name for image in images.list_all(s)}
        rows = [
            [pictures[roi.image_id], roi.external_id, annotator, 5, 5, 5, 5, 5, 4, 3, 2]
            for roi in rois.list_all(s)
        ]
    with file.open("w", newline="") as out:
        csv.writer(out).writerows([["image", "roi", "annotator", *SCALE_NAMES], *rows])
    return file


def rating_count(project: Path) -> int:
    with Store.open(project) as store, store.read() as s:
        return len(ratings.all_latest(s))


def test_ratings_are_previewed_checked_and_taken_as_a_whole(
    sitting: Sitting, controller: ProjectController, tmp_path: Path, project: Path
) -> None:
    file = ratings_file(project, tmp_path / "votes.csv")
    sitting.person.will_say(lambda said: (said.view.chosen, False), "import")
    controller.imports.import_file("ratings", file)
    sitting.settle()
    table, report = sitting.person.asked
    assert isinstance(table, ConfirmTable) and table.view.header[:3] == ("image", "roi", "annotator")
    assert isinstance(report, ConfirmImport) and report.report.found.startswith("6 new ratings")
    assert rating_count(project) == 6


def test_a_table_is_read_again_as_often_as_it_is_said_how(
    sitting: Sitting, controller: ProjectController, tmp_path: Path, project: Path
) -> None:
    file = ratings_file(project, tmp_path / "votes.csv")
    sitting.person.will_say(lambda said: (said.view.chosen, True), None)
    controller.imports.import_file("ratings", file)
    sitting.settle()
    assert [type(question) for question in sitting.person.asked] == [ConfirmTable, ConfirmTable]
    assert rating_count(project) == 0


def test_who_is_meant_by_nearly_the_same_name_is_asked_before_ratings_come_in(
    sitting: Sitting, controller: ProjectController, tmp_path: Path, project: Path
) -> None:
    file = ratings_file(project, tmp_path / "votes.csv", annotator="ANN")
    sitting.person.will_say(lambda said: (said.view.chosen, False), "same", "import")
    controller.imports.import_file("ratings", file)
    sitting.settle()
    _, first, second = sitting.person.asked
    assert isinstance(first, ConfirmImport) and first.report.ask_names
    assert isinstance(second, ConfirmImport) and second.report.can_apply
    assert rating_count(project) == 6


def test_a_file_that_cannot_be_read_is_refused(
    sitting: Sitting, controller: ProjectController, tmp_path: Path
) -> None:
    controller.imports.import_file("ratings", tmp_path / "nowhere.csv")
    controller.imports.import_file("rois", tmp_path / "nowhere.json")
    sitting.settle()
    assert len(sitting.person.refused) == 2 and sitting.person.asked == []


def test_an_export_is_replaced_only_after_a_question(
    sitting: Sitting, controller: ProjectController, tmp_path: Path, project: Path
) -> None:
    sitting.person.will_say(lambda said: (said.view.chosen, False), "import")
    controller.imports.import_file("ratings", ratings_file(project, tmp_path / "votes.csv"))
    sitting.settle()
    sitting.person.asked.clear()
    sitting.person.shown.clear()
    wanted = ExportChoices(tmp_path / "out", ("csv",), 0.8, 0, False)
    written = heard(controller.exports.exported)
    sitting.person.will_say(wanted)
    controller.exports.choose()
    sitting.settle()
    (asked,) = sitting.person.asked
    assert isinstance(asked, AskExport) and "csv" in asked.formats
    assert sitting.person.shown[0].folder == str(tmp_path / "out") and len(written) == 1
    sitting.person.will_say(wanted, None)
    controller.exports.choose()
    sitting.settle()
    assert isinstance(sitting.person.asked[-1], Confirm) and len(written) == 1
    sitting.person.will_say(wanted, True)
    controller.exports.choose()
    sitting.settle()
    assert len(written) == 2


def test_labels_are_computed_and_told(
    sitting: Sitting, controller: ProjectController, tmp_path: Path, project: Path
) -> None:
    sitting.person.will_say(lambda said: (said.view.chosen, False), "import")
    controller.imports.import_file("ratings", ratings_file(project, tmp_path / "votes.csv"))
    sitting.settle()
    assert [policy.name for policy in controller.policies()] == list(labels.POLICIES)
    told = heard(controller.labels_changed)
    controller.aggregate("paper", 1)
    sitting.settle()
    assert told[-1].labelled == 6 and told[-1].policy == "paper"


def test_a_check_says_what_it_found(sitting: Sitting, controller: ProjectController, tmp_path: Path) -> None:
    controller.checking.check()
    sitting.settle()
    assert sitting.person.shown[0].sentence.startswith("Database, pictures and masks are as")
    (tmp_path / "pictures" / "p0.png").unlink()
    controller.checking.check()
    sitting.settle()
    assert len(sitting.person.shown[1].lines) == 1 and sitting.person.asked == []


def test_withdrawn_pictures_are_listed_until_nobody_looks(
    sitting: Sitting, controller: ProjectController, project: Path
) -> None:
    with Store.open(project) as store:
        for image_id in (1, 2):
            picture_operations.withdraw(store, image_id, "blurred", "lead")
    lists = heard(controller.pictures.withdrawn_changed)
    controller.pictures.list_withdrawn()
    sitting.settle()
    assert [row.reason for row in lists[-1]] == ["blurred", "blurred"]
    controller.pictures.restore(1)
    sitting.settle()
    assert [row.id for row in lists[-1]] == [2]
    controller.pictures.close_list()
    controller.pictures.restore(2)
    sitting.settle()
    assert len(lists) == 2, "nobody looks at the list any more"


def test_pictures_that_moved_are_found(
    sitting: Sitting, controller: ProjectController, tmp_path: Path
) -> None:
    (tmp_path / "pictures").rename(tmp_path / "moved")
    (tmp_path / "moved" / "p2.png").unlink()
    sitting.person.will_say(tmp_path / "moved")
    controller.pictures.choose_where()
    sitting.settle()
    (result,) = sitting.person.shown
    assert result.sentence == "Pictures found: 2; still missing: 1." and "p2.png" in result.lines[0]


def test_a_backup_that_was_asked_for_and_failed_is_told(
    sitting: Sitting, controller: ProjectController
) -> None:
    told = heard(controller.backup_changed)
    controller.back_up()
    sitting.until(lambda: bool(told) and not told[-1].making and told[-1].made_at != "")
    sitting.session.backups.failed.emit("The disk is full.", True)
    sitting.session.backups.failed.emit("Nobody waits for this one.", False)
    assert sitting.person.refused == ["The disk is full."]
