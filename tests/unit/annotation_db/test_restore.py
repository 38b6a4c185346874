"""Putting a backup back: whole or not at all, nothing of what was there lost, nobody else in it."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from annotation_db.database import audit, backup_files, backups
from annotation_db.database.store import Store
from annotation_db.errors import NotFound, ProjectError, StudioError
from annotation_db.rating import ratings
from annotation_db.records import NewRating
from annotation_db.safety import restoring
from annotation_db.safety.integrity import check
from seagull_studio.operations.journals import at_opening
from tests.unit.annotation_db.conftest import Filled, Server, fill
from tests.unit.annotation_db.io_project import rated
from tests.unit.annotation_db.test_backups import is_sentence, votes_in
from tests.unit.annotation_db.test_strange_journals import a_kept_one

ROOT = Path(__file__).parents[3]
OLD = Path(__file__).parents[2] / "data" / "projects"


def rate(store: Store, level: int = 2) -> None:
    with store.write("me") as s:
        ratings.submit(s, NewRating(roi_id=1, annotator_id=1, votes=[level] * 8))


@pytest.fixture
def project(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """A closed project that went on after a backup, and that backup."""
    with rated(tmp_path) as store:
        backup = backups.make(store, "manual")
        rate(store)
    yield store.folder, backup


def database_of(folder: Path) -> Path:
    return folder / "project.sqlite"


def test_it_becomes_what_it_was_and_what_was_there_is_kept(project: tuple[Path, Path]) -> None:
    folder, backup = project
    now, then = votes_in(database_of(folder)), votes_in(backup)
    assert now != then
    done = restoring.restore(folder, restoring.choose(folder, "newest"), "lead")
    assert votes_in(database_of(folder)) == then and done.ratings == len(then)
    assert votes_in(done.kept) == now and done.kept.name.startswith("before-restore-")
    with Store.open(folder) as store:
        assert check(store) == []
        with store.read() as s:
            (entry,) = audit.list_all(s, 1)
            assert (entry.who, entry.action, entry.subject) == ("lead", "project.restore", backup.name)
        rate(store)
    back = restoring.restore(folder, done.kept, "lead")
    assert votes_in(database_of(folder)) == now and back.kept != done.kept


def test_journals_of_a_lost_database_stay_and_say_what_the_backup_lacks(project: tuple[Path, Path]) -> None:
    folder, backup = project
    (folder / "journal").mkdir(exist_ok=True)
    journal = folder / "journal" / "1234.jsonl"
    journal.write_text("{}\n")
    for beside in folder.glob("project.sqlite*"):
        beside.unlink()
    done = restoring.restore(folder, backup, "lead")
    assert done.kept is None and journal.exists()
    with Store.open(folder):
        pass


def test_journals_go_aside_with_the_state_they_belong_to(project: tuple[Path, Path]) -> None:
    folder, backup = project
    (folder / "journal").mkdir(exist_ok=True)
    journal = folder / "journal" / "1234.jsonl"
    journal.write_text("{}\n")
    done = restoring.restore(folder, backup, "lead")
    assert not journal.exists()
    aside = done.kept.with_name(done.kept.stem + ".journal") / journal.name
    assert aside.read_text() == "{}\n"


@pytest.mark.parametrize(
    "harm", [b"no database at all" * 500, b"", None], ids=["other bytes", "empty", "torn pages"]
)
def test_a_file_that_cannot_be_read_is_kept_as_it_is(project: tuple[Path, Path], harm: bytes | None) -> None:
    folder, backup = project
    file = database_of(folder)
    data = file.read_bytes()
    file.write_bytes(data[:8192] + b"\xff" * 20_000 + data[28_192:] if harm is None else harm)
    broken = file.read_bytes()
    log = folder / "project.sqlite-wal"
    if harm:
        log.write_bytes(b"what was left of the log")
    done = restoring.restore(folder, backup, "lead")
    assert votes_in(file) == votes_in(backup)
    if harm:
        assert done.kept.read_bytes() == broken and done.kept.name.startswith("damaged-")
        assert Path(f"{done.kept}-wal").read_bytes() == b"what was left of the log"
    with Store.open(folder) as store:
        assert {finding.kind for finding in check(store)} <= {"journal"}, "what the backup lacks is named"
    assert done.kept not in backup_files.outdated(folder)


STORE = "from annotation_db.database.store import Store"


def holder(folder: Path, code: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", f"import sys\n{STORE}\n{code}", str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    return process


OPEN = """
with Store.open(sys.argv[1]) as store, store.read() as s:
    s.connection().exec_driver_sql("SELECT count(*) FROM rating").all()
    print("ready", flush=True)
    sys.stdin.readline()
