"""Imports of several programs at once, and of programs that died."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

from annotation_db.database.schema import Rating
from annotation_db.rating import annotators, ratings
from annotation_db.records import NewRating
from annotation_db.vocabulary.scales import Votes
from tests import beside
from tests.unit.annotation_db.conftest import Filled
from tests.unit.annotation_db.io_project import write_csv
from tests.unit.annotation_db.test_import_beside import GOOD, nothing_is_left, rows, staged, stored, take

STUCK = """
import sys, time
from annotation_db.imports import ratings, rating_stage
from annotation_db.imports.run import import_ratings
from annotation_db.database.store import Store
def wait(self, uid):
    print("staged", flush=True)
    sys.stdin.read(1)
    finish(self, uid)
finish = ratings.RatingsImport._finish
ratings.RatingsImport._finish = wait
with Store.open(sys.argv[1]) as store:
    print(import_ratings(store, sys.argv[2], who="lead").added, flush=True)
"""


@pytest.mark.parametrize("ending", ["killed", "goes on"])
def test_rows_of_the_dead_are_removed_and_those_of_the_living_are_not(
    any_filled: Filled, tmp_path: Path, ending: str
) -> None:
    store = any_filled.store
    first = write_csv(tmp_path / "first.csv", rows("First"))
    location = str(store.folder) if "postgresql" not in store.url else store.url
    command = [sys.executable, "-c", STUCK, location, str(first)]
    with subprocess.Popen(
        command, cwd=beside.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        try:
            assert other.stdout is not None and other.stdout.readline() == "staged\n"
            assert staged(store) == 6 and stored(store) == []
            if ending == "killed":
                other.kill()
                other.wait()
                assert staged(store) == 6
            assert take(any_filled, tmp_path, rows("Second")).added == 6
            assert staged(store) == (0 if ending == "killed" else 6)
            if ending == "goes on":
                assert other.communicate("x", timeout=60)[0] == "6\n"
        finally:
            other.kill()
    assert nothing_is_left(store)
    assert len(stored(store)) == (6 if ending == "killed" else 12)
    with store.read() as s:
        people = annotators.list_all(s)
        for name in ("First", "Second") if ending == "goes on" else ("Second",):
            person = next(a for a in people if a.name == name)
            assert len(ratings.of_annotator(s, person.id)) == 6


def test_rows_of_many_kinds_are_stored_by_few_statements(any_filled: Filled) -> None:
    """Durations that are missing here and there made a statement of every row."""
    statements: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    new = [
        NewRating(roi.id, who.id, Votes(*GOOD), duration_ms=[None, 7][(roi.id + who.id) % 2])
        for roi in any_filled.rois
        for who in any_filled.annotators
    ]
    event.listen(any_filled.store._engine, "before_cursor_execute", listen)
    try:
        with any_filled.store.write() as s:
            ratings.submit_many(s, new)
    finally:
        event.remove(any_filled.store._engine, "before_cursor_execute", listen)
    assert sum("INSERT INTO rating " in one for one in statements) == 1
    with any_filled.store.read() as s:
        assert {r.duration_ms for r in ratings.all_latest(s)} == {None, 7}


@pytest.mark.parametrize("where", ["folder", "postgresql"])
def test_raters_importers_and_aggregators_side_by_side(
    request: pytest.FixtureRequest, tmp_path: Path, where: str
) -> None:
    """No rating is refused while a file is imported and labels are computed; all rows are there, once."""
    location: str | Path = tmp_path / "project"
    if where == "postgresql":
        location = request.getfixturevalue("postgres").new_database()
    base, lines, regions = 3 * 200, 3000, 200
    file = beside.ratings_file(tmp_path / "r.csv", lines=lines, rois_n=regions, people=20)
    with beside.project(location, rois_n=regions, people=3) as store:
        with beside.process("rate", location) as rating:
            with (
                beside.process("import", location, file) as importing,
                beside.process("aggregate", location) as aggregating,
            ):
                assert beside.result(importing)["added"] == lines
                assert beside.result(aggregating)["rois"] == regions
            time.sleep(0.2)
            rated = beside.stopped(rating)
        assert rated["refused"] == [] and len(rated["waits"]) > 3
        with store.read() as s:
            total = s.scalar(select(func.count()).select_from(Rating))
            assert total == base + lines + len(rated["waits"])
            window = ratings.of_annotator(s, annotators.find(s, "window").id)
            assert sum(r.revision for r in window) == len(rated["waits"])
            once = select(func.count(func.distinct(Rating.uid)))
            assert s.scalar(once) == total
            assert len([r for r in ratings.all_latest(s) if r.origin == "import:r.csv"]) == lines
        assert nothing_is_left(store)
