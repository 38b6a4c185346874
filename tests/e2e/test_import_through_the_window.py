"""Import by the Project page's own buttons: odd but good pictures, a file corrected after it was refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit

from annotation_db.database import audit
from annotation_db.database.store import Store
from annotation_db.imports.ratings_csv import COLUMNS
from annotation_db.pictures import images, masks
from annotation_db.pictures.masks import Rle
from annotation_db.rating import annotators
from annotation_db.records import ImageRecord
from seagull_studio.unattended import driver
from seagull_studio.views.dialogs import (
    AnnotatorDialog,
    ConfirmDialog,
    ImportReportDialog,
    ReasonDialog,
    ResultDialog,
)
from seagull_studio.views.dialogs.people import MergeDialog, SamePersonDialog, UnmergeDialog
from seagull_studio.views.dialogs.ratings_preview import RatingsPreviewDialog
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import Desk, press_default, ratings_in, rois_in, say_of
from tests.e2e.projects import CENTRE, HEIGHT, WIDTH, disc_mask

ORIENTATION = 0x0112
TURNED_RIGHT = 6
"""EXIF: the picture is shown turned by 90 degrees clockwise."""


@pytest.fixture
def desk(sit: Sit, tmp_path: Path) -> Desk:
    """A lead on the Project page."""
    desk = sit()
    desk.open(projects.make(tmp_path, pictures=2), "lead")
    desk.studio.show_mode("project")
    desk.settle()
    return desk


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return tmp_path / "project"


@pytest.fixture
def press(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Path], None]:
    """Press a button that asks for a file or folder; the system's own dialog gives that path."""

    def press_it(text: str, path: Path) -> None:
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args, **_more: str(path))
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, **_more: (str(path), ""))
        driver.button(desk.project_page, text).click()

    return press_it


