"""The commands about suggestions: prefill, bias, and labels from unassisted votes."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotation_db.database.store import Store
from annotation_db.pictures import rois
from annotation_db.predictions import predictions, prefill
from annotation_db.rating import annotators, ratings
from annotation_db.records import NewRating
from tests.unit.annotation_db.io_project import box, pictures, write_json
from tests.unit.annotation_db.predicted import SAID, model, said, same_lots
from tests.unit.seagull_studio.test_cli_commands import Terminal

NAMES = tuple(f"p{n:02d}.png" for n in range(12))


@pytest.fixture
def made(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A project of twelve pictures with one ROI each and a model's predictions."""
    monkeypatch.chdir(tmp_path)
    run = Terminal(capsys, tmp_path)
    pictures(tmp_path / "photos", NAMES)
    run.json("new", run.project, "--images", "photos", "--min-area", 16)
    entries = write_json(tmp_path / "rois.json", [box(name, "r1") for name in NAMES])
    run.json("import", run.project, entries, "--kind", "rois")
    with Store.open(run.project) as store, store.write() as s:
        info = model(s, untrained=True)
        predictions.store(s, info.id, [said(roi.id) for roi in rois.list_all(s)[:11]])
    return run


def rate(project: str) -> None:
    with Store.open(project) as store, store.write() as s:
        people = [
            annotators.add(s, name, who="lead").id for name in ("Ann", "Bo", "Cy", "Di", "Ed", "Flo", "Gus")
        ]
        same_lots(s, people, [roi.id for roi in rois.list_all(s)])
        for person in people:
            for roi in rois.list_all(s):
                seen = prefill.decide(s, person, roi.id)
                votes = SAID if seen.mode == "shown" else (2, 2, 2, 2, 2, 2, 1, 1)
                ratings.submit(
                    s,
                    NewRating(
                        roi_id=roi.id,
                        annotator_id=person,
                        votes=votes,
                        prefill=seen.mode,
                        prediction_id=seen.prediction_id,
                    ),
                )


def test_the_prefill_is_looked_at_and_changed(made: Terminal) -> None:
    off = made.json("prefill", made.project)
    assert off == {"policy": "off", "model": None, "control_share": 0.2, "rois": 12, "predicted": 0}
    told = made.json("prefill", made.project, "--policy", "prefill", "--model", "Model A", "--control", 0.5)
    assert told == made.json("prefill", made.project)
    assert (told["policy"], told["control_share"], told["predicted"]) == ("prefill", 0.5, 11)
    assert told["model"] == {"name": "Model A", "kind": "plugin", "signature": "aaaa", "untrained": True}
    status, out, err = made("prefill", made.project)
    assert status == 0 and err == ""
    assert out.splitlines() == [
        "Predictions are shown in the rating panel beforehand.",
        "Model: Model A (plugin, UNTRAINED), predictions for 11 of 12 ROIs.",
        "50% of each annotator's ROIs stay without, drawn by lot.",
    ]
    _, _, warned = made("prefill", made.project, "--control", 0)
    assert warned == "Without a control share the weight of the suggestions cannot be measured.\n"
    assert "after submitting only" in made("prefill", made.project, "--policy", "reveal")[1]


def test_what_the_prefill_cannot_be(made: Terminal) -> None:
    assert made("prefill", made.project, "--policy", "maybe")[0] == 2
    assert made("prefill", made.project, "--control", 2)[0] == 2
    assert "the models here are Model A" in made.refused("prefill", made.project, "--model", "B")
    assert "choose one" in made.refused("prefill", made.project, "--policy", "prefill")


def test_the_bias_report_is_told(made: Terminal) -> None:
    made.json("prefill", made.project, "--policy", "prefill", "--model", "Model A", "--control", 0.4)
    rate(made.project)
    document = made.json("bias", made.project, "--bootstrap", 200, "--seed", 3)
    assert document["models"] == ["Model A"] and document["bootstrap"] == 200 and document["seed"] == 3
    overall = document["overall"]
    assert overall["adoption"]["value"] == 1 and overall["unaided"]["value"] < 0.2
    assert overall["pull"]["value"] == pytest.approx(1) and len(overall["pull"]["ci95"]) == 2
    assert document["ratings"]["none"] == 7  # the ROI without a prediction
    status, out, _ = made("bias", made.project, "--bootstrap", 200, "--model", "aaaa")
    assert status == 0 and "Overall weight of advice: 1.00 (1.00, 1.00)" in out
    (row,) = (line for line in out.splitlines() if "compression" in line and "%" in line)
    assert row.split()[2:] == ["100%", "(100-100%)", "0%", "(0-0%)", "1.00", "(1.00,", "1.00)"]
    assert "7 without; 11 images." in out


def test_a_project_without_suggestions_says_so(made: Terminal) -> None:
    status, out, _ = made("bias", made.project)
    assert status == 0 and "The weight of advice cannot be told: 0 images have a ROI with a shown" in out
    assert made.json("bias", made.project)["overall"]["pull"]["value"] is None


def test_labels_and_exports_say_which_votes_they_are_made_of(made: Terminal) -> None:
    made.json("prefill", made.project, "--policy", "prefill", "--model", "Model A", "--control", 0.4)
    rate(made.project)
    command = ("aggregate", made.project, "--min-raters", 1, "--policy")
    alone = made.json(*command, "paper-unassisted")
    assert alone["policy"]["votes"] == "unassisted"
    assert {roi["quality"]["mean"] for roi in alone["rois"] if roi["n"]} == {1}
    assert made.json(*command, "paper")["policy"]["votes"] == "all"
    done = made.json("export", made.project, "out")
    assert done["test_votes"] == "unassisted" and done["policy"]["votes"] == "all"
    assert made.json("export", made.project, "all", "--test-votes", "all")["test_votes"] == "all"
    assert made("export", made.project, "none", "--test-votes", "some")[0] == 2
    _, _, err = made("export", made.project, "third")
    assert "were given with a prediction in view; test labels are made of unassisted votes" in err
