"""New projects are made whole, once, with what they begin with."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from filelock import FileLock
from sqlalchemy.orm import Session

from annotation_db.database.store import Store
from annotation_db.errors import ProjectError, Refused, StudioError
from annotation_db.files.renames import rename_new
from annotation_db.pictures import images
from annotation_db.rating import annotators
from tests.unit.annotation_db.conftest import save_picture
from tests.unit.annotation_db.test_store import is_one_sentence

ROOT = Path(__file__).parents[3]


def _place(where: str, request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    if where == "folder":
        return tmp_path / "deep" / "project"
    made: str = request.getfixturevalue("postgres").new_database()
    return made


@pytest.mark.parametrize("where", ["folder", "postgresql"])
def test_what_it_begins_with_is_there_or_nothing_is(
    where: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    location = _place(where, request, tmp_path)
    save_picture(tmp_path / "pictures" / "a.png")
    scan = images.scan_folder(tmp_path / "pictures")

    def too_little(s: Session) -> None:
        images.add(s, scan, who="lead")
        raise Refused("That was not enough.")

    with pytest.raises(Refused, match="not enough"):
        Store.create(location, "p", fill=too_little)
    if where == "folder":
        assert [path.name for path in tmp_path.iterdir()] == ["pictures"]
    with pytest.raises(ProjectError):
        Store.open(location)
    with Store.create(location, "p", fill=lambda s: images.add(s, scan, who="lead")) as store:
        with store.read() as s:
            (image,) = images.list_all(s)
            assert images.verify(image) is None
        with store.write() as s:
            annotators.add(s, "Ada", who="lead")


def _make_at_once(location: str | Path) -> tuple[list[str], list[StudioError]]:
    """Who of four made the project, and what the others were told."""
    together = threading.Barrier(4)
    made: list[str] = []
    refused: list[StudioError] = []

    def make(name: str) -> None:
        together.wait()
        try:
            Store.create(location, name, fill=lambda s: annotators.add(s, name, who="lead")).close()
            made.append(name)
        except StudioError as error:
            refused.append(error)

    threads = [threading.Thread(target=make, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return made, refused


@pytest.mark.parametrize("where", ["folder", "postgresql"])
def test_of_several_at_once_one_makes_it(where: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    for attempt in range(3):
        location = _place(where, request, tmp_path / str(attempt))
        made, refused = _make_at_once(location)
        assert len(made) == 1 and len(refused) == 3
        for error in refused:
            assert is_one_sentence(error) and "holds a project already" in str(error)
        with Store.open(location) as store, store.read() as s:
            assert [person.name for person in annotators.list_all(s)] == made


KILLED_IN_FILL = """
import os, signal, sys
from annotation_db.rating import annotators
from annotation_db.files.renames import rename_new
from annotation_db.database.store import Store
def fill(s):
    annotators.add(s, "Ada", who="lead")
    os.kill(os.getpid(), signal.SIGKILL)
Store.create(sys.argv[1], "p", fill=fill)
"""


@pytest.mark.parametrize("where", ["folder", "postgresql"])
def test_killed_in_the_middle_there_is_none(
    where: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    location = _place(where, request, tmp_path)
    killed = subprocess.run([sys.executable, "-c", KILLED_IN_FILL, str(location)], cwd=ROOT, check=False)
    assert killed.returncode != 0
    with pytest.raises(ProjectError, match="no SEAGULL Studio project"):
        Store.open(location)
    with Store.create(location, "second") as store, store.read() as s:
        assert annotators.list_all(s) == []
    if where == "folder":
        names = sorted(path.name for path in (tmp_path / "deep" / "project").iterdir())
        assert names == ["backups", "cache", "jobs", "project.sqlite"]


def test_what_an_earlier_version_left_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    for name in (
        f".project.sqlite.{'5' * 32}",
        f".project.sqlite.{'5' * 32}-journal",
        "mine.txt",
        ".project.old",
    ):
        (folder / name).write_text("x")
    Store.create(folder, "p").close()
    assert sorted(path.name for path in folder.iterdir() if path.is_file()) == [
        ".project.old",
        "mine.txt",
        "project.sqlite",
    ]


def test_one_that_is_being_made_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotation_db.database.new_projects._WAIT_S", 0.1)
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / ".project.sqlite.01234567").write_text("another program's")
    with (
        FileLock(folder / ".project.sqlite.seagull-lock"),
        pytest.raises(Refused, match="Another program is"),
    ):
        Store.create(folder, "p")
    assert (folder / ".project.sqlite.01234567").exists()
    Store.create(folder, "p").close()
    assert not (folder / ".project.sqlite.01234567").exists()


def test_tables_of_another_program_are_not_touched(postgres) -> None:  # type: ignore[no-untyped-def]
    import psycopg

    url = postgres.new_database()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE image (id int)")
    with pytest.raises(ProjectError, match=r"tables of another program \(image\)") as caught:
        Store.create(url, "p")
    assert is_one_sentence(caught.value)
    with psycopg.connect(url) as connection:
        assert connection.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchone() == (1,)


def test_made_and_not_opened_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def then_something_gets_in_the_way(part: Path, target: Path) -> None:
        rename_new(part, target)
        target.rename(target.with_name("aside"))
        target.write_bytes(b"something else" * 100)

    monkeypatch.setattr("annotation_db.database.new_projects.rename_new", then_something_gets_in_the_way)
    with pytest.raises(ProjectError, match="The project Birds was made, with all that") as caught:
        Store.create(tmp_path / "project", "Birds")
    assert is_one_sentence(caught.value)
    (tmp_path / "project" / "aside").replace(tmp_path / "project" / "project.sqlite")
    Store.open(tmp_path / "project").close()