"""
IDLE = """
with Store.open(sys.argv[1]) as store:
    with store.read() as s:
        s.connection().exec_driver_sql("SELECT count(*) FROM rating").all()
    print("ready", flush=True)
    sys.stdin.readline()
"""


@pytest.mark.parametrize("code", [OPEN, IDLE], ids=["reading", "open and idle"])
def test_it_refuses_while_another_program_has_the_project_open(project: tuple[Path, Path], code: str) -> None:
    folder, backup = project
    now = votes_in(database_of(folder))
    process = holder(folder, code)
    try:
        with pytest.raises(ProjectError, match="Another program has") as caught:
            restoring.restore(folder, backup, "lead")
        assert is_sentence(caught.value)
        assert votes_in(database_of(folder)) == now
    finally:
        process.communicate("go\n", timeout=60)
    assert process.returncode == 0
    restoring.restore(folder, backup, "lead")
    assert votes_in(database_of(folder)) == votes_in(backup)


RESTORE = """
import os, signal, sys
from pathlib import Path
from annotation_db.safety import restoring
from annotation_db.database.store import Store
folder, backup, last = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
seen = 0
def count(event, arguments):
    global seen
    if event.split(".")[0] in ("open", "os", "sqlite3"):
        seen += 1
        if seen == last:
            os.kill(os.getpid(), signal.SIGKILL)
with Store.open(folder):
    pass  # what is imported late is there
