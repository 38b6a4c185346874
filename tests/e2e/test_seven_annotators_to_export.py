"""Seven annotators rate by keyboard; labels are computed, exported, and read back with other tools."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from PIL import Image
from pycocotools.coco import COCO

from annotation_db.database.store import Store
from annotation_db.imports.run import import_ratings, import_rois
from annotation_db.labels import labels
from annotation_db.vocabulary.scales import SCALE_NAMES
from seagull_studio.unattended import driver
from seagull_studio.views.dialogs import ExportDialog, ResultDialog
from seagull_studio.views.dialogs.messages import ConfirmDialog
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import Desk, default_of, press_default, ratings_in
from tests.e2e.projects import RADIUS, disc_mask

PEOPLE = [f"rater {number}" for number in range(1, 8)]
KEYS = ["35555524", "35255524", "25255534", "45555533", "55255524", "35255544", "35555524"]
"""In the order of `SCALE_NAMES`."""
ROIS = 5


@pytest.fixture
def labelled(sit: Sit, tmp_path: Path) -> tuple[Desk, Path]:
    """A desk in Project mode after all seven rated all ROIs and the labels were computed."""
    project = projects.make(tmp_path, pictures=ROIS)
    desk = sit()
    desk.open(project, PEOPLE[0])
    for person, keys in zip(PEOPLE, KEYS, strict=True):
        if person != PEOPLE[0]:
            desk.sign_in(person)
        for _ in range(ROIS):
            desk.rate(keys)
        desk.settle()
        assert desk.annotate.rating.current is None, "every ROI came once"
    desk.studio.show_mode("project")
    desk.settle()
    assert desk.project_page.coverage_rows()[7][1] == str(ROIS)
    desk.project_page.aggregate_requested.emit("paper", 7)

    def computed() -> bool:
        with Store.open(project) as store, store.read() as session:
            return bool(labels.runs(session))

    driver.wait_until(computed, "the labels are computed")
    return desk, project


def export(desk: Desk, folder: Path) -> None:
    """Through the export dialog."""

    def fill(dialog: ExportDialog) -> None:
        dialog.folder.set_text(str(folder))
        dialog.copy_images.setChecked(True)
        press_default(dialog)

    closed: list[bool] = []
    driver.answer(ExportDialog, fill)
    driver.answer(ResultDialog, lambda dialog: (dialog.accept(), closed.append(True)))
    desk.project_page.export_requested.emit()
    driver.wait_until(lambda: bool(closed), "the result of the export is shown")


def check_labels(project: Path) -> None:
    with Store.open(project) as store, store.read() as session:
        found = labels.run_labels(session, labels.runs(session)[-1].id)
    assert len(found) == ROIS
    for label in found:
        assert (label.status, label.n) == ("labelled", 7)
        # quality votes 2 2 3 3 2 4 2: 18 / 7; importance 4 4 4 3 4 4 4: 27 / 7
        assert label.quality is not None and (label.quality.sum, label.quality.n) == (18, 7)
        assert label.importance is not None and label.importance.sum == 27
        blur, compression = label.distortions["blur"], label.distortions["compression"]
        assert blur.present and blur.non_existent == 1 and blur.severity is not None
        assert (blur.severity.sum, blur.severity.n) == (3 + 3 + 2 + 4 + 3 + 3, 6)
        assert compression.present and compression.non_existent == 3
        assert not label.distortions["noise"].present


def check_export(folder: Path) -> None:
    seen, split_of = 0, {}
    for file in sorted(folder.glob("coco*.json")):
        coco = COCO(str(file))
        for annotation in coco.loadAnns(coco.getAnnIds()):
            seen += 1
            assert (coco.annToMask(annotation).astype(bool) == disc_mask(RADIUS)).all()
            image = coco.loadImgs([annotation["image_id"]])[0]
            split_of[image["file_name"]] = image["split"]
            with Image.open(next(folder.rglob(Path(image["file_name"]).name))) as picture:
                assert picture.size == (image["width"], image["height"])
            assert annotation["attributes"]["n"] == 7
            assert annotation["attributes"]["quality_mean"] == pytest.approx(18 / 7)
    assert seen == 2 * ROIS, "each in coco.json, and in the file of its split"
    assert sorted(split_of.values()) == ["test"] + ["train"] * 4
    files = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert files
    votes = [file for file in folder.rglob("*.csv") if "votes" in file.name or "ratings" in file.name]
    with votes[0].open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 7 * ROIS
    given = {row["annotator"]: "".join(row[name] for name in SCALE_NAMES) for row in rows}
    assert given == dict(zip(PEOPLE, KEYS, strict=True))


def check_reimport(folder: Path, elsewhere: Path) -> None:
    copy = projects.make(elsewhere, pictures=ROIS)
    votes = next(file for file in folder.rglob("*.csv") if "votes" in file.name or "ratings" in file.name)
    with Store.open(copy) as store:
        assert (
            "is of no ROI of this picture" in import_ratings(store, votes, who="lead").complaints[0].message
        )
        assert import_rois(store, folder / "rois.json", rename=True, who="lead").complaints == ()
        report = import_ratings(store, votes, who="lead")
    assert report.complaints == () and len(ratings_in(copy)) == 7 * ROIS


def test_from_the_first_key_to_the_export_and_back(labelled: tuple[Desk, Path], tmp_path: Path) -> None:
    desk, project = labelled
    check_labels(project)
    folder = tmp_path / "export"
    export(desk, folder)
    check_export(folder)
    check_reimport(folder, tmp_path / "copy")


def test_a_folder_in_use_is_not_overwritten(sit: Sit, tmp_path: Path) -> None:
    desk = sit()
    desk.open(projects.make(tmp_path), "ann")
    desk.studio.show_mode("project")
    folder = tmp_path / "precious"
    folder.mkdir()
    (folder / "thesis.txt").write_text("do not lose me")
    offered: list[bool] = []

    def try_it(dialog: ExportDialog) -> None:
        dialog.folder.set_text(str(folder))
        offered.append(default_of(dialog).isEnabled())
        dialog.reject()

    driver.answer(ExportDialog, try_it)
    desk.project_page.export_requested.emit()
    desk.settle()
    assert offered == [False]
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]


def test_an_earlier_export_is_replaced_only_when_asked(sit: Sit, tmp_path: Path) -> None:
    desk = sit()
    desk.open(projects.make(tmp_path), "ann")
    desk.studio.show_mode("project")
    folder = tmp_path / "export"
    export(desk, folder)
    before = {file: file.stat().st_ino for file in folder.rglob("*")}
    driver.answer(ExportDialog, lambda dialog: (dialog.folder.set_text(str(folder)), press_default(dialog)))
    driver.answer(ConfirmDialog, press_default)
    desk.project_page.export_requested.emit()
    assert {file: file.stat().st_ino for file in folder.rglob("*")} == before, "Enter does not replace it"