def folder_of_oddities(folder: Path) -> None:
    """Good pictures of unusual kinds, and files that are none."""
    projects.draw_picture(folder / "plain.png", 50)
    with Image.open(folder / "plain.png") as opened:
        rgb = opened.convert("RGB")
    rgb.convert("CMYK").save(folder / "print.jpg", quality=95)
    grey = np.asarray(rgb.convert("L")).astype(np.uint16)
    Image.fromarray(grey * 257).save(folder / "deep.png")
    exif = Image.Exif()
    exif[ORIENTATION] = TURNED_RIGHT
    (folder / "phone").mkdir()
    rgb.transpose(Image.Transpose.ROTATE_90).save(folder / "phone" / "turned.jpg", quality=95, exif=exif)
    rgb.quantize(16).save(folder / "misnamed.jpg", format="PNG")
    whole = (folder / "print.jpg").read_bytes()
    (folder / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    (folder / "twin.png").write_bytes((folder / "plain.png").read_bytes())
    (folder / "letter.jpg").write_text("Dear Sir or Madam", encoding="utf-8")
    (folder / "notes.txt").write_text("nothing to do with it", encoding="utf-8")


def pictures_in(project: Path) -> dict[str, ImageRecord]:
    with Store.open(project) as store, store.read() as session:
        return {Path(image.path).name: image for image in images.list_all(session)}


def test_odd_pictures_come_in_as_they_are_displayed(
    desk: Desk, project: Path, tmp_path: Path, press: Callable[[str, Path], None]
) -> None:
    folder_of_oddities(tmp_path / "odd")
    said: list[str] = []

    def read(dialog: ResultDialog) -> None:
        said.extend([say_of(dialog), *(text.toPlainText() for text in dialog.findChildren(QPlainTextEdit))])
        press_default(dialog)

    driver.answer(ResultDialog, read)
    press("Import images…", tmp_path / "odd")
    driver.wait_until(lambda: bool(said), "the result is shown")
    assert said[0].startswith("5 ")
    lines = said[1].splitlines()
    assert len(lines) == 3 and all(line.endswith(".") for line in lines)
    for name in ("cut.jpg", "letter.jpg", "twin.png"):
        assert sum(name in line for line in lines) == 1, lines

    stored = pictures_in(project)
    odd = ("plain.png", "print.jpg", "deep.png", "turned.jpg", "misnamed.jpg")
    assert set(stored) == {"p0.png", "p1.png", *odd}
    assert stored["print.jpg"].mode == "CMYK" and stored["misnamed.jpg"].format == "PNG"
    assert stored["turned.jpg"].exif_orientation == TURNED_RIGHT
    for name in odd[1:]:
        assert (stored[name].width, stored[name].height) == (WIDTH, HEIGHT)
        desk.mark(name)
        picture = desk.page.canvas.picture
        assert picture is not None
        inside, ground = (
            picture.reduced((x - 2, y - 2, x + 2, y + 2), 1, 1).pixelColor(0, 0)
            for x, y in (CENTRE, (20, 90))
        )
        assert inside.red() > 150 > 80 > ground.red(), f"{name} is shown upright and in its colours"


def test_pictures_that_moved_are_found_in_the_folder_that_is_named(
    desk: Desk, project: Path, tmp_path: Path, press: Callable[[str, Path], None]
) -> None:
    (tmp_path / "pictures").rename(tmp_path / "moved")
    said: list[str] = []

    def read(dialog: ResultDialog) -> None:
        said.append(say_of(dialog))
        press_default(dialog)

    driver.answer(ResultDialog, read)
    press("Pictures moved…", tmp_path / "moved")
    driver.wait_until(lambda: bool(said), "the result is shown")
    assert said == ["Pictures found: 2; still missing: 0."]
    with Store.open(project) as store, store.read() as s:
        assert [images.verify(image) for image in images.list_all(s)] == [None, None]


def see_dry_run(ask: Callable[[], None], *, go_on: bool) -> tuple[str, list[list[str]]]:
    """What the import dialog says and its complaints; then import, or close it."""
    seen: list[tuple[str, list[list[str]]]] = []

    def read(dialog: ImportReportDialog) -> None:
        seen.append((say_of(dialog), dialog.table.texts()))
        driver.button(dialog, "Import" if go_on else "Close").click()

    driver.answer(ImportReportDialog, read)
    ask()
    driver.wait_until(lambda: bool(seen), "the dry run is shown")
    driver.wait_until(lambda: driver.find_dialog(ImportReportDialog) is None, "it is closed")
    return seen[0]


def test_the_good_rois_of_a_file_come_in_with_their_masks(
    desk: Desk, project: Path, tmp_path: Path, press: Callable[[str, Path], None]
) -> None:
    before = {roi.id for roi in rois_in(project)}
    small, other = masks.encode(disc_mask(25)), masks.encode(disc_mask(25)[:-1])
    entries = [
        {
            "img": "p0.png",
            "id": "disc",
            "level": "component",
            "rle": {"size": small.size, "counts": small.counts},
        },
        {"img": "p0.png", "id": "cropped", "rle": {"size": other.size, "counts": other.counts}},
        {"img": "p1.png", "id": "outside", "points": [200, 100, 100, 60]},
        {"img": "p1.png", "id": "broken", "rle": {"size": [HEIGHT, WIDTH], "counts": "no run lengths"}},
        {"img": "p1.png", "id": "box", "points": [10, 20, 60, 50]},
    ]
    file = tmp_path / "rois.json"
    file.write_text(json.dumps(entries), encoding="utf-8")
    said, complaints = see_dry_run(lambda: press("Import ROIs…", file), go_on=True)
    assert "2 new ROIs" in said and "left out" in said
    assert [line for _, line in complaints] == ["2", "3", "4"]
    assert all(message.endswith(".") for message, _ in complaints)
    driver.wait_until(lambda: len(rois_in(project)) == len(before) + 2, "the good ones are there")
    new = {roi.external_id: roi for roi in rois_in(project) if roi.id not in before}
    assert set(new) == {"disc", "box"} and new["disc"].level == "component"
    assert (masks.decode(Rle(new["disc"].size, new["disc"].counts)) == disc_mask(25)).all()
    assert new["box"].bbox == (10, 20, 60, 50)

    said, _ = see_dry_run(lambda: press("Import ROIs…", file), go_on=False)
    assert "2 already there" in said, "a second time brings nothing"


def test_a_ratings_file_is_refused_then_corrected_and_taken_whole(
    desk: Desk, project: Path, tmp_path: Path, press: Callable[[str, Path], None]
) -> None:
    people = ("xu", "yi", "zoë")
    good = [[f"p{at}.png", "r0", who, 5, 5, 3, 5, 5, 2, 3, 4] for at in (0, 1) for who in people]
    file = tmp_path / "ratings.csv"

    def write(lines: list[list[str | int]]) -> None:
        rows = [",".join(map(str, line)) for line in [list(COLUMNS), *lines]]
        file.write_text("\n".join(rows) + "\n", encoding="utf-8")

    quality = COLUMNS.index("quality")
    bad = [list(line) for line in good]
    bad[1][quality] = 5
    bad[4][quality] = "2.5"
    write(bad)
    driver.answer(RatingsPreviewDialog, press_default)
    _, complaints = see_dry_run(lambda: press("Import ratings…", file), go_on=False)
    assert [line for _, line in complaints] == ["3", "6"]
    assert all("quality" in message and "0 to 4" in message for message, _ in complaints)
    desk.settle()
    assert ratings_in(project) == []
    assert {row[0] for row in desk.project_page.annotator_rows()} == {"lead"}, "nobody was added either"

    write(good)
    driver.answer(RatingsPreviewDialog, press_default)
    said, complaints = see_dry_run(lambda: press("Import ratings…", file), go_on=True)
    assert "6 new ratings on 2 images" in said and complaints == []
    assert "New annotators: xu, yi, zoë" in said
    driver.wait_until(lambda: len(ratings_in(project)) == len(good), "the ratings are there")
    driver.wait_until(
        lambda: len(desk.project_page.annotator_rows()) == 4, "the page lists the new annotators"
    )
    rows = {row[0]: row[2] for row in desk.project_page.annotator_rows()}
    assert rows == {"lead": "0", "xu": "2", "yi": "2", "zoë": "2"}
    assert desk.project_page.coverage_rows()[3][1] == "2"


def test_a_spreadsheet_programs_file_is_seen_mapped_and_its_names_asked_about(
    desk: Desk, project: Path, tmp_path: Path, press: Callable[[str, Path], None]
) -> None:
    header = ["Q" if name == "quality" else name for name in COLUMNS]
    rows = [["p0.png", "r0", "Zo\xeb", *"55355234"], ["p1.png", "r0", "zo\xeb", *"55355234"]]
    file = tmp_path / "ratings.csv"
    file.write_bytes("\r\n".join(";".join(row) for row in (header, *rows)).encode("cp1252"))
    seen: list[str] = []

    def name_the_encoding(dialog: RatingsPreviewDialog) -> None:
        seen.append(dialog.said.text())
        assert not driver.button(dialog, "Continue").isEnabled()
        dialog.encoding.setCurrentIndex(dialog.encoding.findData("windows-1252"))
        driver.answer(RatingsPreviewDialog, name_the_column)
        driver.button(dialog, "Read it so").click()

    def name_the_column(dialog: RatingsPreviewDialog) -> None:
        seen.append(dialog.said.text())
        assert list(dialog.columns) == ["quality"]
        dialog.columns["quality"].setCurrentIndex(dialog.columns["quality"].findData("Q"))
        driver.answer(RatingsPreviewDialog, go_on)
        driver.button(dialog, "Read it so").click()

    def go_on(dialog: RatingsPreviewDialog) -> None:
        seen.append(dialog.table.texts()[0][2])
        press_default(dialog)

    def one_person(dialog: ImportReportDialog) -> None:
        seen.append(dialog.table.texts()[0][0])
        driver.answer(ImportReportDialog, press_default)
        driver.button(dialog, "One person").click()

    driver.answer(RatingsPreviewDialog, name_the_encoding)
    driver.answer(ImportReportDialog, one_person)
    press("Import ratings…", file)
    driver.wait_until(lambda: len(ratings_in(project)) == 2, "the ratings are there")
    assert "not UTF-8" in seen[0] and "no column quality" in seen[1] and seen[2] == "Zo\xeb"
    assert "'zo\xeb' is nearly 'Zo\xeb'" in seen[3]
    driver.wait_until(lambda: len(desk.project_page.annotator_rows()) == 2, "the page lists one of them")
    assert {row[0] for row in desk.project_page.annotator_rows()} == {"lead", "Zo\xeb"}


def test_a_lead_excludes_readmits_and_merges_people(desk: Desk, project: Path, tmp_path: Path) -> None:
    page, card = desk.project_page, desk.project_page.annotators

    def names() -> set[str]:
        return {row[0] for row in page.annotator_rows()}

    def add(name: str, another: bool = False) -> None:
        driver.answer(AnnotatorDialog, lambda dialog: (dialog.name.setText(name), press_default(dialog)))
        if another:
            driver.answer(SamePersonDialog, lambda dialog: driver.button(dialog, "Another person").click())
        card.add.click()
        driver.wait_until(lambda: name in names(), f"{name} is listed")

    add("Ada")
    add("ada", another=True)
    card.choose("Ada")

    def say_why(dialog: ReasonDialog) -> None:
        assert not driver.button(dialog, "Exclude").isEnabled()
        dialog.reason.setText("asleep")
        driver.button(dialog, "Exclude").click()

    driver.answer(ReasonDialog, say_why)
    driver.button(card, "Exclude…").click()
    driver.wait_until(lambda: "Ada (excluded)" in names(), "Ada is excluded")
    assert not driver.button(card, "Exclude…").isEnabled()
    driver.answer(ConfirmDialog, lambda dialog: driver.button(dialog, "Readmit").click())
    driver.button(card, "Readmit").click()
    driver.wait_until(lambda: "Ada" in names(), "Ada counts again")
    driver.answer(MergeDialog, lambda dialog: (dialog.other.setCurrentText("ada"), press_default(dialog)))
    driver.button(card, "Merge…").click()
    driver.wait_until(lambda: names() == {"lead", "Ada (also ada)"}, "they are one")
    driver.answer(UnmergeDialog, press_default)
    driver.button(card, "Undo merge…").click()
    driver.wait_until(lambda: names() == {"lead", "Ada", "ada"}, "they are two again")
    with Store.open(project) as store, store.read() as session:
        actions = [entry.action for entry in audit.list_all(session)]
    wanted = ["annotator.unmerge", "annotator.merge", "annotator.restore", "annotator.exclude"]
    assert actions[:4] == wanted


def test_who_signs_in_by_nearly_a_name_is_asked(desk: Desk, project: Path) -> None:
    asked: list[SamePersonDialog] = []
    driver.answer(
        SamePersonDialog, lambda dialog: (asked.append(dialog), driver.button(dialog, "It is lead").click())
    )
    before = desk.studio.annotate
    assert desk.studio.signing_in is not None
    desk.studio.signing_in.sign_in_as("LEAD", "annotator")
    driver.wait_until(lambda: bool(asked), "it is asked who they are")
    desk.settle()
    assert desk.studio.annotate is before  # whoever sat there sits there
    with Store.open(project) as store, store.read() as session:
        assert [one.name for one in annotators.list_all(session)] == ["lead"]
