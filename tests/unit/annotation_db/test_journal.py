"""The journal beside the database: what it holds, what is missing from the database, putting it back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import delete

from annotation_db.database import journal, journal_entries
from annotation_db.database.schema import Place, Rating, Roi
from annotation_db.database.store import Store
from annotation_db.pictures import rois
from annotation_db.rating import exclusions, ratings
from annotation_db.records import NewRating
from annotation_db.safety import integrity, journal_check
from seagull_studio.operations import journals, marking
from tests.unit.annotation_db.conftest import HEIGHT, WIDTH, Filled

ROOT = Path(__file__).parents[3]


def rate(filled: Filled, roi: int = 0, level: int = 1, annotator: int = 0) -> Any:
    with filled.store.write("window") as s:
        return ratings.submit(
            s,
            NewRating(
                roi_id=filled.rois[roi].id,
                annotator_id=filled.annotators[annotator].id,
                votes=[level] * 8,
                duration_ms=1200,
            ),
        )


def lose(store: Store, *tables: Any) -> None:
    """As a database looks whose log was deleted: rows that were acknowledged are not there."""
    with store.write() as s:
        for table in tables:
            s.execute(delete(table))


def test_every_rating_stands_in_the_journal_when_it_is_acknowledged(any_filled: Filled) -> None:
    made = [rate(any_filled, number, number % 5) for number in range(4)]
    (file,) = journal.read_all(any_filled.store.folder)
    assert [entry["uid"] for entry in file.entries] == [rating.uid for rating in made]
    assert file.in_use and not file.waiting and not file.unreadable
    entry = file.entries[2]
    assert entry["roi"] == any_filled.rois[2].uid and entry["name"] == any_filled.annotators[0].name
    assert set(entry["votes"].values()) == {2} and entry["duration_ms"] == 1200
    assert journal_check.look(any_filled.store).missing == ()


def test_a_transaction_that_fails_leaves_no_entry(filled: Filled) -> None:
    with pytest.raises(ZeroDivisionError), filled.store.write() as s:
        ratings.submit(
            s, NewRating(roi_id=filled.rois[0].id, annotator_id=filled.annotators[0].id, votes=[1] * 8)
        )
        raise ZeroDivisionError
    assert journal.read_all(filled.store.folder) == []


def test_what_is_missing_is_named_by_check_and_put_back_once(any_filled: Filled) -> None:
    store = any_filled.store
    made = [rate(any_filled, number, number % 5) for number in range(4)]
    made.append(rate(any_filled, 1, 4))  # a correction
    lose(store, Rating)
    findings = [finding for finding in integrity.check(store) if finding.kind == "journal"]
    assert {finding.subject for finding in findings} == {rating.uid for rating in made}
    assert all("not in the database" in finding.message for finding in findings)
    state = journal_check.look(store)
    assert journal_check.put_back(store, state.missing, "lead").stored == 5
    with store.read() as s:
        latest = {rating.roi_id: rating for rating in ratings.all_latest(s)}
    assert latest[any_filled.rois[1].id].votes == (4,) * 8 and latest[any_filled.rois[1].id].revision == 2
    assert {rating.uid for rating in latest.values()} <= {rating.uid for rating in made}
    assert integrity.check(store) == []
    assert journal_check.put_back(store, state.missing, "lead").stored == 5  # again: nothing is doubled
    with store.read() as s:
        assert len(ratings.history(s, any_filled.rois[1].id, any_filled.annotators[0].id)) == 2


def test_a_marked_roi_is_put_back_with_its_rating(filled: Filled) -> None:
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[3:41, 9:51] = True
    roi = marking.accept(
        filled.store, marking.NewRoi(filled.images[0].id, mask, "component", {}, "manual", None), "Ada"
    )
    with filled.store.write() as s:
        rating = ratings.submit(
            s, NewRating(roi_id=roi.id, annotator_id=filled.annotators[1].id, votes=[3] * 8)
        )
    with filled.store.write() as s:
        s.execute(delete(Rating))
        s.execute(delete(Place).where(Place.roi_id == roi.id))
        s.execute(delete(Roi).where(Roi.id == roi.id))
    state = journal_check.look(filled.store)
    assert [entry["kind"] for entry in state.missing] == ["roi", "rating"]
    assert journal_check.put_back(filled.store, state.missing, "lead").stored == 2
    with filled.store.read() as s:
        (again,) = [one for one in rois.list_all(s) if one.uid == roi.uid]
        assert (again.counts, again.level, again.external_id) == (roi.counts, "component", roi.external_id)
        assert [one.uid for one in ratings.all_latest(s)] == [rating.uid]


def test_another_content_under_the_same_uid_is_told_and_not_overwritten(filled: Filled) -> None:
    made = rate(filled)
    (file,) = journal.read_all(filled.store.folder)
    changed = {**file.entries[0], "votes": dict.fromkeys(file.entries[0]["votes"], 4)}
    (filled.store.folder / "journal" / "20260101T000000-1-aa.jsonl").write_text(json.dumps(changed) + "\n")
    state = journal_check.look(filled.store)
    assert [entry["uid"] for entry in state.differing] == [made.uid] and not state.missing
    assert any("another one" in finding.message for finding in integrity.check(filled.store))


def test_journals_of_ended_programs_are_folded_away_only_when_everything_is_there(filled: Filled) -> None:
    rate(filled)
    assert journal_check.look(filled.store, fold=True).folded == 0  # its program lives
    folder = filled.store.folder
    filled.store.close()
    with Store.open(folder) as store:
        lose(store, Rating)
        assert journal_check.look(store, fold=True).folded == 0
        journal_check.put_back(store, journal_check.look(store).missing, "lead")
        assert journal_check.look(store, fold=True).folded == 1
        assert [file.in_use for file in journal.read_all(folder)] == [True]
    with Store.open(folder) as store:
        journal_check.look(store, fold=True)
    assert list((folder / "journal").iterdir()) == []


def test_what_cannot_be_put_back_is_said_and_stays(filled: Filled) -> None:
    rate(filled)
    lose(filled.store, Rating)
    with filled.store.write() as s:
        exclusions.exclude(s, "roi", filled.rois[0].id, reason="gone", who="lead")
    state = journal_check.look(filled.store)
    done = journal_check.put_back(filled.store, state.missing, "lead")
    assert done.stored == 0 and len(done.refused) == 1 and "withdrawn" in done.refused[0]
    assert journal_check.look(filled.store).missing == state.missing


@pytest.mark.parametrize(
    "junk",
    [b"\xff\xfe\x00", b"{", b"[1]", b'{"uid": 3}' + b"[" * 50_000, b"null\n17\n", b'{"kind": "rating"}'],
)
def test_damaged_lines_are_passed_over(filled: Filled, junk: bytes) -> None:
    made = rate(filled)
    filled.store.close()
    (path,) = (filled.store.folder / "journal").glob("*.jsonl")
    path.write_bytes(junk + b"\n" + path.read_bytes() + junk)
    file = journal.read(path)
    assert made.uid in {entry["uid"] for entry in file.entries}
    with Store.open(filled.store.folder) as store:
        assert made.uid not in {entry["uid"] for entry in journal_check.look(store).missing}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda entry: {**entry, "kind": "rats"},
        lambda entry: {name: value for name, value in entry.items() if name != "votes"},
        lambda entry: {**entry, "votes": {**entry["votes"], "blur": None}},
        lambda entry: {**entry, "submitted_at": "yesterday"},
        lambda entry: {**entry, "duration_ms": "1200"},
    ],
)
def test_a_line_that_is_whole_and_no_entry_is_told_and_its_journal_stays(filled: Filled, spoil: Any) -> None:
    rate(filled)
    folder = filled.store.folder
    filled.store.close()
    (path,) = (folder / "journal").glob("*.jsonl")
    path.write_text(json.dumps(spoil(json.loads(path.read_text()))) + "\n")
    with Store.open(folder) as store:
        assert journals.at_opening(store) == () and path.exists()
        (finding,) = integrity.check(store)
        assert path.name in finding.message and "cannot be read" in finding.message


@pytest.mark.parametrize("pull", [Path.unlink, lambda path: path.rename(path.with_suffix(".away"))])
def test_what_is_written_after_a_journal_was_put_away_is_in_a_new_one(any_filled: Filled, pull: Any) -> None:
    rate(any_filled)
    (path,) = (any_filled.store.folder / "journal").glob("*.jsonl")
    pull(path)
    made = rate(any_filled, roi=1)
    (file,) = journal.read_all(any_filled.store.folder)
    assert [entry["uid"] for entry in file.entries] == [made.uid] and file.in_use


def test_a_file_in_the_place_of_the_journals_is_put_aside_when_the_project_is_opened(filled: Filled) -> None:
    folder = filled.store.folder
    filled.store.close()
    (folder / "journal").write_text("a file in its place")
    with Store.open(folder) as store:
        (said,) = store.notices
        assert "journal is damaged and was set aside" in said
        rate(replace(filled, store=store))
    assert len(journal.read_all(folder)) == 1


FULL = """
    import resource, signal, sys
    from annotation_db.rating import ratings
    from annotation_db.records import NewRating
    from annotation_db.errors import StudioError
    from annotation_db.database.store import Store
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with Store.open(sys.argv[1]) as store:
        def rate(uid):
            with store.write() as s:
                ratings.submit(s, NewRating(roi_id=1, annotator_id=1, votes=[2] * 8, uid=uid))
        rate("a" * 32)
        journal = next((store.folder / "journal").glob("*.jsonl"))
        # Room in the database's log, none in the journal.
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000_000, resource.RLIM_INFINITY))
        with journal.open("ab") as file:
            file.truncate(10_000_000 - 3)
        try:
            rate("b" * 32)
        except StudioError as error:
            print(error)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        rate("b" * 32)
        with store.read() as s:
            print(len(ratings.history(s, 1, 1)))
