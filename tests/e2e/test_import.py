"""Import pictures, ROIs and ratings on the Project page, with what is wrong in them said."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit

from annotation_db.database.store import Store
from annotation_db.imports.ratings_csv import COLUMNS
from annotation_db.pictures import images
from seagull_studio.unattended import driver
from seagull_studio.views.dialogs import ImportReportDialog, ResultDialog
from seagull_studio.views.dialogs.ratings_preview import RatingsPreviewDialog
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import (
    Desk,
    default_of,
    error_dialog,
    is_plain,
    press_default,
    ratings_in,
    rois_in,
    say_of,
)


def choose(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """The system's own file dialog gives `path`."""
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args, **_more: str(path))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, **_more: (str(path), ""))


def read_result(ask: Callable[[], None]) -> str:
    """What the result dialog says after `ask`."""
    said: list[str] = []

    def read(dialog: ResultDialog) -> None:
        lines = [text.toPlainText() for text in dialog.findChildren(QPlainTextEdit)]
        said.append("\n".join([say_of(dialog), *lines]))
        dialog.accept()

    driver.answer(ResultDialog, read)
    ask()
    driver.wait_until(lambda: bool(said), "the result is shown")
    return said[0]


def dry_run(ask: Callable[[], None], *, go_on: bool) -> tuple[str, list[list[str]], bool]:
    """What the import dialog says, its complaints, and whether it offers to import; then answer it."""
    seen: list[tuple[str, list[list[str]], bool]] = []

    def read(dialog: ImportReportDialog) -> None:
        offers = default_of(dialog)
        can_apply = dialog.table.isHidden() or not dialog.table.texts()
        seen.append((say_of(dialog), dialog.table.texts(), can_apply))
        offers.click() if go_on else dialog.reject()

    driver.answer(ImportReportDialog, read)
    ask()
    driver.wait_until(lambda: bool(seen), "the dry run is shown")
    return seen[0]


def write_csv(file: Path, lines: list[list[Any]]) -> Path:
    file.write_text(
        "\n".join(",".join(map(str, line)) for line in [COLUMNS, *lines]) + "\n", encoding="utf-8"
    )
    return file


@pytest.fixture
def desk(sit: Sit, tmp_path: Path) -> Desk:
    desk = sit()
    desk.open(projects.make(tmp_path, pictures=2), "lead")
    desk.studio.show_mode("project")
    desk.settle()
    return desk


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return tmp_path / "project"


def test_pictures_with_corrupt_ones_among_them(
    desk: Desk, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "more"
    for number in (7, 8):
        projects.draw_picture(folder / "deep" / f"new{number}.png", number)
    projects.draw_picture(folder / "again.png", 0)  # the same as p0.png
    whole = (folder / "deep" / "new7.png").read_bytes()
    (folder / "cut.png").write_bytes(whole[: len(whole) // 2])
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "letter.png").write_text("Dear Sir or Madam")
    choose(monkeypatch, folder)
    said = read_result(desk.project_page.import_images_requested.emit)
    assert said.startswith("2 ") and "Traceback" not in said
    for name in ("again.png", "cut.png", "empty.jpg", "letter.png"):
        assert name in said
    with Store.open(project) as store, store.read() as session:
        names = {Path(image.path).name for image in images.list_all(session)}
    assert names == {"p0.png", "p1.png", "new7.png", "new8.png"}
    desk.mark("new7.png")


def test_a_folder_without_pictures_changes_nothing(
    desk: Desk, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "nothing").mkdir()
    choose(monkeypatch, tmp_path / "nothing")
    assert "0 " in read_result(desk.project_page.import_images_requested.emit)


def test_rois_join_the_queue(
    desk: Desk, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(rois_in(project))
    file = tmp_path / "rois.json"
    file.write_text(json.dumps([{"img": f"p{n}.png", "id": "box", "points": [9, 9, 60, 50]} for n in (0, 1)]))
    choose(monkeypatch, file)
    dry_run(desk.project_page.import_rois_requested.emit, go_on=False)
    desk.settle()
    assert len(rois_in(project)) == before, "a dry run changes nothing"
    dry_run(desk.project_page.import_rois_requested.emit, go_on=True)
    driver.wait_until(lambda: len(rois_in(project)) == before + 2, "the ROIs are there")
    driver.wait_until(lambda: len(desk.annotate.rating._upcoming) == 3, "the queue has them")


def test_rois_with_complaints_bring_only_the_good_ones(
    desk: Desk, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(rois_in(project))
    file = tmp_path / "rois.json"
    entries = [
        {"img": "p0.png", "id": "good", "points": [9, 9, 60, 50]},
        {"img": "nowhere.png", "id": "lost", "points": [9, 9, 60, 50]},
        {"img": "p1.png", "id": "tiny", "points": [9, 9, 5, 5]},
        {"img": "p1.png", "id": "nothing"},
    ]
    file.write_text(json.dumps(entries))
    choose(monkeypatch, file)
    _, complaints, _ = dry_run(desk.project_page.import_rois_requested.emit, go_on=True)
    assert sorted(line for _, line in complaints) == ["2", "3", "4"]
    driver.wait_until(lambda: len(rois_in(project)) == before + 1, "the good one is there")
    assert "good" in {roi.external_id for roi in rois_in(project)}


def test_ratings_after_a_dry_run(
    desk: Desk, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [[f"p{n}.png", "r0", who, 5, 5, 3, 5, 5, 2, 3, 4] for n in (0, 1) for who in ("xu", "yi")]
    choose(monkeypatch, write_csv(tmp_path / "ratings.csv", lines))
    driver.answer(RatingsPreviewDialog, press_default)
    said, complaints, _ = dry_run(desk.project_page.import_ratings_requested.emit, go_on=True)
    assert complaints == [] and "4" in said and "xu" in said and "yi" in said
    driver.wait_until(lambda: len(ratings_in(project)) == 4, "the ratings are there")
    driver.wait_until(
        lambda: {"xu", "yi"} <= {row[0] for row in desk.project_page.annotator_rows()}, "the page shows them"
    )


def test_ratings_with_complaints_change_nothing(
    desk: Desk, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [
        ["p0.png", "r0", "xu", 5, 5, 3, 5, 5, 2, 3, 4],
        ["p0.png", "r0", "yi", 5, 9, 3, 5, 5, 2, 3, 4],
        ["gone.png", "r0", "xu", 5, 5, 3, 5, 5, 2, 3, 4],
        ["p1.png", "r0", "xu", 5, 5, 3, 5, 5, 2, 5, 4],
    ]
    choose(monkeypatch, write_csv(tmp_path / "ratings.csv", lines))
    driver.answer(RatingsPreviewDialog, press_default)
    _, complaints, can_apply = dry_run(desk.project_page.import_ratings_requested.emit, go_on=True)
    assert sorted(line for _, line in complaints) == ["3", "4", "5"] and not can_apply
    desk.settle()
    assert ratings_in(project) == []


def test_a_file_that_is_none_is_refused_in_one_sentence(
    desk: Desk, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "strange.csv").write_bytes(b"\x00\xff\x00")
    choose(monkeypatch, tmp_path / "strange.csv")
    with error_dialog() as said:
        desk.project_page.import_ratings_requested.emit()
    assert is_plain(said[0]) and "strange.csv" in said[0]
    assert ratings_in(project) == []
