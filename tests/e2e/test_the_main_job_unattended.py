"""What ``make run`` does where there is no display, from click to export, as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image


@pytest.mark.timeout(1800)  # five processes that import torch, one of which trains
def test_it_runs_through_and_leaves_screenshots_and_outputs(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if "DISPLAY" not in name}
    done = subprocess.run(
        [sys.executable, "-m", "seagull_studio.unattended", "--auto", str(tmp_path / "out")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=1500,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All of it worked" in done.stdout
    assert "UNTRAINED" in done.stdout and "SIMULATED" in done.stdout
    (run,) = (tmp_path / "out" / "sample-project" / "training").glob("run-*")
    comparison = json.loads((run / "comparison.json").read_text(encoding="utf-8"))
    assert comparison["evaluation"]["against"] is not None and (run / "report.html").is_file()
    shots = sorted((tmp_path / "out" / "screenshots").glob("*.png"))
    assert len(shots) >= 8
    assert {"finetune-look", "finetune-curves", "finetune-report", "rate-suggested"} <= {
        shot.stem.partition("-")[2] for shot in shots
    }
    with Image.open(shots[-1]) as shot:
        assert shot.size == (1440, 920)
    manifest = json.loads((tmp_path / "out" / "export" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["files"]
