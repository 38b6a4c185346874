"""Saved means saved: with real processes, in the order of real use, and with files pulled away underneath."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from annotation_db.database import journal
from annotation_db.database.looking import open_for_looking
from annotation_db.database.store import Store
from annotation_db.errors import LogLost
from annotation_db.rating import ratings
from annotation_db.records import NewRating
from tests.unit.annotation_db.conftest import Filled

ROOT = Path(__file__).parents[3]

WINDOW = """
import json, sys
from annotation_db.pictures import images; from annotation_db.rating import ratings
from annotation_db.records import NewRating
from annotation_db.errors import StudioError
from annotation_db.imports import run
from annotation_db.database.store import Store

folder = sys.argv[1]
store = Store.open(folder)

def answer(**said):
    print(json.dumps(said), flush=True)

answer(ready=True)
for line in sys.stdin:
    order = json.loads(line)
    match order["do"]:
        case "open and close":  # as Aggregate, Check, Export and imports do
            with Store.open(folder) as second, second.read() as s:
                ratings.all_latest(s)
            answer(done=True)
        case "look at the header":  # what once lost everything: an ordinary open() of the database file
            with open(folder + "/project.sqlite", "rb") as file:
                file.read(100)
            answer(done=True)
        case "import it":  # a file that somebody chose by mistake
            for chosen in (folder + "/project.sqlite", folder + "/named-like-ratings.csv"):
                for work in (run.import_rois, run.import_ratings):
                    try:
                        work(store, chosen, who="lead")
                    except StudioError:
                        pass
            images.scan_folder(folder)
            answer(done=True)
        case "rate":
            try:
                with store.write() as s:
                    votes = [order["level"]] * 8
                    new = NewRating(roi_id=order["roi"], annotator_id=order["annotator"], votes=votes)
                    made = ratings.submit(s, new)
                answer(saved=made.uid)
            except StudioError as error:
                answer(refused=str(error))
        case "quit":
            store.close()
            break
"""

COMMAND = """
import sys
from annotation_db.rating import annotators
from annotation_db.database.store import Store
with Store.open(sys.argv[1]) as store, store.write("command") as s:
    annotators.add(s, f"added by {sys.argv[2]}", who="command")
"""


class Window:
    """A program that has the project open and does what it is told."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", WINDOW, str(folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._answer() == {"ready": True}

    def do(self, what: str, **more: int) -> dict[str, str]:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": what, **more}) + "\n")
        self.process.stdin.flush()
        return self._answer() if what != "quit" else {}

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate(timeout=30)

    def quit(self) -> None:
        self.do("quit")
        self.process.communicate(timeout=30)
        assert self.process.returncode == 0

    def _answer(self) -> dict[str, str]:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())  # type: ignore[no-any-return]


def another_program(folder: Path, name: str) -> None:
    subprocess.run([sys.executable, "-c", COMMAND, str(folder), name], cwd=ROOT, check=True, timeout=60)


def there(folder: Path) -> set[str]:
    with Store.open(folder) as store, store.read() as s:
        return {rating.uid for rating in ratings.all_latest(s)}


def rate(window: Window, filled: Filled, first: int, count: int = 3) -> list[dict[str, str]]:
    return [
        window.do("rate", roi=filled.rois[number].id, annotator=filled.annotators[0].id, level=number % 5)
        for number in range(first, first + count)
    ]


@pytest.mark.parametrize("ending", ["kill", "quit"])
def test_what_was_acknowledged_is_there_after_other_programs_came_and_went(
    filled: Filled, ending: str
) -> None:
    folder = filled.store.folder
    filled.store.close()
    window = Window(folder)
    window.do("open and close")
    another_program(folder, "first")
    saved = rate(window, filled, 0)
    window.do("open and close")
    another_program(folder, "second")
    saved += rate(window, filled, 3)
    getattr(window, ending)()
    assert {answer["saved"] for answer in saved} == there(folder)


def test_an_ordinary_open_of_the_file_is_found_out_before_anything_more_is_called_saved(
    filled: Filled,
) -> None:
    folder = filled.store.folder
    filled.store.close()
    window = Window(folder)
    saved = rate(window, filled, 0)
    window.do("look at the header")
    another_program(folder, "who now believes itself alone, and deletes the log")
    refused = rate(window, filled, 3)
    window.kill()
    assert all("removed or replaced" in answer["refused"] for answer in refused)
    assert {answer["saved"] for answer in saved} == there(folder)
    (rescued,) = (folder / "backups").glob("rescued-*.sqlite")
    assert str(rescued) in refused[0]["refused"]
    with closing(sqlite3.connect(rescued)) as copy:
        assert {uid for (uid,) in copy.execute("SELECT uid FROM rating")} == {a["saved"] for a in saved}


def _pull_the_log(folder: Path) -> None:
    (folder / "project.sqlite-wal").unlink()


def _pull_the_database(folder: Path) -> None:
    (folder / "project.sqlite").unlink()


def _replace_the_folder(folder: Path) -> None:
    copy = folder.with_name("copy")
    folder.rename(folder.with_name("away"))
    shutil.copytree(folder.with_name("away"), copy)
    copy.rename(folder)


