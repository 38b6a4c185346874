"""Projects made, opened and refused; the one transaction."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import textwrap
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from annotation_db import project
from annotation_db.database import audit
from annotation_db.database.schema import Annotator
from annotation_db.database.store import Store
from annotation_db.errors import DiskError, ProjectError, Refused, StudioError
from annotation_db.rating import annotators, ratings
from annotation_db.records import NewRating
from tests.unit.annotation_db.conftest import Filled

ROOT = Path(__file__).parents[3]


def is_one_sentence(error: BaseException) -> bool:
    words = str(error)
    return words.endswith(".") and "\n" not in words and "Error" not in words and "sqlite3" not in words


def test_a_project_is_made_and_found_again(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "project"
    assert not Store.is_project(folder)
    with Store.create(folder, " Birds ", raters_wanted=5, min_roi_area=100, seed=3, simulated=True) as store:
        assert store.folder == folder
        assert all((folder / sub).is_dir() for sub in ("cache", "backups", "jobs"))
    assert Store.is_project(folder)
    for location in (folder, str(folder), folder / "project.sqlite"):
        with Store.open(location) as store, store.read() as s:
            facts = project.get(s)
            assert (facts.name, facts.raters_wanted, facts.min_roi_area) == ("Birds", 5, 100)
            assert (facts.seed, facts.simulated) == (3, True)


def test_two_projects_draw_different_seeds(tmp_path: Path) -> None:
    seeds = set()
    for name in "ab":
        with Store.create(tmp_path / name, name) as store, store.read() as s:
            seeds.add(project.get(s).seed)
    assert len(seeds) == 2


def test_sqlite_keeps_what_it_says_is_saved(store: Store) -> None:
    with store.read() as s:
        pragma = {
            name: s.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragma == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
    for passing, level in ((False, 2), (True, 1), (False, 2)):
        with store.write(passing=passing) as s:
            assert s.execute(text("PRAGMA synchronous")).scalar() == level


def test_a_write_that_raises_changes_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write("me") as s:
        annotators.add(s, "Ada", who="me")
        raise ZeroDivisionError
    with store.read() as s:
        assert annotators.list_all(s) == []


def test_a_reading_session_cannot_write(any_store: Store) -> None:
    with pytest.raises(StudioError) as caught, any_store.read() as s:
        annotators.add(s, "Ada", who="me")
    assert is_one_sentence(caught.value)
    with any_store.write() as s:
        annotators.add(s, "Ada", who="me")


def test_a_reader_sees_one_moment(any_store: Store) -> None:
    with any_store.read() as s:
        before = annotators.list_all(s)
        with any_store.write() as other:
            annotators.add(other, "Ada", who="me")
        assert annotators.list_all(s) == before == []


@pytest.mark.parametrize("name", ["", "  "])
def test_a_project_needs_a_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused):
        Store.create(tmp_path / "p", name)
    assert not (tmp_path / "p").exists()


def test_a_second_project_in_one_place_is_refused(any_store: Store, tmp_path: Path) -> None:
    location = any_store.folder if any_store.url.startswith("sqlite") else any_store.url
    with pytest.raises(ProjectError, match="holds a project already"):
        Store.create(location, "again")


def _nothing(folder: Path) -> None:
    pass


def _without_database(folder: Path) -> None:
    folder.mkdir()
    (folder / "holiday.jpg").write_bytes(b"x")


def _file(folder: Path) -> None:
    folder.write_text("x")


def _garbage(folder: Path) -> None:
    folder.mkdir()
    (folder / "project.sqlite").write_bytes(os.urandom(9000))


def _empty_database(folder: Path) -> None:
    folder.mkdir()
    (folder / "project.sqlite").touch()


def _other_database(folder: Path) -> None:
    folder.mkdir()
    with closing(sqlite3.connect(folder / "project.sqlite")) as connection:
        connection.execute("CREATE TABLE recipe (id INTEGER PRIMARY KEY)")


def _cut_short(folder: Path) -> None:
    Store.create(folder, "p").close()
    file = folder / "project.sqlite"
    file.write_bytes(file.read_bytes()[:20_000])


def _first_page_damaged(folder: Path) -> None:
    Store.create(folder, "p").close()
    file = folder / "project.sqlite"
    data = bytearray(file.read_bytes())
    data[100:2000] = os.urandom(1900)
    file.write_bytes(data)


def _newer(folder: Path) -> None:
    Store.create(folder, "p").close()
    with closing(sqlite3.connect(folder / "project.sqlite")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (_nothing, "There is no folder"),
        (_without_database, "is no SEAGULL Studio project"),
        (_file, "is a file and no project"),
        (_garbage, "is damaged"),
        (_empty_database, "is damaged"),
        (_other_database, "but no SEAGULL Studio project"),
        (_cut_short, "is damaged"),
        (_first_page_damaged, "is damaged"),
        (_newer, "newer SEAGULL Studio"),
    ],
)
def test_what_is_no_usable_project_gets_one_sentence(tmp_path: Path, make, says: str) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path / "p"
    make(folder)
    before = {file: file.read_bytes() for file in folder.rglob("*.sqlite")}
    with pytest.raises(ProjectError, match=says) as caught:
        Store.open(folder)
    assert is_one_sentence(caught.value)
    assert str(folder) in str(caught.value)
    assert {file: file.read_bytes() for file in folder.rglob("*.sqlite")} == before


def test_damage_met_later_gets_one_sentence(filled: Filled) -> None:
    filled.store.close()
    file = filled.store.folder / "project.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'annotator'").fetchone()[0]
        page_size = connection.execute("PRAGMA page_size").fetchone()[0]
    data = bytearray(file.read_bytes())
    data[(page - 1) * page_size : page * page_size] = b"\xff" * page_size
    file.write_bytes(data)
    with (
        Store.open(filled.store.folder) as store,
        pytest.raises(ProjectError, match="is damaged") as caught,
        store.read() as s,
    ):
        annotators.list_all(s)
    assert is_one_sentence(caught.value)


def test_a_constraint_broken_by_damage_gets_one_sentence(store: Store) -> None:
    with store.write() as s:
        annotators.add(s, "Ann", who="lead")
    store.close()
    file = store.folder / "project.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE tbl_name = 'annotator' AND type = 'index' "
            "AND name IN (SELECT i.name FROM pragma_index_list('annotator') AS i "
            "JOIN pragma_index_info(i.name) AS c WHERE c.name = 'name')"
        ).fetchone()
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    stale = file.read_bytes()[(page - 1) * size : page * size]
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DELETE FROM annotator")
        connection.commit()
    data = bytearray(file.read_bytes())
    data[(page - 1) * size : page * size] = stale
    file.write_bytes(data)
    with (
        Store.open(store.folder) as opened,
        pytest.raises(ProjectError, match="is damaged") as caught,
        opened.write() as s,
    ):
        s.add(Annotator(name="Ann", role="annotator", simulated=False))
    assert is_one_sentence(caught.value)


def test_a_locked_database_is_said_and_nothing_is_lost(store: Store) -> None:
    with (
        Store.open(store.folder, wait_s=0.05) as other,
        store.write() as s,
    ):
        annotators.add(s, "Ada", who="me")
        with pytest.raises(ProjectError, match="Another program is writing") as caught, other.write() as t:
            annotators.add(t, "Bea", who="me")
        assert is_one_sentence(caught.value)
    with store.read() as s:
        assert [a.name for a in annotators.list_all(s)] == ["Ada"]


def test_writers_wait_for_one_another(any_store: Store) -> None:
    def add_ten(prefix: str) -> None:
        for number in range(10):
            with any_store.write() as s:
                annotators.add(s, f"{prefix}{number}", who="me")

    threads = [threading.Thread(target=add_ten, args=(prefix,)) for prefix in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with any_store.read() as s:
        assert len(annotators.list_all(s)) == 40


def test_check_constraints_hold_against_stray_clients(filled: Filled) -> None:
    with filled.store.write() as s:
        made = ratings.submit(
            s, NewRating(roi_id=filled.rois[0].id, annotator_id=filled.annotators[0].id, votes=(1,) * 8)
        )
    for column, value in (
        ("blur", "6"),
        ("blur", "2.5"),
        ("quality", "5"),
        ("noise", "-1"),
        ("noise", "'x'"),
    ):
        with pytest.raises(IntegrityError), filled.store.write() as s:
            s.execute(text(f"UPDATE rating SET {column} = {value} WHERE id = {made.id}"))
    with pytest.raises(IntegrityError), filled.store.write() as s:
        s.execute(text("UPDATE rating SET roi_id = 999"))


def in_subprocess(code: str, *arguments: object) -> str:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


FULL_DISK = """
    import resource, signal, sys
    from annotation_db.rating import annotators; from annotation_db.database import audit
    from annotation_db.errors import DiskError
    from annotation_db.database.store import Store
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # writes past the limit then fail, as on a full disk
    with Store.open(sys.argv[1]) as store:
        with store.write() as s:
            annotators.add(s, "before", who="me")
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
        for number in range(3):
            try:
                with store.write() as s:
                    audit.record(s, "me", "fill", "x" * 500_000)
            except DiskError as error:
                print(error)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        with store.write() as s:
            annotators.add(s, "after", who="me")
        with store.read() as s:
            print([a.name for a in annotators.list_all(s)])
