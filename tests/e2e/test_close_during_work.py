"""The window is closed at drawn moments while it works: it ends cleanly, and what was saved is there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from annotation_db.database.store import Store
from annotation_db.pictures import rois
from annotation_db.rating import annotators, ratings
from annotation_db.records import NewRating
from annotation_db.safety.integrity import check
from annotation_db.vocabulary.scales import Votes
from tests.e2e import projects
from tests.e2e.desk import ratings_in

ROOT = Path(__file__).parents[2]
TIMES = int(os.environ.get("SEAGULL_STUDIO_CLOSINGS", "12"))
AT_ONCE = 3
"""Closings of one project, one after the other."""
LAST_WORDS = ("Traceback", "RuntimeError", "QThread", "QObject", "Segmentation", "already deleted", "Fatal")


def make_busy(folder: Path) -> Path:
    """A project in which aggregating, exporting, checking and importing take a while."""
    project = projects.make(folder, pictures=12, rois_each=5, people=["ann", "bob"])
    with Store.open(project) as store, store.write("test") as s:
        people = [annotators.add(s, f"p{n}", who="test").id for n in range(6)]
        votes = [Votes(5, 5, n % 5, 5, 5, 5, n % 5, 2) for n in range(5)]
        rows = [
            NewRating(roi.id, person, votes[roi.id % 5], origin="test")
            for roi in rois.list_all(s)
            for person in people
        ]
        ratings.submit_many(s, rows)
        lines = [
            f"pictures/{image},r{n},imported {k},5,5,5,5,5,5,3,2"
            for image in (f"p{at}.png" for at in range(12))
            for n in range(5)
            for k in range(5)
        ]
    head = "image,roi,annotator,blur,colorfulness,compression,contrast,exposure,noise,quality,importance"
    (folder / "ratings.csv").write_text("\n".join([head, *lines]) + "\n")
    for at in range(60):
        projects.draw_picture(folder / "more" / f"m{at}.png", 100 + at)
    projects.make(folder / "other", pictures=1, people=["ann"])
    return project


@pytest.mark.parametrize("first", range(0, TIMES, AT_ONCE))
def test_a_window_closed_during_work_ends_cleanly(tmp_path: Path, first: int) -> None:
    project = make_busy(tmp_path)
    saved: set[int] = set()
    for seed in range(first, first + AT_ONCE):
        done = subprocess.run(
            [
                sys.executable,
                "-X",
                "faulthandler",
                "-m",
                "tests.e2e.closing_worker",
                str(project),
                str(tmp_path / "settings.ini"),
                str(seed),
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        said = f"seed {seed}, exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert done.returncode == 0 and done.stdout.endswith("ended\n"), said
        assert not any(word in done.stderr for word in LAST_WORDS), said
        saved |= {int(line.split()[1]) for line in done.stdout.splitlines() if line.startswith("rating")}
    with Store.open(project) as store:
        assert [finding.message for finding in check(store)] == []
    assert saved <= {rating.roi_id for rating in ratings_in(project)}
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")], "leftovers"