@pytest.mark.skipif(os.name == "nt", reason="Windows does not let go of files that are open")
@pytest.mark.parametrize("pull", [_pull_the_log, _pull_the_database, _replace_the_folder])
def test_files_pulled_away_underneath_are_told_at_once_and_rescued(filled: Filled, pull) -> None:  # type: ignore[no-untyped-def]
    folder = filled.store.folder
    filled.store.close()
    window = Window(folder)
    saved = rate(window, filled, 0)
    pull(folder)
    for answer in rate(window, filled, 3):
        assert "removed or replaced" in answer["refused"]
    window.kill()
    (rescued,) = (folder / "backups").glob("rescued-*.sqlite")
    with closing(sqlite3.connect(rescued)) as copy:
        assert {uid for (uid,) in copy.execute("SELECT uid FROM rating")} == {a["saved"] for a in saved}
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_the_log_pulled_away_during_a_transaction_is_no_saved(filled: Filled) -> None:
    """The rating went into the deleted log: it is not acknowledged, but stands in rescue and journal."""
    folder = filled.store.folder
    from annotation_db.errors import LogLost

    with pytest.raises(LogLost, match="removed or replaced"), filled.store.write() as s:
        made = ratings.submit(
            s, NewRating(roi_id=filled.rois[0].id, annotator_id=filled.annotators[0].id, votes=[1] * 8)
        )
        _pull_the_log(folder)
    (rescued,) = (folder / "backups").glob("rescued-*.sqlite")
    with closing(sqlite3.connect(rescued)) as copy:
        assert copy.execute("SELECT uid FROM rating").fetchall() == [(made.uid,)]
    (kept,) = journal.read_all(folder)
    assert [entry["uid"] for entry in kept.entries] == [made.uid]


@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="only Linux tells who holds which lock")
def test_the_locks_of_an_open_project_stay_whatever_is_done_with_it(filled: Filled, tmp_path: Path) -> None:
    folder = filled.store.folder
    filled.store.close()
    for name in ("named-like-ratings.csv", "named-like-a-picture.png"):
        (folder / name).symlink_to(folder / "project.sqlite")
    window = Window(folder)
    before = locks(window.process.pid, folder / "project.sqlite")
    assert before, "an open project holds a shared lock on its database"
    for what in ("open and close", "open and close", "import it"):
        window.do(what)
        assert locks(window.process.pid, folder / "project.sqlite") == before
    rate(window, filled, 0)
    another_program(folder, "one more")
    assert locks(window.process.pid, folder / "project.sqlite") == before
    window.do("look at the header")
    assert locks(window.process.pid, folder / "project.sqlite") == [], "this is what must never happen"
    window.kill()


def locks(pid: int, file: Path) -> list[str]:
    """The locks that a process holds on a file, as the kernel tells them."""
    inode = str(file.stat().st_ino)
    held = []
    for line in Path("/proc/locks").read_text().splitlines():
        fields = line.split()
        if fields[1] == "POSIX" and fields[4] == str(pid) and fields[5].split(":")[-1] == inode:
            held.append(" ".join(fields[3:4] + fields[6:]))
    return sorted(held)


@pytest.mark.parametrize("pull", [_pull_the_log, _pull_the_database])
def test_what_was_rescued_is_put_back_as_the_sentence_says(filled: Filled, pull) -> None:  # type: ignore[no-untyped-def]
    folder = filled.store.folder
    filled.store.close()
    window = Window(folder)
    saved = rate(window, filled, 0)
    pull(folder)
    refused = rate(window, filled, 3, 1)[0]["refused"]
    window.kill()
    (rescued,) = (folder / "backups").glob("rescued-*.sqlite")
    assert str(rescued) in refused and "seagull-studio restore" in refused
    done = subprocess.run(
        [sys.executable, "-m", "seagull_studio", "restore", str(folder), str(rescued), "--yes", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ratings"] == len(saved)
    assert there(folder) == {answer["saved"] for answer in saved}


def test_the_log_of_a_linked_database_is_watched_too(filled: Filled, tmp_path: Path) -> None:
    folder = filled.store.folder
    filled.store.close()
    elsewhere = tmp_path / "elsewhere.sqlite"
    (folder / "project.sqlite").rename(elsewhere)
    (folder / "project.sqlite").symlink_to(elsewhere)
    with Store.open(folder) as store:
        with store.write() as s:
            ratings.submit(
                s, NewRating(roi_id=filled.rois[0].id, annotator_id=filled.annotators[0].id, votes=[1] * 8)
            )
        with closing(open_for_looking(folder / "project.sqlite")) as database:  # the row is in the log
            assert database.execute("SELECT count(*) FROM rating").fetchone() == (1,)
        Path(f"{elsewhere}-wal").unlink()
        with pytest.raises(LogLost, match="removed or replaced"), store.write() as s:
            ratings.submit(
                s, NewRating(roi_id=filled.rois[1].id, annotator_id=filled.annotators[0].id, votes=[1] * 8)
            )
