"""Backups that are really there: made while people rate, looked through, kept as promised."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from annotation_db.database import backup_files, backups
from annotation_db.database.backup_files import stamp
from annotation_db.database.store import Store
from annotation_db.errors import Cancelled, DiskError, ProjectError
from annotation_db.labels import labels
from annotation_db.rating import annotators, exclusions, ratings
from annotation_db.records import NewRating
from annotation_db.safety.integrity import check, refuse_damaged
from tests.unit.annotation_db.conftest import Server, fill
from tests.unit.annotation_db.io_project import rated

ROOT = Path(__file__).parents[3]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with rated(tmp_path) as made:
        yield made


def votes_in(file: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as database:
        return database.execute("SELECT uid, blur, quality, content_hash FROM rating ORDER BY id").fetchall()


def is_sentence(error: BaseException) -> bool:
    words = str(error)
    return words.endswith(".") and "\n" not in words and "Error" not in words


def test_a_backup_holds_everything_in_one_file(store: Store) -> None:
    file = backups.make(store, "manual")
    assert file.parent == store.folder / "backups" and file.name.startswith("manual-2")
    assert votes_in(file) == votes_in(store.folder / "project.sqlite")
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_people_rate_while_a_backup_is_made(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy is of one moment, however many write meanwhile, and nobody waits for it."""
    monkeypatch.setattr(backups, "STEP_PAGES", 1)
    monkeypatch.setattr(backups, "PAUSE_S", 0.01)
    before = votes_in(store.folder / "project.sqlite")
    made: list[Path] = []
    with Store.open(store.folder) as other:
        thread = threading.Thread(target=lambda: made.append(backups.make(other, "daily")))
        thread.start()
        waits = []
        while thread.is_alive():
            began = time.perf_counter()
            with store.write() as s:
                ratings.submit(s, NewRating(roi_id=1, annotator_id=1, votes=[2] * 8))
            waits.append(time.perf_counter() - began)
            time.sleep(0.005)
        thread.join()
    assert len(waits) > 5, "ratings went on meanwhile"
    assert votes_in(made[0]) == before
    assert len(votes_in(store.folder / "project.sqlite")) == len(before) + len(waits)


def test_a_backup_can_be_stopped(store: Store) -> None:
    with pytest.raises(Cancelled):
        backups.make(store, "daily", cancelled=lambda: True)
    assert list((store.folder / "backups").iterdir()) == []


