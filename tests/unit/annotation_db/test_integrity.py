"""The check finds what is wrong with database, pictures and masks, and nothing where all is well."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from annotation_db.database.store import Store
from annotation_db.errors import Cancelled
from annotation_db.safety.integrity import check

from .io_project import rated


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with rated(tmp_path) as made:
        yield made


def meddle(tmp_path: Path, statement: str) -> None:
    """Change the database behind the program's back."""
    with closing(sqlite3.connect(tmp_path / "project" / "project.sqlite")) as database:
        database.execute("PRAGMA foreign_keys=OFF")
        database.execute(statement)
        database.commit()


def test_a_sound_project_has_no_findings(store: Store) -> None:
    told: list[tuple[int, int, str]] = []
    assert check(store, lambda *now: told.append(now)) == []
    assert told[-1] == (10, 10, "masks")


def test_pictures_missing_and_changed_are_found_by_hash(store: Store, tmp_path: Path) -> None:
    (tmp_path / "photos" / "a.png").unlink()
    picture = tmp_path / "photos" / "b.png"
    data = bytearray(picture.read_bytes())
    data[-20] ^= 1
    picture.write_bytes(data)
    found = check(store)
    assert [(f.kind, f.subject) for f in found] == [("picture", "a.png"), ("picture", "b.png")]
    assert all("\n" not in f.message for f in found)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("area = area + 1", "the database says 601"),
        ("box_x = box_x + 1", "its box is"),
        ("counts = 'zz'", "damaged"),
        ("counts = substr(counts, 1, length(counts) - 1)", "damaged"),
        ("mask_height = mask_width, mask_width = mask_height", "it is 60 x 80 pixels"),
    ],
)
def test_masks_that_are_not_what_was_stored(store: Store, tmp_path: Path, change: str, said: str) -> None:
    meddle(tmp_path, f"UPDATE roi SET {change} WHERE id = 3")
    hashed, finding = check(store)
    assert hashed.kind == "database" and hashed.subject == "roi row 3"
    assert finding.kind == "mask" and said in finding.message


def test_rows_that_point_nowhere(store: Store, tmp_path: Path) -> None:
    meddle(tmp_path, "UPDATE rating SET annotator_id = 999 WHERE id = 1")
    (finding,) = check(store)
    assert finding.kind == "database" and "annotator" in finding.message


def test_it_can_be_stopped(store: Store) -> None:
    with pytest.raises(Cancelled):
        check(store, cancelled=lambda: True)
