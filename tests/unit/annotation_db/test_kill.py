"""``kill -9`` at any moment: what was acknowledged is there when the project is opened again."""

from __future__ import annotations

import random
import signal
import sys
import time
from pathlib import Path

from sqlalchemy import text

from annotation_db.database.store import Store
from annotation_db.pictures import rois
from annotation_db.rating import ratings
from tests import forked
from tests.unit.annotation_db import steady_writer
from tests.unit.annotation_db.conftest import Filled

KILLS = 12


def killed_after(folder: Path, first: int, acknowledged: int, delay: float) -> list[list[str]]:
    """Run the writer, kill it once it acknowledged so many writes, and return all that it acknowledged.

    Counted in writes, not in seconds: a busy machine takes longer and proves as much.
    """
    told = folder.with_name(f"{first}.told")
    process = forked.start(steady_writer.write, folder, first, told)
    forked.wait_for_lines(told, process, acknowledged)
    time.sleep(delay)  # the kill may come at any moment of the next write
    process.kill()  # SIGKILL: no handler runs, nothing is flushed
    process.join(30)
    assert sys.platform == "win32" or process.exitcode == -signal.SIGKILL
    return [line.split() for line in forked.whole_lines(told)]


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