def test_what_a_killed_backup_left_goes_with_the_next(store: Store) -> None:
    code = (
        "import sys\nfrom annotation_db.database import backups\n"
        "from annotation_db.database.store import Store\n"
        "backups.STEP_PAGES, backups.PAUSE_S = 1, 0.05\n"
        "with Store.open(sys.argv[1]) as store:\n"
        "    backups.make(store, 'daily', progress=lambda done, *_: print(done, flush=True))\n"
    )
    folder = store.folder / "backups"
    for lines in (1, 5, 12):
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(store.folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        for _ in range(lines):
            process.stdout.readline()
        process.kill()
        process.communicate(timeout=30)
        left = [path.name for path in folder.iterdir()]
        assert any(".part" in name for name in left), left
        assert backup_files.listing(store.folder) == [], "half of a backup is none"
    file = backups.make(store, "daily")
    assert [path.name for path in folder.iterdir()] == [file.name]
    assert check(store) == []


def test_a_damaged_database_gives_no_backup(store: Store) -> None:
    with closing(sqlite3.connect(store.folder / "project.sqlite")) as database:
        database.execute("UPDATE rating SET blur = (blur + 1) % 5 WHERE id = 4")
        database.commit()
    with pytest.raises(ProjectError, match="No backup was made") as caught:
        backups.make(store, "daily")
    assert is_sentence(caught.value)
    assert list((store.folder / "backups").iterdir()) == []


def test_where_backups_cannot_be_written(store: Store) -> None:
    """The project opens all the same; only the backup is refused, and backups/ is blamed."""
    folder = store.folder
    store.close()
    (folder / "backups").rmdir()
    (folder / "backups").write_text("in the way")
    with closing(sqlite3.connect(folder / "project.sqlite")) as database:
        assert database.execute("SELECT count(*) FROM rating").fetchone()[0]
    with pytest.raises(DiskError, match="backups") as caught:
        backups.make_of_file(folder, "daily")
    assert is_sentence(caught.value) and "project.sqlite" not in str(caught.value)


def at(days_ago: float) -> datetime:
    return datetime(2026, 11, 28, 12, tzinfo=UTC) - timedelta(days=days_ago)


def put(folder: Path, reason: str, days_ago: float, size: int = 10) -> str:
    file = folder / "backups" / f"{reason}-{stamp(at(days_ago))}.sqlite"
    file.parent.mkdir(exist_ok=True)
    with file.open("wb") as stream:
        stream.truncate(size)
    return file.name


def kept(folder: Path) -> set[str]:
    gone = {path.name for path in backup_files.outdated(folder, at(0))}
    return {path.name for path in (folder / "backups").iterdir()} - gone


def test_seven_days_and_four_weeks_are_kept(tmp_path: Path) -> None:
    daily = {day: put(tmp_path, "daily", day) for day in range(60)}
    twice = put(tmp_path, "daily", 0.2)
    manual = put(tmp_path, "manual", 400)
    recent, old = put(tmp_path, "before-import", 29), put(tmp_path, "before-upgrade", 31)
    strange = {put(tmp_path, "damaged", 90), "notes.txt"}
    (tmp_path / "backups" / "notes.txt").write_text("mine")
    left = kept(tmp_path)
    assert {daily[day] for day in range(7)} | {manual, recent} | strange <= left
    assert twice not in left and old not in left
    weeks = {at(day).isocalendar()[:2] for day in range(60) if daily[day] in left}
    assert len(weeks) == 4
    assert len([name for name in left if name.startswith("daily")]) <= 7 + 3


def test_beyond_the_budget_the_oldest_go_and_never_the_newest(tmp_path: Path) -> None:
    half = backup_files.BUDGET * 6 // 10
    newest, older = put(tmp_path, "daily", 1, half), put(tmp_path, "before-import", 2, half)
    manual = put(tmp_path, "manual", 3, half)
    assert kept(tmp_path) == {newest, manual} and older not in kept(tmp_path)
    (tmp_path / "q").mkdir()
    alone = put(tmp_path / "q", "daily", 1, 2 * backup_files.BUDGET)
    assert kept(tmp_path / "q") == {alone}


def test_when_the_next_is_due(tmp_path: Path) -> None:
    assert backups.due(tmp_path, at(0))
    put(tmp_path, "before-restore", 0.1)
    assert backups.due(tmp_path, at(0)), "the state that was put away is no backup to rely on"
    put(tmp_path, "daily", 1.1)
    assert backups.due(tmp_path, at(0))
    put(tmp_path, "manual", 0.9)
    assert not backups.due(tmp_path, at(0))
    assert backups.due(tmp_path, at(5)), "made in the future: the clock went wrong"


def test_messages_name_the_newest_that_is_there(store: Store) -> None:
    with closing(sqlite3.connect(store.folder / "project.sqlite")) as database:
        database.execute("UPDATE rating SET quality = (quality + 1) % 5 WHERE id = 9")
        database.commit()
    with store.read() as s, pytest.raises(ProjectError, match="there is no backup of it") as caught:
        refuse_damaged(s)
    assert is_sentence(caught.value) and "newest backup" not in str(caught.value)
    put(store.folder, "daily", 3)
    newest = put(store.folder, "manual", 2)
    put(store.folder, "before-restore", 1)
    with store.read() as s, pytest.raises(ProjectError, match=newest) as caught:
        refuse_damaged(s)
    assert is_sentence(caught.value)
    (finding,) = check(store)
    assert newest in finding.message and finding.subject == "rating row 9"


def test_before_something_large(any_store: Store) -> None:
    made = backups.before(any_store, "import")
    if any_store.url.startswith("sqlite"):
        assert made is not None and made.name.startswith("before-import-")
    else:
        assert made is None


def test_a_project_on_a_server_is_copied_into_a_file(postgres: Server, tmp_path: Path) -> None:
    with Store.create(postgres.new_database(), "p", raters_wanted=3) as store:
        filled = fill(store, tmp_path / "pictures")
        with store.write("lead") as s:
            for roi in filled.rois:
                ratings.submit(s, NewRating(roi_id=roi.id, annotator_id=1, votes=[3] * 8, origin="像\n"))
            exclusions.exclude(s, "rating", 2, reason="slip", who="lead")
        labels.store_run(store, labels.policy_named("paper", min_raters=1), "lead")
        file = backups.make(store, "manual")
        with store.read() as s:
            theirs = labels.compute(s, labels.policy_named("paper", min_raters=1))
        with store.write() as s:
            annotators.add(s, "later", who="lead")
    folder = tmp_path / "as a folder"
    folder.mkdir()
    file.rename(folder / "project.sqlite")
    with Store.open(folder) as copy, copy.read() as s:
        assert labels.compute(s, labels.policy_named("paper", min_raters=1)) == theirs
        assert len(annotators.list_all(s)) == len(filled.annotators), "as it was when it was made"
        refuse_damaged(s)


def test_backups_from_the_future_do_not_push_new_ones_out(store: Store) -> None:
    """A clock that was years ahead for some days left them; then it was put right."""
    first = backups.make(store, "daily")
    for day in range(1, 12):
        (store.folder / "backups" / f"daily-204001{day:02d}T000000000000.sqlite").write_bytes(
            first.read_bytes()
        )
    first.unlink()
    made = backups.make(store, "daily")
    assert made.exists() and "2040" not in made.name
    newest = backup_files.newest(store.folder)
    assert newest is not None and newest.path == made and not backups.due(store.folder)
