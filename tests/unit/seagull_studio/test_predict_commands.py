"""The commands about models: from a project's ratings to a baseline to predictions; models; download."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotation_db.database.store import Store
from annotation_db.errors import Cancelled, Refused
from annotation_db.labels import labels
from annotation_db.pictures import images, rois
from annotation_db.predictions import predictions
from model.sources import SOURCES, Source, SourceFile
from seagull_studio.jobs import fit_baseline
from tests.unit.model.range_server import serving
from tests.unit.seagull_studio.predict_parts import make_rated, save_checkpoint
from tests.unit.seagull_studio.test_cli_commands import Terminal


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.chdir(tmp_path)
    return Terminal(capsys, tmp_path)


@pytest.fixture
def rated(tmp_path: Path) -> Iterator[Store]:
    with Store.open(make_rated(tmp_path)) as store:
        yield store


def test_from_ratings_to_a_baseline_to_predictions(run: Terminal, rated: Store) -> None:
    document = run.json("fit-baseline", run.project)
    assert (document["rois"], document["images"]) == (30, 10) and document["failed"] == []
    assert document["model"].startswith("baseline ")
    card = document["card"]
    assert card["policy"] == "paper-unassisted" and card["cross_validation"]["scales"]["noise"]["srocc"] > 0.8
    made = run.json("predict", run.project, "--model", document["folder"], "--device", "cpu")
    assert (made["predicted"], made["pictures"], made["stopped"]) == (30, 10, False)
    assert made["predictor"] == document["predictor"]
    status, out, err = run("predict", run.project, "--model", document["folder"])
    assert (status, err) == (0, "") and "predicted 0 ROIs on 0 pictures." in out
    with rated.read() as s:
        rows = predictions.of_predictor(s, document["predictor"])
        by_image = {roi.id: images.get(s, roi.image_id).path for roi in rois.list_all(s)}
    noisiest = [row.votes[5] for row in rows if by_image[row.roi_id] == "p9.png"]
    cleanest = [row.votes[5] for row in rows if by_image[row.roi_id] == "p0.png"]
    assert max(noisiest) <= 2 and min(cleanest) >= 4
    again = run("fit-baseline", run.project)
    assert again[0] == 0 and "of the scales it tells: " in again[1]
    with rated.read() as s:
        assert len(predictions.predictors(s)) == 1
    assert [e["kind"] for e in run.json("models", "--project", run.project, "--check")["found"]] == [
        "baseline"
    ]


def test_a_picture_that_is_gone_is_left_out_of_the_fit_or_stops_it(rated: Store) -> None:
    (rated.folder.parent / "pictures" / "p3.png").unlink()
    with pytest.raises(Refused, match="there are 27 on 9"):
        fit_baseline.fit(rated)
    with pytest.raises(Cancelled, match="nothing was changed"):
        fit_baseline.fit(rated, cancelled=lambda: True)
    with pytest.raises(Refused, match="there are 0 on 0; collect more ratings"):
        fit_baseline.run_job(rated, {"policy": "paper", "min_raters": 8})
    with rated.read() as s:
        assert predictions.predictors(s) == [] and labels.runs(s) == []


def test_predict_refuses_in_one_sentence(run: Terminal, rated: Store) -> None:
    assert "There is no model nothing" in run.refused("predict", run.project, "--model", "nothing")
    assert run("predict", run.project, "--model", "x", "--processes", "2", "--limit", "1")[0] == 2


def test_models_lists_and_checks(run: Terminal) -> None:
    folder = save_checkpoint(run.folder / "weights" / "tiny")
    document = run.json("models", "--check")
    (found,) = document["found"]
    assert found["path"] == str(folder) and found["ok"] and found["card"] == {"untrained": True}
    assert {"seagull", "baseline", "metric"} <= set(document["predictors"])
    assert [s["name"] for s in document["sources"]] == list(SOURCES)
    (folder / "tokenizer.json").unlink()
    status, out, err = run("models", "--check")
    assert status == 1 and "has no tokenizer" in out and "1 of 1 models can not be used" in err
    status, out, _ = run("models", run.folder)
    assert status == 0 and "9.98 GB + 4.15 GB + 1.41 GB" in out


def test_download_asks_and_fetches(run: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"weights" * 5000
    with serving(content) as server:
        file = SourceFile("w.bin", server.url, len(content), hashlib.sha256(content).hexdigest(), "35 kB")
        monkeypatch.setitem(SOURCES, "tiny", Source("tiny", "Tiny", "sam", "a page", "MIT", (file,)))
        assert "add --yes" in run.json("download", "tiny", status=1)["error"] and server.asked == []
        assert "no weights called small" in run.json("download", "small", status=1)["error"]
        document = run.json("download", "tiny", "--folder", "here", "--yes")
        assert Path(document["path"]).read_bytes() == content
        server.statuses = [404]
        assert "404" in run("download", "tiny", "--folder", "there", "--yes")[2]
