"""Several processes share a run: the same weights as one has, one set of files, and going on bit for bit."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from model.training.ranks import Ranks
from tests.unit.model.training import exported

# The paper's rates: AdamW turns rounding in gradients near its epsilon into shares of the rate.
SHORT = {"epochs": 1, "batch_answers": 60, "lora_rate": 1e-5, "extractor_rate": 1e-5}


def share(export_folder: Path, base: Path, out: Path, changes: dict[str, Any], stop_after: int = 0) -> str:
    """A run by two processes, joined by gloo; what they said."""
    launched = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    given = [str(export_folder), str(base), str(out), json.dumps(changes), str(stop_after)]
    done = subprocess.run(
        [*launched, "-m", "tests.unit.model.training.trainer", *given],
        capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    assert (done.returncode == 0) == (stop_after == 0), done.stderr
    return done.stderr


def weights(out: Path) -> dict[str, torch.Tensor]:
    return load_file(out / "adapter" / "adapter_model.safetensors")


def steps_of(out: Path) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in (out / "events.jsonl").read_text().splitlines()]
    return [line for line in lines if line["event"] == "step"]


@pytest.mark.timeout(1200)
def test_two_processes_train_as_one_does(export_folder, base, tmp_path) -> None:
    changes = {**SHORT, "dropout": 0.0}
    share(export_folder, base, tmp_path / "two", changes)
    exported.train(export_folder, base, tmp_path / "one", changes=changes)
    one, two = weights(tmp_path / "one"), weights(tmp_path / "two")
    # As a share of a weight beyond 1: there float32 itself has steps of up to 5e-7.
    apart = max(float(((one[name] - two[name]).abs() / one[name].abs().clamp(min=1)).max()) for name in one)
    print(f"weights differ by at most {apart:.2g}")
    assert apart < 1e-6
    results = [json.loads((tmp_path / name / "result.json").read_text()) for name in ("one", "two")]
    for key in ("steps", "answers", "best_epoch"):
        assert results[0][key] == results[1][key]
    assert results[1]["loss"] == pytest.approx(results[0]["loss"], rel=1e-5)
    alone, steps = (steps_of(tmp_path / name) for name in ("one", "two"))
    for key in ("loss", "grad_norm"):
        assert [line[key] for line in steps] == pytest.approx([line[key] for line in alone], rel=1e-5)
    assert [line["step"] for line in steps] == [*range(1, results[1]["steps"] + 1)]
    assert sum(line["answers"] for line in steps) == results[1]["answers"]
    assert json.loads((tmp_path / "two" / "run.json").read_text())["processes"] == 2
    names = {path.name for path in (tmp_path / "two" / "checkpoints" / "epoch-1").iterdir()}
    assert {"rng.pt", "rng-1.pt"} <= names


@pytest.mark.timeout(1200)
def test_two_processes_that_were_stopped_go_on_as_if_not(export_folder, base, tmp_path) -> None:
    share(export_folder, base, tmp_path / "whole", SHORT)
    said = share(export_folder, base, tmp_path / "stopped", SHORT, stop_after=2)
    assert "TrainingStopped" in said
    share(export_folder, base, tmp_path / "stopped", SHORT)
    one, other = weights(tmp_path / "whole"), weights(tmp_path / "stopped")
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_answers_are_shared_out_without_rest() -> None:
    batch: Any = [(4, ["a", "b", "c"]), (7, ["d", "e"])]
    assert Ranks().share(batch) is batch
    parts = [Ranks(number, 2).share(batch) for number in (0, 1)]
    assert parts == [[(4, ["a", "b"])], [(4, ["c"]), (7, ["d", "e"])]]
    shares = [Ranks(number, 7).share(batch) for number in range(7)]
    assert [sample for part in shares for _, samples in part for sample in samples] == list("abcde")