print("ready", flush=True)
sys.addaudithook(count)
restoring.restore(folder, backup, "lead")
print(seen, flush=True)
"""


def test_killed_at_any_moment_it_is_the_old_or_the_new(tmp_path: Path) -> None:
    """Kills at steps spread over the whole restore, and at random times within it."""
    with rated(tmp_path) as store:
        backup = backups.make(store, "manual")
        with store.write("me") as s:
            for roi_id in range(1, 11):
                for annotator_id in range(1, 8):
                    ratings.submit(s, NewRating(roi_id=roi_id, annotator_id=annotator_id, votes=[2] * 8))
    folder = store.folder
    now, then = votes_in(database_of(folder)), votes_in(backup)

    def restore(last: int = 0, within_s: float | None = None) -> tuple[str, float]:
        """What the restoring process said before it ended, and the seconds that the restore took."""
        process = subprocess.Popen(
            [sys.executable, "-c", RESTORE, str(folder), str(backup), str(last)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        began = time.monotonic()
        if within_s is not None:
            time.sleep(within_s)
            process.kill()
        said = process.stdout.readline()
        took = time.monotonic() - began
        process.communicate(timeout=60)
        return said, took

    def state() -> str:
        with Store.open(folder) as store:
            assert check(store) == []
        there = votes_in(database_of(folder))
        assert there in (now, then)
        if there == now:
            return "before"
        kept = next(one for one in backup_files.listing(folder) if votes_in(one.path) == now)
        restoring.restore(folder, kept.path, "lead")  # the next one starts from the newer state again
        assert votes_in(database_of(folder)) == now
        return "after"

    for _ in range(2):  # the first one moves journals aside besides
        said, whole_s = restore()
        assert state() == "after"
    steps = int(said)
    states = []
    for part in range(7):
        assert restore(last=1 + part * (steps - 1) // 6)[0] == "", "the process was killed"
        states.append(state())
    assert states[0] == "before" and states[-1] == "after"
    draw = random.Random(4)
    for _ in range(3):
        restore(within_s=draw.uniform(0, whole_s))
        state()


def test_an_older_backup_is_brought_up_to_date_and_stays_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    shutil.copytree(OLD / "0001", folder)
    Store.open(folder).close()
    (backup,) = (folder / "backups").glob("before-upgrade-*.sqlite")
    with Store.open(folder) as store:
        rate(store)
    restoring.restore(folder, backup, "lead")
    with Store.open(folder) as store:
        assert check(store) == [] or all(f.kind == "picture" for f in check(store))
    with closing(sqlite3.connect(backup)) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
    assert not list((folder / "backups").glob("*.part*"))


def test_what_is_refused_changes_nothing(project: tuple[Path, Path], tmp_path: Path) -> None:
    folder, backup = project
    now = votes_in(database_of(folder))
    with Store.create(tmp_path / "other", "Other") as other:
        others = backups.make(other, "manual")
    text = tmp_path / "notes.sqlite"
    text.write_text("no database")
    empty = tmp_path / "empty.sqlite"
    with closing(sqlite3.connect(empty)) as database:
        database.execute("CREATE TABLE alembic_version (version_num TEXT)")
        database.execute("INSERT INTO alembic_version VALUES ('9999')")
        database.commit()
    damaged = tmp_path / "damaged.sqlite"
    shutil.copy(backup, damaged)
    with closing(sqlite3.connect(damaged)) as database:
        database.execute("UPDATE rating SET blur = (blur + 1) % 5 WHERE id = 4")
        database.commit()
    for file, said in (
        (others, "another project"),
        (text, "no backup"),
        (empty, "newer|damaged"),
        (damaged, "damaged itself"),
    ):
        with pytest.raises(StudioError, match=said) as caught:
            restoring.restore(folder, file, "lead")
        assert is_sentence(caught.value)
        assert votes_in(database_of(folder)) == now
    with pytest.raises(NotFound):
        restoring.choose(folder, "manual-yesterday")
    with pytest.raises(NotFound, match="no backup"):
        restoring.choose(tmp_path / "other" / "nothing", "newest")


def test_a_project_on_a_server(postgres: Server, tmp_path: Path) -> None:
    url = postgres.new_database()
    with Store.create(url, "p", raters_wanted=3) as store:
        fill(store, tmp_path / "pictures")
        rate(store, 1)
        backup = backups.make(store, "manual")
        rate(store, 2)
        rate(store, 3)
    done = restoring.restore(url, backup, "lead")
    assert done.ratings == 1 and len(votes_in(done.kept)) == 3
    with Store.open(url) as store:
        assert check(store) == []
        with store.read() as s:
            assert [rating.votes[0] for rating in ratings.all_latest(s)] == [1]
            assert audit.list_all(s, 1)[0].action == "project.restore"
        rate(store, 4)  # numbers go on after the highest
        with store.read() as s:
            assert [rating.revision for rating in ratings.all_latest(s)] == [2]


def test_ratings_that_wait_are_sent_after_a_restore(any_filled: Filled) -> None:
    """They were acknowledged as kept; the program that keeps them may be killed after the restore."""
    store = any_filled.store
    location = store.location
    backup = backups.make(store, "manual")
    kept = a_kept_one(any_filled)
    program = Store.open(location)
    program.outbox.keep(kept)
    if store.url.startswith("sqlite"):  # in a folder nobody has it open meanwhile
        program.close()
        store.close()
    restoring.restore(location, backup, "lead")
    program.close()
    with Store.open(location) as again:
        assert at_opening(again) == ()
        with again.read() as s:
            assert [rating.uid for rating in ratings.all_latest(s)] == [kept["uid"]]
        assert [found for found in check(again) if found.kind == "journal"] == []
