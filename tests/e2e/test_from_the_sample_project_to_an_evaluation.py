"""The sample project is exported, an untrained network predicts it, and is evaluated: all by commands."""

from __future__ import annotations

import json
from pathlib import Path

from tests.unit.seagull_studio.sample_copy import sample
from tests.unit.seagull_studio.test_cli_commands import Terminal, run

__all__ = ["run"]


def test_from_the_sample_project_to_an_evaluation(run: Terminal) -> None:
    project = sample(run.folder)
    run.json("export", project, "export", "--copy-images")
    run.json("init-checkpoint", "tiny", "--preset", "tiny")
    run.json("predict", project, "--model", "tiny?mode=given", "--device", "cpu", "--out", "said.jsonl")
    basic = ("evaluate", "--predictions", "said.jsonl", "--labels", "export/rois.json", "--bootstrap", 100)
    status, out, err = run(*basic, "--against", "said.jsonl", "--report", "report.html", "--json")
    assert status == 0 and "UNTRAINED" in err and "SIMULATED" in err
    told = json.loads(out)
    rois = json.loads(Path("export/rois.json").read_text())
    labelled = sum(roi["label"] is not None for roi in rois)
    assert (told["rois"], told["left_out"], told["unreadable"]) == (labelled, len(rois) - labelled, 0)
    # Nobody trained it: whatever its figures are, a perfect model could reach far more.
    for name in ("quality", "importance"):
        assert -1 <= told[name]["srocc"] < told["panel"]["scales"][name]["attainable"]["plcc"]
        low, high = told[name]["ci95"]["srocc"]
        assert low <= told[name]["srocc"] <= high
    assert all(one["difference"] == 0 for one in told["against"]["types"].values())
    page = Path("report.html").read_text()
    assert "UNTRAINED" in page and "SIMULATED" in page and page.count("data:image/jpeg") == 20