"""


def test_a_full_disk_loses_nothing(store: Store) -> None:
    pytest.importorskip("resource", reason="no file size limits on this system")
    store.close()
    said = in_subprocess(FULL_DISK, store.folder, 300_000).splitlines()
    assert said[-1] == "['before', 'after']"
    assert len(said) == 4
    assert all("full" in line and line.endswith(".") for line in said[:-1])


def test_a_database_without_room_for_pages_says_full(store: Store) -> None:
    """SQLITE_FULL itself, as when the file system refuses a page."""
    with store.write() as s:
        pages = s.execute(text("PRAGMA page_count")).scalar()
        s.execute(text(f"PRAGMA max_page_count={pages}"))
        with pytest.raises(Exception, match="full") as caught:
            audit.record(s, "me", "fill", "x" * 100_000)
            s.flush()
        from annotation_db.database.failures import explain

        assert isinstance(explain(caught.value, "here"), DiskError)
        s.rollback()


CREATE_WITHOUT_ROOM = """
    import resource, signal, sys
    from annotation_db.errors import DiskError
    from annotation_db.database.store import Store
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
    try:
        Store.create(sys.argv[1], "p")
    except DiskError as error:
        print(error)
"""


def test_making_a_project_on_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    pytest.importorskip("resource", reason="no file size limits on this system")
    said = in_subprocess(CREATE_WITHOUT_ROOM, tmp_path / "a" / "b")
    assert "full" in said and said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


READ_ONLY = """
    import os, sys
    from annotation_db.errors import DiskError
    from annotation_db.database.store import Store
    if os.geteuid() == 0:  # nothing is read-only to root
        os.setuid(65534)
    for action in (Store.open, lambda folder: Store.create(folder + "/inside", "p")):
        try:
            action(sys.argv[1])
        except DiskError as error:
            print(error)
"""


def test_a_read_only_folder_is_said(store: Store) -> None:
    store.close()
    folder = store.folder
    for parent in folder.parents:  # pytest keeps other users out of its folders
        if parent.stat().st_uid == os.geteuid() and parent.stat().st_mode & 0o055 != 0o055:
            parent.chmod(0o755)
    mode = folder.stat().st_mode
    folder.chmod(0o555)
    try:
        said = in_subprocess(READ_ONLY, folder).splitlines()
    finally:
        folder.chmod(mode)
    assert len(said) == 2
    assert all("cannot be written to" in line and str(folder) in line for line in said)
