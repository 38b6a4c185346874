"""Where an export may go: what stands there is never lost."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from annotation_db.database.store import Store
from annotation_db.errors import DiskError, Refused
from annotation_db.exports.run import export

from .test_export import load, store

__all__ = ["store"]


def test_what_is_there_is_never_replaced_unasked(store: Store, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    first = export(store, out, seed=1)
    with pytest.raises(Refused, match="is not empty"):
        export(store, out, seed=2)
    assert load(first.folder, "splits.json")["seed"] == 1
    export(store, out, seed=2, overwrite=True)
    assert load(out, "splits.json")["seed"] == 2
    for place in (tmp_path / "photos", tmp_path / "project", tmp_path):
        before = sorted(p.name for p in place.iterdir())
        with pytest.raises(Refused, match="no export of this program"):
            export(store, place, overwrite=True)
        assert sorted(p.name for p in place.iterdir()) == before
    with pytest.raises(Refused, match="is a file"):
        export(store, tmp_path / "rois.json", overwrite=True)


@pytest.mark.parametrize("name", ["my_notes.txt", "images/own/mine.txt", "link"])
def test_files_of_the_persons_own_are_never_replaced(store: Store, tmp_path: Path, name: str) -> None:
    out = export(store, tmp_path / "out", seed=1, copy_images=True).folder
    own = out / name
    own.parent.mkdir(exist_ok=True)
    if name == "link":
        own.symlink_to(tmp_path / "photos", target_is_directory=True)
    else:
        own.write_text("mine")
    before = sorted(out.rglob("*"))
    says = rf"also holds files that are not part of an export \({name}\); move them away"
    with pytest.raises(Refused, match=says):
        export(store, out, seed=2, overwrite=True)
    assert sorted(out.rglob("*")) == before and load(out, "splits.json")["seed"] == 1


def test_a_file_put_there_during_the_export_is_kept(store: Store, tmp_path: Path) -> None:
    out = export(store, tmp_path / "out", seed=1).folder

    def put(_done: int, _total: int, _what: str) -> None:
        (out / "late.txt").touch()

    with pytest.raises(Refused, match=r"late\.txt"):
        export(store, out, seed=2, overwrite=True, progress=put)
    assert (out / "late.txt").exists() and load(out, "splits.json")["seed"] == 1
    assert not list(tmp_path.glob(".out*"))


def test_a_place_that_cannot_be_made_gets_one_sentence(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DiskError, match="cannot be found or made"):
        export(store, tmp_path / "file" / "out")


@pytest.mark.skipif(sys.platform != "linux", reason="/proc takes no folders")
def test_a_place_that_takes_no_folders_gets_one_sentence(store: Store) -> None:
    with pytest.raises(DiskError, match=r"/proc/x cannot be found or made"):
        export(store, "/proc/x")
