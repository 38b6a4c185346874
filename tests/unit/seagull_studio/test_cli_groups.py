"""Groups of pictures, frozen splits, filters and planned assignments from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.annotation_db.io_project import NAMES
from tests.unit.seagull_studio.test_cli_commands import Terminal, made, rate, run

__all__ = ["made", "run"]


@pytest.fixture
def rated(made: Terminal) -> Terminal:
    made.json("import", made.project, rate(made), "--kind", "ratings")
    return made


def test_groups_are_planned_made_and_listed(made: Terminal) -> None:
    before = made.json("group", made.project)
    assert (before["by"], before["images"], before["grouped"], before["groups"]) == ("", 5, 0, [])
    planned = made.json("group", made.project, "--pattern", "sub/*.png", "--dry-run")
    assert planned["changed"] == 2 and planned["untouched"] == ["a.png", "b.png", "e.png"]
    assert made.json("group", made.project)["groups"] == []
    table = made.folder / "groups.csv"
    table.write_text("image,group\na.png,scene\nb.png,scene\n", encoding="utf-8")
    done = made.json("group", made.project, "--csv", table)
    assert done["groups"] == [{"group": "scene", "images": ["a.png", "b.png"]}] and done["changed"] == 2
    status, out, _ = made("group", made.project)
    assert status == 0 and "scene (2): a.png, b.png" in out and "2 of 5 pictures in 1 groups." in out
    status, _, err = made("group", made.project, "--pattern", "nothing*.png", "--dry-run")
    assert status == 0 and "Of 5 of 5 pictures the pattern says nothing (a.png, b.png" in err
    table.write_text("image,group\nnowhere.png,scene\n", encoding="utf-8")
    assert "1 lines of groups.csv cannot be taken" in made.refused("group", made.project, "--csv", table)
    assert "add --yes" in made.json("group", made.project, "--clear", status=1)["error"]
    assert made.json("group", made.project, "--clear", "--yes")["grouped"] == 0


def test_similar_pictures_are_asked_about(made: Terminal) -> None:
    found = made.json("group", made.project, "--similar", "--dry-run", "--distance", 32)
    assert found["distance"] == 32 and found["unreadable"] == [] and found["changed"] >= 2
    assert "add --yes" in made.json("group", made.project, "--similar", "--distance", 32, status=1)["error"]
    assert made.json("group", made.project, "--similar", "--distance", 32, "--yes")["grouped"] >= 2
    assert made("group", made.project, "--similar", "--clear")[0] == 2
    assert made("group", made.project, "--distance", 3)[0] == 2


def test_a_split_is_frozen_by_an_export_and_thawed(rated: Terminal) -> None:
    assert rated.json("split", rated.project)["frozen"] is None
    rated.json("group", rated.project, "--pattern", "sub/([a-z]*)")
    first = rated.json(
        *("export", rated.project, "out", "--train", 0.6, "--val", 0.2, "--seed", 4, "--freeze"),
        *("--format", "seagull"),
    )
    assert first["split"]["frozen"]["joined"] == 5 and "rois_val.json" in first["files"]
    told = rated.json("split", rated.project)["frozen"]
    assert (told["train"], told["val"], told["seed"]) == (0.6, 0.2, 4)
    assert sum(told["parts"].values()) == 5
    again = rated.json("export", rated.project, "again", "--format", "seagull")
    splits = [json.loads(Path(name, "splits.json").read_text()) for name in ("out", "again")]
    assert splits[0]["images"] == splits[1]["images"] and again["split"]["frozen"]["kept"] == 5
    assert "frozen with seed 4" in rated.refused("export", rated.project, "other", "--seed", 5)
    assert "stays frozen" in rated.json("split", rated.project, "--thaw", status=1)["error"]
    assert rated.json("split", rated.project, "--thaw", "--yes")["thawed"] == 5
    assert "nothing to thaw" in rated.refused("split", rated.project, "--thaw", "--yes")
    folds = rated.json("export", rated.project, "folds", "--train", 1, "--folds", 2, "--format", "csv")
    assert folds["split"]["folds"] == 2 and folds["split"]["frozen"] is None


def test_filters_are_tried_saved_and_used(rated: Terminal) -> None:
    rated.json("group", rated.project, "--pattern", "(sub)/")
    tried = rated.json("filter", rated.project, "--group", "sub", "--rated", 7, "--label", "blur=5")
    assert tried["rois"] == 2 and tried["saved"] == []
    either = rated.json("filter", rated.project, "--label", "blur=5", "--label", "blur=0,1")
    assert either["filter"] == {"labels": {"blur": [0, 1, 5]}} and either["rois"] >= 2
    kept = rated.json("filter", rated.project, "--group", "sub", "--save", "mine")
    assert kept["saved"][0]["filter"] == {"groups": ["sub"]}
    written = rated.json("export", rated.project, "out", "--filter", "mine", "--format", "csv")
    assert written["counts"]["rois"] == 2
    assert rated.json("export", rated.project, "more", "--source", "lab")["counts"]["rois"] == len(NAMES)
    assert rated("export", rated.project, "x", "--filter", "mine", "--level", "object")[0] == 2
    assert rated("filter", rated.project, "--label", "blur")[0] == 2
    assert "no filter other" in rated.refused("export", rated.project, "x", "--filter", "other")
    status, out, _ = rated("filter", rated.project, "--remove", "mine")
    assert status == 0 and "No filter is saved." in out


def test_assignments_are_planned_limited_and_taken_back(made: Terminal) -> None:
    for name in ("Ann", "Bo"):
        made.json("annotator", "add", made.project, name)
    made.json("group", made.project, "--pattern", "(sub)/")
    planned = made.json("assign", made.project, "--raters", 2, "--rois", 3, "--dry-run")
    assert (planned["assigned"], planned["touched"], planned["left"]) == (6, 3, 2)
    assert made.json("assign", made.project, "--raters", 2, "--rois", 3) == {**planned, "dry_run": False}
    some = made.json("assign", made.project, "--annotator", "Ann", "--load", 4, "--level", "object")
    assert some["open"] == {"Ann": 4} and some["assigned"] == 1 and some["loaded"] == 1
    status, out, _ = made("assign", made.project, "--load", 4)
    assert status == 0 and "people who have enough to rate" in out
    back = made.json("assign", made.project, "--take-back", "Bo", "--group", "sub")
    assert back["annotator"] == "Bo"
    left = made.json("assign", made.project, "--take-back-all")
    assert left["annotator"] is None and left["taken_back"] + back["taken_back"] >= 7
    assert made("assign", made.project, "--take-back-all", "--load", 3)[0] == 2


def test_nobody_is_asked_about_what_they_may_not_do(made: Terminal) -> None:
    made.json("annotator", "add", made.project, "Lea", "--role", "lead")
    made.json("annotator", "add", made.project, "Ann")
    for command in (
        ("group", made.project, "--clear"),
        ("group", made.project, "--similar"),
        ("split", made.project, "--thaw"),
    ):
        said = made.json(*command, "--as", "Ann", status=1)["error"]
        assert "for leads" in said and "--yes" not in said
