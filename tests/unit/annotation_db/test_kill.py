"""``kill -9`` at any moment: what was acknowledged is there when the project is opened again."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import text

from annotation_db.database.store import Store
from annotation_db.pictures import rois
from annotation_db.rating import ratings
from tests.unit.annotation_db.conftest import Filled

KILLS = 12

WRITER = """
import sys
import numpy as np
from annotation_db.rating import ratings; from annotation_db.pictures import rois
from annotation_db.records import NewRating
from annotation_db.database.store import Store
first = int(sys.argv[2])
with Store.open(sys.argv[1]) as store:
    print("ready", flush=True)
    for number in range(first, first + 100_000):
        mask = np.random.default_rng(number).random((48, 64)) < 0.7
        with store.write("writer") as s:
            roi = rois.add(s, image_id=1 + number % 3, mask=mask, external_id=f"k{number}", who="writer")
        print("roi", roi.id, roi.area, flush=True)
        with store.write("writer") as s:
            new = NewRating(roi_id=roi.id, annotator_id=1 + number % 4, votes=[number % 5] * 8)
            made = ratings.submit(s, new)
        print("rating", made.id, number % 5, flush=True)
"""


def killed_after(folder: Path, first: int, acknowledged: int, delay: float) -> list[list[str]]:
    """Run the writer, kill it once it acknowledged so many writes, and return all that it acknowledged.

    Counted in writes, not in seconds: a busy machine takes longer and proves as much.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), str(first)],
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    said = "".join(process.stdout.readline() for _ in range(acknowledged))
    time.sleep(delay)  # the kill may come at any moment of the next write
    process.kill()  # SIGKILL: no handler runs, nothing is flushed
    rest, _ = process.communicate(timeout=30)
    assert process.returncode < 0 or sys.platform == "win32"
    said += rest
    whole = said[: said.rfind("\n") + 1]  # the last line may be cut off
    return [line.split() for line in whole.splitlines()]


def test_no_acknowledged_rating_or_roi_is_lost(filled: Filled) -> None:
    folder = filled.store.folder
    filled.store.close()
    draw = random.Random(5)
    acknowledged: list[list[str]] = []
    for round_number in range(KILLS):
        acknowledged += killed_after(
            folder, round_number * 100_000, draw.randint(1, 12), draw.uniform(0.0, 0.02)
        )
        with Store.open(folder) as store, store.read() as s:
            assert s.execute(text("PRAGMA integrity_check")).scalar() == "ok"
            there = {rating.id: rating.votes for rating in ratings.all_latest(s)}
            marked = {roi.id: roi.area for roi in rois.list_all(s)}
        for kind, number, value in acknowledged:
            if kind == "roi":
                assert marked[int(number)] == int(value)
            else:
                assert there[int(number)] == (int(value),) * 8
    assert len(acknowledged) >= KILLS