"""


def test_a_journal_that_cannot_be_written_is_no_saved_and_trying_again_stores_once(filled: Filled) -> None:
    pytest.importorskip("resource", reason="no file size limits on this system")
    filled.store.close()
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(FULL), str(filled.store.folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said, count = done.stdout.splitlines()
    assert "journal cannot be written" in said and said.endswith(".")
    assert count == "2"


def test_a_file_in_place_of_the_journals_is_put_aside(filled: Filled) -> None:
    (filled.store.folder / "journal").write_text("a file in its place")
    made = rate(filled)
    (file,) = journal.read_all(filled.store.folder)
    assert [entry["uid"] for entry in file.entries] == [made.uid]
    assert len(list(filled.store.folder.glob("journal.damaged-*"))) == 1


def move_away(folder: Path) -> None:
    (folder / "journal").rename(folder / "put away")


def move_each(folder: Path) -> None:  # as a restore does
    (folder / "put away").mkdir()
    for path in (folder / "journal").glob("*.jsonl"):
        path.rename(folder / "put away" / path.name)


@pytest.mark.parametrize("lose_it", [move_away, move_each, lambda folder: shutil.rmtree(folder / "journal")])
def test_a_journal_that_was_put_away_is_begun_anew(
    any_filled: Filled, lose_it: Callable[[Path], None]
) -> None:
    rate(any_filled)
    lose_it(any_filled.store.folder)
    made = rate(any_filled, 1)
    (file,) = journal.read_all(any_filled.store.folder)
    assert [entry["uid"] for entry in file.entries] == [made.uid] and file.in_use


def test_entries_say_what_the_database_says(filled: Filled) -> None:
    made = rate(filled)
    with filled.store.read() as s:
        again = journal_entries.of_rating(s, made)
    (file,) = journal.read_all(filled.store.folder)
    assert {name: value for name, value in file.entries[0].items() if name != "at"} == again
