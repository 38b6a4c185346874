"""``kill -9`` of the window's process at any moment: what it showed as saved is in the database."""

from __future__ import annotations

import random
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from annotation_db.database.store import Store
from annotation_db.rating import annotators
from tests import forked
from tests.e2e import projects, steady_worker
from tests.e2e.conftest import Sit
from tests.e2e.desk import ratings_in, rois_in

ROUNDS = 10


def shown_as_saved_by(annotator: str, project: Path, settings: Path, draw: random.Random) -> list[list[str]]:
    """Start the worker's window and kill it at a moment that `draw` draws; what it had shown as saved."""
    told = settings.with_name(f"{annotator}.told")
    complaints = settings.with_suffix(".stderr")
    process = forked.start(steady_worker.work, project, settings, annotator, told, complaints=complaints)
    forked.wait_for_lines(told, process, draw.randint(1, 11))
    time.sleep(draw.uniform(0, 0.1))  # the kill may come at any moment of a write: nothing to wait for
    process.kill()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL, complaints.read_text(encoding="utf-8")
    return [line.split() for line in forked.whole_lines(told)]


def test_nothing_shown_as_saved_is_lost(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, pictures=6, rois_each=6, raters_wanted=ROUNDS + 1)
    draw = random.Random(11)
    ratings: dict[tuple[str, int], str] = {}
    rois: dict[int, int] = {}
    for number in range(ROUNDS):
        annotator = f"annotator {number}"
        for kind, roi_id, what in shown_as_saved_by(annotator, project, tmp_path / "worker.ini", draw):
            if kind == "rating":
                ratings[annotator, int(roi_id)] = what
            else:
                rois[int(roi_id)] = int(what)
        with closing(sqlite3.connect(project / "project.sqlite")) as plain:
            assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        with Store.open(project) as store, store.read() as session:
            name_of = {person.id: person.name for person in annotators.list_all(session)}
        stored = {
            (name_of[rating.annotator_id], rating.roi_id): "".join(map(str, rating.votes))
            for rating in ratings_in(project)
        }
        assert ratings.items() <= stored.items()
        assert rois.items() <= {roi.id: roi.area for roi in rois_in(project)}.items()
    assert "Traceback" not in (tmp_path / "worker.stderr").read_text(encoding="utf-8")
    assert len(ratings) >= 3 * ROUNDS and len(rois) >= ROUNDS // 2
    desk = sit()
    desk.open(project, "annotator 0")
    assert desk.rate()
