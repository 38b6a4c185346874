"""Folders that are built beside their places: what killed programs left, and what living ones write."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from annotation_db.errors import Refused
from annotation_db.exports.run import export
from annotation_db.files import renames
from annotation_db.files.atomic_files import alone, making
from annotation_db.files.renames import exchange, rename_new
from annotation_db.files.whole_folder import building
from tests.unit.annotation_db.conftest import Filled

ROOT = Path(__file__).parents[3]


def put(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "text").write_text(text)
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_leftovers_of_all_kinds_are_removed_and_nothing_else(tmp_path: Path) -> None:
    put(tmp_path / ".out.partial-01234567", "killed")
    put(tmp_path / f".out-{'0a' * 16}.part", "an earlier version's sample project")
    put(tmp_path / "out", "whole")
    put(tmp_path / ".out.replaced-89abcdef", "replaced, and the program was killed before it removed this")
    kept = [
        ".out",
        ".out.partial-mine",
        ".out.partial-01234567.partial-01234567",
        ".other.partial-01234567",
        "x",
    ]
    for name in kept:
        put(tmp_path / name, name)
    with building(tmp_path / "out"):
        assert (tmp_path / "out" / "text").read_text() == "whole"
    assert names(tmp_path) == sorted([*kept, "out"])


@pytest.mark.parametrize("new_is_there", [True, False])
def test_killed_between_the_two_renames(new_is_there: bool, tmp_path: Path) -> None:
    put(tmp_path / ".out.replaced-01234567", "old")
    if new_is_there:
        put(tmp_path / ".out.partial-01234567", "new")
    put(tmp_path / ".out.partial-89abcdef", "another attempt, not whole")
    with building(tmp_path / "out"):
        assert (tmp_path / "out" / "text").read_text() == ("new" if new_is_there else "old")
    assert names(tmp_path) == ["out"]


def test_a_folder_put_there_since_costs_nobody_a_copy(tmp_path: Path) -> None:
    put(tmp_path / ".out.replaced-01234567", "old")
    put(tmp_path / ".out.partial-01234567", "new")
    put(tmp_path / "out", "by hand")
    with building(tmp_path / "out"):
        pass
    assert names(tmp_path) == [".out.partial-01234567", ".out.replaced-01234567", "out"]
    assert (tmp_path / "out" / "text").read_text() == "by hand"


LIVING = """
import sys
from pathlib import Path
from annotation_db.files.whole_folder import building
with building(Path(sys.argv[1])) as place:
    (place.folder / "text").write_text("of a living program")
    print("building", flush=True)
    sys.stdin.readline()
    place.publish()
"""


def test_what_a_living_export_writes_is_left_alone(filled: Filled, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    with subprocess.Popen(
        [sys.executable, "-c", LIVING, str(out)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdin is not None and other.stdout is not None
        assert other.stdout.readline() == "building\n"
        before = names(out.parent)
        assert len(before) == 2
        with pytest.raises(Refused, match=f"Another program is writing to {out} at this moment"):
            export(filled.store, out)
        assert names(out.parent) == before
        other.stdin.write("\n")
        other.stdin.flush()
        assert other.wait(30) == 0
    assert names(out.parent) == ["out"]
    assert (out / "text").read_text() == "of a living program"


def test_parents_go_again_unless_somebody_uses_them(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), building(tmp_path / "a" / "b" / "out"):
        raise ZeroDivisionError
    assert names(tmp_path) == []
    with pytest.raises(ZeroDivisionError), building(tmp_path / "a" / "b" / "out"):
        (tmp_path / "a" / "mine.txt").touch()
        raise ZeroDivisionError
    assert names(tmp_path) == ["a"] and names(tmp_path / "a") == ["mine.txt"]
    with making(tmp_path / "c" / "d"):
        pass
    assert (tmp_path / "c" / "d").is_dir()


def test_a_refused_export_leaves_no_parents(filled: Filled, tmp_path: Path) -> None:
    before = names(tmp_path)
    for image in filled.images:
        Path(image.root, image.path).unlink()
    with pytest.raises(Exception, match=r"p0\.png"):
        export(filled.store, tmp_path / "deep" / "er" / "out", copy_images=True)
    assert names(tmp_path) == before


def test_only_one_at_a_time(tmp_path: Path) -> None:
    with alone(tmp_path / "x"), pytest.raises(Refused), alone(tmp_path / "x"):
        pass
    with alone(tmp_path / "x"), alone(tmp_path / "y"):
        pass
    assert names(tmp_path) == []


@pytest.mark.parametrize("way", ["the system's", "a second name"])
def test_a_rename_never_replaces(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if way == "a second name":  # as on systems and disks without the call
        monkeypatch.setattr(renames, "_rename", lambda source, target, exchange: False)
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("1")
    rename_new(one, two)
    one.write_text("2")
    with pytest.raises(FileExistsError):
        rename_new(one, two)
    assert (one.read_text(), two.read_text()) == ("2", "1")


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="the system has no such call")
def test_two_folders_change_names(tmp_path: Path) -> None:
    one, two = put(tmp_path / "one", "1"), put(tmp_path / "two", "2")
    assert exchange(one, two)
    assert ((one / "text").read_text(), (two / "text").read_text()) == ("2", "1")
    with pytest.raises(FileNotFoundError, match="one"):
        exchange(one, tmp_path / "three")


def test_a_replacing_that_fails_half_way_is_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renames, "exchange", lambda one, other: False)
    put(tmp_path / "out", "old")
    with pytest.raises(FileNotFoundError), building(tmp_path / "out") as place:
        place.folder.rmdir()
        place.publish(replace=True)
    assert names(tmp_path) == ["out"] and (tmp_path / "out" / "text").read_text() == "old"
