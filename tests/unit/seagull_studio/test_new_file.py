"""Files at a place of somebody's choice: what may be replaced, and what stays."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from annotation_db.errors import DiskError, Refused
from seagull_studio.operations import new_file, prediction_files


def _beside(folder: Path) -> list[tuple[Path, str]]:
    """A pipe, a device, a link to nothing, one to a file and one to a folder."""
    os.mkfifo(folder / "pipe")
    (folder / "nothing").symlink_to(folder / "none")
    (folder / "file").write_text("mine")
    (folder / "link").symlink_to(folder / "file")
    (folder / "folder").symlink_to(folder, target_is_directory=True)
    return [
        (folder / "pipe", "is a pipe, socket or device"),
        (Path("/dev/null"), "is a pipe, socket or device"),
        (folder / "nothing", "is a link"),
        (folder / "link", "is a link"),
        (folder / "folder", "is a folder"),
    ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have no names here")
def test_only_plain_files_are_replaced(tmp_path: Path) -> None:
    for place, why in _beside(tmp_path):
        before = place.lstat()
        for refuse in (lambda p: new_file.check(p, overwrite=True), prediction_files.check):
            with pytest.raises(Refused, match=why):
                refuse(place)
        if place.is_relative_to(tmp_path):
            with pytest.raises(DiskError, match="cannot be used"):
                new_file.save(place, b"new")
        assert place.lstat().st_ino == before.st_ino and place.lstat().st_mode == before.st_mode
    assert (tmp_path / "file").read_text() == "mine"


def test_plain_files_and_free_places_are_taken(tmp_path: Path) -> None:
    place = tmp_path / "report.html"
    new_file.check(place, overwrite=False)
    new_file.save(place, b"one")
    with pytest.raises(Refused, match="is there already"):
        new_file.check(place, overwrite=False)
    new_file.check(place, overwrite=True)
    new_file.save(place, b"two")
    assert place.read_bytes() == b"two"
    with pytest.raises(Refused, match="There is no folder"):
        new_file.check(place / "below", overwrite=False)


def test_a_name_that_no_disk_takes_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DiskError, match="is longer than this disk or system takes"):
        new_file.check(tmp_path / ("a" * 300), overwrite=False)
