"""Scanning folders, adding pictures, finding them, and noticing when they change."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image as Pillow

from annotation_db.database import audit
from annotation_db.database.store import Store
from annotation_db.errors import Cancelled, NotFound, PictureError
from annotation_db.pictures import images
from tests.unit.annotation_db.conftest import Filled, save_picture


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Good pictures in two folders, one of them twice, and what else lies about in such folders."""
    root = tmp_path / "pictures"
    for number, name in enumerate(("b.png", "a.PNG", "deep/er/c.bmp", "deep/d.webp")):
        save_picture(root / name, number)
    shutil.copy(root / "b.png", root / "deep" / "same.png")
    whole = (root / "a.PNG").read_bytes()
    (root / "cut.png").write_bytes(whole[: len(whole) // 2])
    (root / "empty.jpg").touch()
    Pillow.new("P", (5, 5)).save(root / "a.gif")
    (root / "notes.txt").write_text("x")
    (root / ".hidden.png").write_text("x")
    save_picture(root / ".trash" / "e.png", 9)
    return root


def test_a_folder_is_scanned_as_a_whole(folder: Path) -> None:
    seen: list[tuple[int, int, str]] = []
    scan = images.scan_folder(folder, progress=lambda done, total, what: seen.append((done, total, what)))
    assert [p.path for p in scan.pictures] == [
        "a.PNG",
        "b.png",
        "deep/d.webp",
        "deep/same.png",
        "deep/er/c.bmp",
    ]
    assert [path for path, _ in scan.refused] == ["a.gif", "cut.png", "empty.jpg"]
    assert all(sentence.endswith(".") and str(folder) in sentence for _, sentence in scan.refused)
    assert scan.passed_over == 2
    assert [done for done, _, _ in seen] == list(range(1, 8)) and seen[0][1] == 7


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such names")
def test_names_with_control_characters_are_refused(tmp_path: Path) -> None:
    save_picture(tmp_path / "good.png")
    save_picture(tmp_path / "a\nb\x1b[31m.png")
    (tmp_path / "Icon\r").touch()
    scan = images.scan_folder(tmp_path)
    assert [p.path for p in scan.pictures] == ["good.png"] and scan.passed_over == 1
    ((path, sentence),) = scan.refused
    assert path == "a?b?[31m.png" and sentence.isprintable()
    assert sentence.endswith("a?b?[31m.png holds control characters; rename it.")


def test_pictures_are_added_once(any_store: Store, folder: Path) -> None:
    scan = images.scan_folder(folder)
    with any_store.write("lead") as s:
        report = images.add(s, scan, source="KonIQ", who="lead")
        again = images.add(s, scan, source="KonIQ", who="lead")
        listed = images.list_all(s)
    assert report.added == ("a.PNG", "b.png", "deep/d.webp", "deep/er/c.bmp")
    assert report.duplicates == (("deep/same.png", "b.png"),)
    assert len(report.refused) == 3
    assert again.added == () and len(again.duplicates) == 5
    assert [i.path for i in listed] == sorted(report.added)
    assert {(i.source, i.width, i.height, i.exif_orientation) for i in listed} == {("KonIQ", 64, 48, 1)}
    assert all(images.verify(i) is None for i in listed)
    assert len({i.uid for i in listed}) == 4
    with any_store.read() as s:
        (entry,) = audit.list_all(s)
        assert (entry.who, entry.action, entry.detail["added"]) == ("lead", "image.add", 4)


def test_another_picture_under_an_old_name_is_refused(store: Store, folder: Path) -> None:
    with store.write() as s:
        images.add(s, images.scan_folder(folder), who="lead")
        save_picture(folder / "b.png", 77)
        report = images.add(s, images.scan_folder(folder), who="lead")
        old = images.find(s, "b.png")
    # deep/same.png still is what b.png was, and b.png is something new.
    assert dict(report.refused)["b.png"].startswith("b.png is not the picture that was imported")
    assert images.verify(old) is not None


def test_a_missing_folder_and_an_interrupted_scan(folder: Path) -> None:
    with pytest.raises(PictureError, match="There is no folder"):
        images.scan_folder(folder / "nowhere")
    with pytest.raises(Cancelled):
        images.scan_folder(folder, cancelled=lambda: True)


def test_folders_without_permission_are_named(folder: Path) -> None:
    for parent in (folder, *folder.parents):
        if parent.stat().st_uid == os.geteuid() and parent.stat().st_mode & 0o055 != 0o055:
            parent.chmod(0o755)
    (folder / "deep").chmod(0)
    code = (
        "import os, sys\nfrom annotation_db.errors import PictureError\n"
        "from annotation_db.pictures import images\n"
        # Nobody may read this interpreter's library where it lies in root's home: load the plugins before.
        "from PIL import Image\nImage.init()\n"
        "os.geteuid() == 0 and os.setuid(65534)\n"
        "scan = images.scan_folder(sys.argv[1])\n"
        "print(len(scan.pictures), dict(scan.refused)['deep'])\n"
        "try:\n    images.scan_folder(sys.argv[1] + '/deep')\nexcept PictureError as error:\n    print(error)"
    )
    try:
        done = subprocess.run(
            [sys.executable, "-c", code, str(folder)],
            cwd=Path(__file__).parents[3],
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        (folder / "deep").chmod(0o755)
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert first.startswith("2 The folder") and "cannot be read" in first
    assert "cannot be read" in second


def test_pictures_are_found_by_path_and_by_name(any_store: Store, folder: Path) -> None:
    save_picture(folder / "deep" / "b.png", 55)
    with any_store.write() as s:
        images.add(s, images.scan_folder(folder), who="lead")
        assert images.find(s, "deep/er/c.bmp").path == "deep/er/c.bmp"
        assert images.find(s, "c.bmp").path == "deep/er/c.bmp"
        assert images.find(s, "b.png").path == "b.png"  # the whole path wins over a name
        assert images.find(s, "deep\\b.png").path == "deep/b.png"
        assert images.find(s, str(folder / "deep" / "b.png")).path == "deep/b.png"
        assert images.get(s, images.find(s, "c.bmp").id).path == "deep/er/c.bmp"
        for unknown in ("%.png", "nothing.png", "er/c.bmp", str(folder / "x" / "b.png")):
            with pytest.raises(NotFound):
                images.find(s, unknown)
        with pytest.raises(NotFound):
            images.get(s, 999)


def test_a_shared_name_asks_for_the_path(store: Store, tmp_path: Path) -> None:
    save_picture(tmp_path / "pictures" / "x" / "a.png", 1)
    save_picture(tmp_path / "pictures" / "y" / "a.png", 2)
    with store.write() as s:
        images.add(s, images.scan_folder(tmp_path / "pictures"), who="lead")
        with pytest.raises(NotFound, match="Several pictures"):
            images.find(s, "a.png")


def test_a_changed_or_missing_picture_is_said(filled: Filled, tmp_path: Path) -> None:
    first, second, third = filled.images
    save_picture(images.absolute_path(first), 99)
    images.absolute_path(second).unlink()
    said = images.verify(first)
    assert said is not None and "has changed since it was imported" in said and said.endswith(".")
    said = images.verify(second)
    assert said is not None and "is gone since it was imported" in said
    data = bytearray(images.absolute_path(third).read_bytes())
    data[-20] ^= 1  # same size, other bytes
    images.absolute_path(third).write_bytes(data)
    assert images.verify(third) is not None


def test_project_and_pictures_can_move_together(filled: Filled, tmp_path: Path) -> None:
    filled.store.close()
    (tmp_path / "elsewhere").mkdir()
    for name in ("project", "pictures"):
        shutil.move(tmp_path / name, tmp_path / "elsewhere" / name)
    with Store.open(tmp_path / "elsewhere" / "project") as store, store.read() as s:
        assert all(images.verify(i) is None for i in images.list_all(s))


def test_notes(any_filled: Filled) -> None:
    first = any_filled.images[0]
    with any_filled.store.write() as s:
        images.set_note(s, first.id, "JPEG quality 10")
        assert images.get(s, first.id).note == "JPEG quality 10"
        with pytest.raises(NotFound):
            images.set_note(s, 999, "x")
