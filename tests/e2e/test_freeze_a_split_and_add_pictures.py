"""A lead freezes the split of an export; pictures that come later join it, and nothing changes sides."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog

from annotation_db.database.store import Store
from annotation_db.pictures import images, rois
from annotation_db.rating import annotators, ratings
from annotation_db.records import NewRating
from seagull_studio.unattended import driver
from seagull_studio.views.dialogs import ConfirmDialog, ExportDialog, ResultDialog
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import Desk, press_default

LATER = 4
"""Pictures that come after the split was frozen."""


def rate_all(project: Path) -> None:
    """By everybody, what they have not rated yet: only images with labels are in a split."""
    with Store.open(project) as store, store.write("Lea") as s:
        for roi in rois.list_all(s):
            for who in annotators.list_all(s):
                if who.role == "annotator" and ratings.latest(s, roi.id, who.id) is None:
                    given = NewRating(roi_id=roi.id, annotator_id=who.id, votes=(5, 5, 5, 5, 5, 5, 3, 2))
                    ratings.submit(s, given)


def export(desk: Desk, folder: Path, *, freeze: bool) -> dict[str, Any]:
    """Through the export dialog; the splits that were written."""
    closed: list[bool] = []

    def fill(dialog: ExportDialog) -> None:
        dialog.folder.set_text(str(folder))
        for name, box in dialog.formats.items():
            box.setChecked(name == "seagull")
        assert dialog.freeze.isVisible() is freeze and dialog.train.isEnabled() is freeze
        if freeze:
            dialog.train.setValue(60)
            dialog.freeze.click()
        press_default(dialog)

    driver.answer(ExportDialog, fill)
    driver.answer(ResultDialog, lambda dialog: (dialog.accept(), closed.append(True)))
    driver.button(desk.project_page, "Export…").click()
    driver.wait_until(lambda: bool(closed), "the result of the export is shown", 120)
    desk.settle()
    written: dict[str, Any] = json.loads((folder / "splits.json").read_text(encoding="utf-8"))
    return written


def test_freeze_a_split_and_add_pictures(sit: Sit, tmp_path: Path, monkeypatch: Any) -> None:
    project = projects.make(tmp_path, pictures=5, people=[f"rater {number}" for number in range(7)])
    rate_all(project)
    desk = sit()
    desk.open(project, "Lea")
    desk.studio.show_mode("project")
    desk.settle()
    first = export(desk, tmp_path / "first", freeze=True)
    assert first["frozen"]["kept"] == 0 and first["frozen"]["joined"] == 5

    more = tmp_path / "more"
    for number in range(LATER):
        projects.draw_picture(more / f"later{number}.png", 50 + number)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args, **_more: str(more))
    read: list[bool] = []
    driver.answer(ResultDialog, lambda dialog: (dialog.accept(), read.append(True)))
    driver.button(desk.project_page, "Import images…").click()
    driver.wait_until(lambda: bool(read), "the pictures are imported")
    desk.settle()
    with Store.open(project) as store, store.write("Lea") as s:
        for image in images.list_all(s):
            if image.path.startswith("later"):
                rois.add(s, image_id=image.id, mask=projects.disc_mask(), who="Lea")
    rate_all(project)
    second = export(desk, tmp_path / "second", freeze=False)
    assert (second["frozen"]["kept"], second["frozen"]["joined"]) == (5, LATER)
    for part in ("train", "test"):
        assert set(first["images"][part]) <= set(second["images"][part])
    new = {f"later{number}.png" for number in range(LATER)}
    assert {name for part in second["images"].values() for name in part} >= new

    # Thawed, the next export may draw another split.
    driver.answer(ExportDialog, lambda dialog: dialog.thaw.click())
    driver.answer(ConfirmDialog, lambda dialog: driver.button(dialog, "Thaw it").click())
    driver.button(desk.project_page, "Export…").click()
    desk.settle()
    offered: list[bool] = []

    def look(dialog: ExportDialog) -> None:
        offered.append(dialog.freeze.isVisible())
        dialog.reject()

    driver.answer(ExportDialog, look)
    driver.wait_until(lambda: desk.studio.session.database.pending == 0, "it is thawed")  # type: ignore[union-attr]
    driver.button(desk.project_page, "Export…").click()
    desk.settle()
    assert offered == [True]
