"""The command `agreement`: the agreed document, its tables, and its sentences."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from annotation_db.vocabulary.scales import DISTORTIONS, SCALE_NAMES
from tests.unit.annotation_db.io_project import box, pictures, write_csv, write_json
from tests.unit.seagull_studio.test_cli_commands import Terminal

NAMES = tuple(f"p{n:02d}.png" for n in range(12))


@pytest.fixture
def made(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A project of twelve pictures with one ROI each, rated by eight annotators."""
    monkeypatch.chdir(tmp_path)
    run = Terminal(capsys, tmp_path)
    pictures(tmp_path / "photos", NAMES)
    run.json("new", run.project, "--images", "photos", "--min-area", 16)
    entries = write_json(tmp_path / "rois.json", [box(name, "r1") for name in NAMES])
    run.json("import", run.project, entries, "--kind", "rois")
    return run


def rate(run: Terminal) -> None:
    rng = np.random.default_rng(2)
    truth = rng.uniform(0, 4, (len(NAMES), 8))
    rows = []
    for k in range(8):
        votes = np.clip(np.rint(truth + rng.normal(0, 0.7, truth.shape)), 0, 4).astype(int)
        votes[:, 2] = 5  # nobody sees compression
        rows += [[name, "r1", f"rater {k}", *row] for name, row in zip(NAMES, votes.tolist(), strict=True)]
    run.json("import", run.project, write_csv(run.folder / "ratings.csv", rows), "--kind", "ratings")


def reasons_stand_beside(value: Any) -> bool:
    """Each figure that does not exist has its reason."""
    if isinstance(value, list):
        return all(map(reasons_stand_beside, value))
    if not isinstance(value, dict):
        return True
    missing = {key for key, found in value.items() if found is None} - {"undefined", "note"}
    told = set(value.get("undefined") or ())
    return missing <= told and all(
        reasons_stand_beside(each) for each in value.values() if "alpha" not in value
    )


def test_the_agreed_document(made: Terminal) -> None:
    rate(made)
    document = made.json("agreement", made.project, "--bootstrap", 200)
    assert document["counting"] == {"ratings": 96, "annotators": 8, "rois": 12, "images": 12}
    assert document["bootstrap"] == {"resamples": 200, "seed": 0, "unit": "image", "method": "percentile"}
    assert list(document["scales"]) == list(SCALE_NAMES)
    for name, told in document["scales"].items():
        assert set(told) == ({"ordinal", "presence"} if name in DISTORTIONS else {"ordinal"})
        keys = {"alpha", "metric", "ci95", "rois", "ratings", "percent_agreement", "undefined"}
        assert all(keys <= set(one) and reasons_stand_beside(one) for one in told.values())
    quality = document["scales"]["quality"]["ordinal"]
    assert quality["metric"] == "ordinal (Krippendorff 2011)" and quality["undefined"] is None
    assert quality["ci95"][0] < quality["alpha"] < quality["ci95"][1]
    compression = document["scales"]["compression"]["ordinal"]
    assert compression["alpha"] is None and compression["percent_agreement"] == 1
    assert "no variation" in compression["undefined"]["alpha"]
    assert document["bias_model"]["quality"]["prior_votes"] == 10
    assert document["bias_model"]["quality"]["connected"] is True
    for one in document["annotators"]:
        assert list(one["scales"]) == list(SCALE_NAMES) and reasons_stand_beside(one)
        for told in one["scales"].values():
            assert {"bias", "inconsistency", "bt500", "spearman_others", "alpha_without"} <= set(told)
            assert told["bt500"]["n"] == 12
        assert one["repeats"] is None and one["undefined"]["repeats"]
    assert [one["annotator"] for one in document["annotators"]] == [f"rater {k}" for k in range(8)]
    panel = document["panel"]["quality"]
    assert set(panel["panel_halves"]) == {"level_agreement", "srocc", "plcc", "ci95"}
    assert panel["panel_halves"]["plcc"] < panel["panel_full"]["plcc"] < panel["attainable"]["plcc"]
    assert (panel["draws"], panel["seed"]) == (100, 0)
    again = made.json("agreement", made.project, "--bootstrap", 200)
    assert again == document
    assert made.json("agreement", made.project, "--bootstrap", 200, "--seed", 1) != document


def test_the_published_algorithm(made: Terminal) -> None:
    rate(made)
    found = made.json("agreement", made.project, "--bootstrap", 10, "--prior-votes", 0)
    shrunk = made.json("agreement", made.project, "--bootstrap", 10)
    assert found["bias_model"]["quality"]["prior_votes"] == 0
    spread = [
        np.std([one["scales"]["quality"]["inconsistency"] for one in document["annotators"]])
        for document in (found, shrunk)
    ]
    assert spread[0] > spread[1]


def test_an_excluded_annotator_does_not_count(made: Terminal) -> None:
    rate(made)
    before = made.json("agreement", made.project, "--bootstrap", 10)
    made.json("exclude", made.project, "--annotator", "rater 3", "--reason", "careless")
    after = made.json("agreement", made.project, "--bootstrap", 10)
    assert after["counting"]["annotators"] == 7
    without = before["annotators"][3]["scales"]["quality"]["alpha_without"]
    assert after["scales"]["quality"]["ordinal"]["alpha"] == pytest.approx(without)


def test_nothing_to_measure(made: Terminal) -> None:
    document = made.json("agreement", made.project)
    assert document["counting"]["ratings"] == 0 and document["annotators"] == []
    assert reasons_stand_beside(document["scales"]["quality"]["ordinal"])
    status, out, _ = made("agreement", made.project)
    assert status == 0 and "undefined" in out and "0 counting ratings by 0 annotators" in out


def test_tables(made: Terminal) -> None:
    rate(made)
    document = made.json("agreement", made.project, "--bootstrap", 50, "--csv", "tables")
    folder = made.folder / "tables"

    def rows(name: str) -> list[dict[str, str]]:
        with (folder / name).open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    scales = rows("scales.csv")
    assert (
        len(scales) == 14 and float(scales[6]["alpha"]) == document["scales"]["quality"]["ordinal"]["alpha"]
    )
    assert len(rows("annotators.csv")) == 8 * 8 and len(rows("scores.csv")) == 12 * 8
    assert len(rows("panel.csv")) == len(rows("bias_model.csv")) == 8
    assert rows("drift.csv") == []  # imported at one moment
    assert "not empty" in made.refused("agreement", made.project, "--csv", "tables")
    made.json("agreement", made.project, "--bootstrap", 10, "--csv", "tables", "--overwrite")


def test_what_people_read(made: Terminal) -> None:
    rate(made)
    status, out, _ = made("agreement", made.project, "--bootstrap", 50)
    assert status == 0 and "BT.500 sees little" in out and "Krippendorff 2011, ordinal" in out
    assert "96 counting ratings by 8 annotators of 12 ROIs on 12 images" in out
    assert made("agreement", made.project, "--votes", "some")[0] == 2
    assert made("agreement", made.project, "--overwrite")[0] == 2
