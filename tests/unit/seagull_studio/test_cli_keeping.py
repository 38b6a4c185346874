"""Commands on label runs and pictures: what they print, and that deleting is asked for."""

from __future__ import annotations

import shutil

from annotation_db import annotators, ratings
from annotation_db.store import Store
from tests.unit.seagull_studio.test_cli_commands import GOOD, Terminal, made, run

__all__ = ["made", "run"]


def test_label_runs_are_listed_compared_and_deleted(made: Terminal) -> None:
    made.json("aggregate", made.project, "--min-raters", 1)
    with Store.open(made.project) as store, store.write("lead") as s:
        who = annotators.add(s, "Ada", who="lead").id
        ratings.submit(s, roi_id=1, annotator_id=who, votes=GOOD)
    made.json("aggregate", made.project, "--min-raters", 1)
    listed = made.json("labels", "list", made.project)["runs"]
    assert [(one["run"], one["labelled"], one["insufficient"]) for one in listed] == [(2, 1, 4), (1, 0, 5)]
    compared = made.json("labels", "compare", made.project, 1, 2)
    (change,) = compared["changes"]
    assert (compared["same"], change["status"], change["why"]) == (
        4,
        ["insufficient", "labelled"],
        {"new": 1},
    )
    assert "quality none -> good" in made("labels", "compare", made.project, 1, 2)[1]
    assert "add --yes" in made("labels", "delete", made.project, 1)[2]
    assert made.json("labels", "delete", made.project, 1, "--yes") == {"deleted": 1, "labels": 1}
    assert "no label run number 1" in made.refused("labels", "compare", made.project, 1, 2)
    assert [one["run"] for one in made.json("labels", "list", made.project)["runs"]] == [2]


def test_pictures_are_found_again_withdrawn_and_brought_back(made: Terminal) -> None:
    assert "No picture" in made.refused("relocate", made.project, made.folder)
    shutil.move(made.folder / "photos", made.folder / "moved")
    done = made.json("relocate", made.project, made.folder / "moved")
    assert (len(done["found"]), done["differing"], done["missing"]) == (5, [], [])
    assert made.json("check", made.project)["findings"] == []
    told = made.json("picture", "withdraw", made.project, "a.png", "--reason", "a copy")
    assert told == {"image": "a.png", "rois": 1, "reason": "a copy"}
    assert len(made.json("aggregate", made.project)["rois"]) == 4
    assert "is excluded already" in made.refused(
        "picture", "withdraw", made.project, "a.png", "--reason", "again"
    )
    assert made.json("picture", "restore", made.project, "a.png") == {"image": "a.png", "rois": 1}
    assert len(made.json("aggregate", made.project)["rois"]) == 5
