"""A damaged copy of a project gives the labels of the whole one, or refuses; it never gives others.

``SEAGULL_DAMAGED_COPIES=800`` in the environment damages so many copies of each kind.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from annotation_db.labels import labels
from annotation_db.rating import exclusions
from seagull_studio.cli import run
from tests.unit.annotation_db.io_project import rated

COPIES = int(os.environ.get("SEAGULL_DAMAGED_COPIES", "30"))
AGGREGATE = ("--min-raters", "3", "--json")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with ratings, exclusions and a label run, closed."""
    folder = tmp_path_factory.mktemp("whole")
    with rated(folder) as store:
        with store.write("lead") as s:
            exclusions.exclude(s, "rating", 3, reason="clicked through", who="lead")
            lifted = exclusions.exclude(s, "annotator", 2, reason="colour blind", who="lead")
            exclusions.lift(s, lifted.id, who="lead")
        labels.store_run(store, labels.policy_named("paper", min_raters=3), "lead")
    with closing(sqlite3.connect(folder / "project" / "project.sqlite")) as database:
        database.execute("PRAGMA journal_mode=DELETE")
    return folder / "project"


@pytest.fixture(scope="module")
def uids(whole: Path) -> list[bytes]:
    with closing(sqlite3.connect(whole / "project.sqlite")) as database:
        return [uid.encode() for (uid,) in database.execute("SELECT uid FROM rating ORDER BY id")]


def outcome(
    command: str, folder: Path, capsys: pytest.CaptureFixture[str], *more: str
) -> tuple[int, dict[str, Any], str]:
    status = run([command, str(folder), *more])
    out, err = capsys.readouterr()
    return status, json.loads(out), err


def plain(sentence: str) -> bool:
    tell_tale = ("unexpected", "Traceback", "Error:", "sqlalchemy")
    return "\n" not in sentence and not any(word in sentence for word in tell_tale)


def see(folder: Path, said: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> bool:
    """Aggregate and check a damaged copy; whether it refused."""
    status, document, _ = outcome("aggregate", folder, capsys, *AGGREGATE)
    if status == 0:
        assert document == said
    else:
        assert status == 1 and plain(document["error"]), document
    checked, _, err = outcome("check", folder, capsys, "--json")
    assert checked in (0, 1) and "unexpected" not in err
    if status == 1:
        assert checked == 1, "what keeps a project from being computed from is found by check"
    return status == 1


@pytest.fixture
def copied(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.mark.timeout(3600)
def test_flipped_bits_in_ratings(
    whole: Path, copied: Path, uids: list[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    """One bit within the record of a rating: its header, its votes, its ids."""
    said = outcome("aggregate", copied, capsys, *AGGREGATE)[1]
    assert said["rois"]
    good = (whole / "project.sqlite").read_bytes()
    draw = random.Random(11)
    refused = 0
    for _ in range(COPIES):
        data = bytearray(good)
        uid = draw.choice(uids)
        places = [found.start() for found in re.finditer(uid, good)]  # the row, and the index of uids
        place = draw.choice(places) + draw.randrange(-24, 32 + 40)
        data[place] ^= 1 << draw.randrange(8)
        (copied / "project.sqlite").write_bytes(data)
        refused += see(copied, said, capsys)
    assert refused > COPIES * 0.8


@pytest.mark.timeout(3600)
def test_random_bytes_in_random_pages(whole: Path, copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = outcome("aggregate", copied, capsys, *AGGREGATE)[1]
    good = (whole / "project.sqlite").read_bytes()
    draw = random.Random(12)
    refused = 0
    for _ in range(COPIES):
        data = bytearray(good)
        for _ in range(draw.choice((1, 1, 8, 64))):
            page = draw.randrange(len(good) // 4096)
            data[page * 4096 + draw.randrange(4096)] = draw.randrange(256)
        (copied / "project.sqlite").write_bytes(data)
        refused += see(copied, said, capsys)
    assert refused > COPIES * 0.2


@pytest.mark.timeout(3600)
def test_every_vote_changed_by_sql_is_found(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Votes on their scales, in a file that SQLite calls whole: only the hash can tell."""
    for column in ("blur", "quality", "importance"):
        with closing(sqlite3.connect(copied / "project.sqlite")) as database:
            (before,) = database.execute(f"SELECT {column} FROM rating WHERE id = 8").fetchone()
            database.execute(f"UPDATE rating SET {column} = ? WHERE id = 8", ((before + 1) % 5,))
            database.commit()
        status, document, _ = outcome("aggregate", copied, capsys, *AGGREGATE)
        assert status == 1 and "row 8 of rating is damaged" in document["error"]
        with closing(sqlite3.connect(copied / "project.sqlite")) as database:
            database.execute(f"UPDATE rating SET {column} = ? WHERE id = 8", (before,))
            database.commit()
    assert outcome("aggregate", copied, capsys, *AGGREGATE)[0] == 0
