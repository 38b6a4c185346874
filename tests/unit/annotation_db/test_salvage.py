"""What can be read of a damaged project is saved into a new one, and the rest is named."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from annotation_db.database.store import Store
from annotation_db.errors import ProjectError
from annotation_db.labels import labels
from annotation_db.pictures import rois
from annotation_db.rating import exclusions, ratings
from annotation_db.records import ExclusionKind, NewRating
from annotation_db.safety.integrity import check, refuse_damaged
from annotation_db.safety.salvage import rescue
from tests.unit.annotation_db.conftest import Filled
from tests.unit.annotation_db.io_project import rated
from tests.unit.annotation_db.test_backups import is_sentence, votes_in

PAGE = 4096


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A closed project, large enough for its ratings to lie on several pages."""
    with rated(tmp_path, raters=24) as store:
        with store.write("lead") as s:
            exclusions.exclude(s, "rating", 3, reason="slip", who="lead")
        labels.store_run(store, labels.policy_named("paper", min_raters=3), "lead")
    return store.folder


def meddle(project: Path, *statements: str) -> None:
    with closing(sqlite3.connect(project / "project.sqlite")) as database:
        database.execute("PRAGMA ignore_check_constraints=ON")
        for statement in statements:
            database.execute(statement)
        database.commit()


def files_of(project: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in project.iterdir() if path.is_file()}


def left_out(folder: Path) -> dict[tuple[str, int], str]:
    found = json.loads((folder / "left-out.json").read_text())
    return {(one["table"], one["id"]): one["why"] for one in found}


def test_damaged_rows_are_left_out_and_named(project: Path, tmp_path: Path) -> None:
    meddle(
        project,
        "UPDATE rating SET blur = 9 WHERE id = 5",
        "UPDATE rating SET origin = CAST(x'ff' AS TEXT) WHERE id = 6",
        "UPDATE rating SET submitted_at = 'yesterday' WHERE id = 7",
        "UPDATE rating SET roi_id = 900 WHERE id = 8",
        "UPDATE roi SET counts = 'x' WHERE id = 10",
        "DELETE FROM exclusion",
    )
    before = files_of(project)
    done = rescue(project, tmp_path / "saved", "lead")
    assert files_of(project) == before, "nothing of the damaged one is changed"
    assert not done.whole and done.file.name == "left-out.json"
    left = left_out(done.folder)
    assert {row_id for table, row_id in left if table == "rating" and row_id < 9} == {5, 6, 7, 8}
    assert "UTF-8" in left["rating", 6] and "no time" in left["rating", 7]
    assert left["roi", 10] == "it is not what was stored"
    assert "row 10 of roi" in next(why for (table, _), why in left.items() if table == "roi_label")
    assert any("of roi_label" in why for (table, _), why in left.items() if table == "label_run_item")
    with Store.open(done.folder) as store:
        assert check(store) == []
        with store.read() as s:
            refuse_damaged(s)
            assert ratings.get_many(s, [4, 5]).keys() == {4}
    votes = {row[0]: row for row in votes_in(project / "project.sqlite")}
    for row in votes_in(done.folder / "project.sqlite"):
        assert votes[row[0]] == row


def test_a_sound_project_is_saved_whole_with_all_that_was_excluded(filled: Filled, tmp_path: Path) -> None:
    with filled.store.write() as s:
        vote = ratings.submit(s, NewRating(roi_id=1, annotator_id=1, votes=[5] * 6 + [1, 2]))
        targets: list[tuple[ExclusionKind, int]] = [
            *(("rating", vote.id), ("annotator", filled.annotators[1].id)),
            *(("roi", filled.rois[3].id), ("image", filled.images[2].id)),
        ]
        for kind, target in targets:
            exclusions.exclude(s, kind, target, reason="x", who="lead")
        standing = exclusions.standing(s)
    done = rescue(filled.store.folder, tmp_path / "saved", "lead")
    assert done.whole
    with Store.open(done.folder) as store, store.read() as s:
        assert exclusions.standing(s) == standing
        assert ratings.counting(s) == {} and len(rois.list_all(s)) == 3


def test_pages_that_cannot_be_read_cost_only_their_own_rows(project: Path, tmp_path: Path) -> None:
    file = project / "project.sqlite"
    meddle(project, "PRAGMA journal_mode=DELETE")
    whole = votes_in(file)
    data = file.read_bytes()
    uids = [str(row[0]).encode() for row in whole]
    # The page in the middle of the table: a leaf with the rows of these ratings.
    page = next(
        found.start() // PAGE
        for found in re.finditer(uids[len(uids) // 2], data)
        if data[found.start() // PAGE * PAGE] == 0x0D
    )
    file.write_bytes(data[: page * PAGE] + b"\xff" * PAGE + data[(page + 1) * PAGE :])
    done = rescue(project, tmp_path / "saved", "lead")
    (table,) = [one for one in done.tables if one.table == "rating"]
    assert table.ended_early and 0 < table.unreadable < 60
    assert table.saved + table.unreadable + table.left_out == len(whole)
    assert set(votes_in(done.folder / "project.sqlite")) < set(whole)
    with Store.open(done.folder) as store:
        assert check(store) == []


def test_every_page_in_turn(project: Path, tmp_path: Path) -> None:
    """Whatever page is lost, the rest is saved, or one sentence says that nothing can be read."""
    file = project / "project.sqlite"
    meddle(project, "PRAGMA journal_mode=DELETE")
    whole, data = set(votes_in(file)), file.read_bytes()
    saved = 0
    for page in range(0, len(data) // PAGE, 3):
        file.write_bytes(data[: page * PAGE] + b"\x5a" * PAGE + data[(page + 1) * PAGE :])
        into = tmp_path / f"saved-{page}"
        try:
            done = rescue(project, into, "lead")
        except ProjectError as error:
            assert is_sentence(error) and not into.exists()
            continue
        there = set(votes_in(done.folder / "project.sqlite"))
        assert there <= whole
        saved += len(there)
        with Store.open(done.folder) as store:
            assert [one for one in check(store) if one.kind == "database"] == []
        shutil.rmtree(into)
    assert saved > len(whole) * len(data) // PAGE // 3 * 0.6


def test_a_folder_in_use_is_refused(project: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("x")
    with pytest.raises(ProjectError, match="in use"):
        rescue(project, tmp_path / "mine", "lead")
    assert (tmp_path / "mine" / "notes.txt").exists()


def test_pictures_are_found_from_the_new_folder(project: Path, tmp_path: Path) -> None:
    meddle(project, "UPDATE rating SET blur = 9 WHERE id = 5")
    done = rescue(project, tmp_path / "deep" / "er" / "saved", "lead")
    with Store.open(done.folder) as store:
        assert check(store) == []
