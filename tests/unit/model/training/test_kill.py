"""Killed with kill -9 at any moment and gone on with: the same weights bit for bit as not stopped."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from model.training.errors import TrainingError
from model.training.run_folder import alone
from tests.unit.model.training import exported


def _start(export_folder: Path, base: Path, out: Path) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "tests.unit.model.training.trainer",
        *map(str, (export_folder, base, out)),
    ]
    with (out.parent / "said.txt").open("ab") as said:
        return subprocess.Popen(command, stdout=said, stderr=said)


def _kill_after(process: subprocess.Popen[bytes], out: Path, steps: int, later: float) -> None:
    """kill -9 once so many steps were told by this process, and a moment after."""
    events = out / "events.jsonl"
    before = events.read_text().count('"event": "step"') if events.exists() else 0
    ends = time.monotonic() + 500
    while time.monotonic() < ends:
        assert process.poll() is None, (out.parent / "said.txt").read_text()
        if events.exists() and events.read_text().count('"event": "step"') >= before + steps:
            break
        time.sleep(0.005)
    time.sleep(later)
    process.kill()
    process.wait()


@pytest.mark.timeout(1200)  # each process imports torch and transformers anew
def test_killed_and_resumed_is_not_stopped(export_folder, base, tmp_path) -> None:
    whole, out = tmp_path / "whole", tmp_path / "killed"
    exported.train(export_folder, base, whole)
    drawn = random.Random(time.time_ns())
    moments = [(1, drawn.random() * 0.3), (2, drawn.random() * 0.3)]
    print("killed at", moments)
    for steps, later in moments:
        _kill_after(_start(export_folder, base, out), out, steps, later)
        assert not (out / "adapter").exists()
    exported.train(export_folder, base, out, resume=True)
    a, b = (load_file(one / "adapter" / "adapter_model.safetensors") for one in (whole, out))
    assert all(torch.equal(a[name], b[name]) for name in a)
    assert (whole / "predictions_test.jsonl").read_bytes() == (out / "predictions_test.jsonl").read_bytes()
    assert not [path for path in (out / "checkpoints").iterdir() if path.name.startswith(".")]


def test_two_trainings_on_one_folder(export_folder, base, tmp_path) -> None:
    held = alone(tmp_path / "out")
    with pytest.raises(TrainingError, match="Another training is at work"):
        exported.train(export_folder, base, tmp_path / "out")
    held.release()
