"""A database that is given as a picture or a file to import is refused before it is opened.

Opened and closed again, it would lose every lock that this process holds on it, and the next program would
delete the log that ratings are written to.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from annotation_db.database.store import Store
from annotation_db.errors import ImportRefused, PictureError
from annotation_db.files import set_aside
from annotation_db.imports.run import import_ratings, import_rois
from annotation_db.pictures import images
from annotation_db.pictures.picture_files import open_rgb, read_facts
from annotation_db.rating import ratings
from annotation_db.records import NewRating
from annotation_db.safety import journal_check
from seagull_studio.jobs import job_reading
from seagull_studio.services.picture_reading import read_header
from tests.unit.annotation_db.conftest import Filled

ROOT = Path(__file__).parents[3]
OTHER = """
import sys
from annotation_db.database.store import Store
for line in sys.stdin:
    Store.open(line.rstrip("\\n")).close()
    print("closed", flush=True)
"""
"""A program that opens and closes one project after the other."""


def as_ratings(filled: Filled, file: Path) -> None:
    with pytest.raises(ImportRefused, match="the database of a project"):
        import_ratings(filled.store, file, who="lead", dry_run=True)


def as_rois(filled: Filled, file: Path) -> None:
    with pytest.raises(ImportRefused, match="the database of a project"):
        import_rois(filled.store, file, who="lead", dry_run=True)


def as_labelme(filled: Filled, file: Path) -> None:
    folder = file.parent / "labelme"
    folder.mkdir()
    (folder / "a.json").symlink_to(file)
    report = import_rois(filled.store, folder, who="lead", dry_run=True)
    assert "the database of a project" in report.complaints[0].message


def as_picture(filled: Filled, file: Path) -> None:
    del filled
    for read in (read_facts, open_rgb):
        with pytest.raises(PictureError, match="the database of a project"):
            read(file)
    assert read_header(file) is None


def as_an_imported_picture(filled: Filled, file: Path) -> None:
    image = replace(filled.images[0], root=str(file.parent), path=file.name, byte_size=file.stat().st_size)
    assert "has changed" in str(images.verify(image))


def as_journal(filled: Filled, file: Path) -> None:
    (filled.store.folder / "journal").mkdir()
    (filled.store.folder / "journal" / "a.jsonl").symlink_to(file)
    assert journal_check.look(filled.store, fold=True).unreadable == ("a.jsonl",)


def as_job(filled: Filled, file: Path) -> None:
    folder = filled.store.folder / "jobs" / "20260101T000000-aa"
    folder.mkdir()
    for name in ("job.json", "events.jsonl", "result.json", "log.txt"):
        (folder / name).symlink_to(file)
    job_reading.JobsReader(filled.store.folder / "jobs").read()


def as_settings(filled: Filled, file: Path) -> None:
    del filled
    link = file.with_name("settings.ini")
    link.symlink_to(file)
    with pytest.raises(set_aside.Damaged):
        set_aside.read_plain(link, 1000)


GIVEN = [
    *(as_ratings, as_rois, as_labelme, as_picture, as_an_imported_picture),
    *(as_journal, as_job, as_settings),
]


@pytest.fixture(scope="module")
def other() -> Iterator[Callable[[Path], None]]:
    """Let another process open a project and close it again."""
    with subprocess.Popen(
        [sys.executable, "-c", OTHER],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdin is not None and running.stdout is not None

        def open_and_close(folder: Path) -> None:
            print(folder, file=running.stdin, flush=True)
            assert running.stdout.readline() == "closed\n"

        yield open_and_close
        running.stdin.close()
        assert running.wait(60) == 0


@pytest.mark.parametrize("name", ["project.sqlite", "project.sqlite-wal"])
@pytest.mark.parametrize("given", GIVEN)
def test_ratings_stay_saved(
    filled: Filled,
    tmp_path: Path,
    other: Callable[[Path], None],
    given: Callable[[Filled, Path], None],
    name: str,
) -> None:
    link = tmp_path / "link.png"
    link.symlink_to(filled.store.folder / name)
    given(filled, link)
    other(filled.store.folder)
    with filled.store.write() as s:
        ratings.submit(
            s, NewRating(roi_id=filled.rois[0].id, annotator_id=filled.annotators[0].id, votes=[1] * 8)
        )
    with Store.open(filled.store.folder) as store, store.read() as s:
        assert len(ratings.all_latest(s)) == 1
