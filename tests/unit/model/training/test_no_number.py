"""Weights that came to be no number after the last step of an epoch: held-out ROIs show it."""

import json

import pytest
import torch
from safetensors.torch import load_file, save_file

from model.training.errors import LossIsNoNumber, TrainingStopped
from tests.unit.model.training import exported


def test_a_validation_that_is_no_number_ends_the_run(export_folder, base, tmp_path) -> None:
    out, told = tmp_path / "out", [""]
    with pytest.raises(TrainingStopped):  # with all steps of the epoch done
        exported.train(
            export_folder,
            base,
            out,
            changes={"epochs": 1, "batch_answers": 1000},
            progress=lambda _done, _total, what: told.append(what),
            cancelled=lambda: told[-1].startswith("validating"),
        )
    path = out / "checkpoints" / "step-1" / "adapter_model.safetensors"
    weights = load_file(path)
    damaged = next(name for name in weights if "lora_B" in name)
    save_file({**weights, damaged: torch.full_like(weights[damaged], torch.inf)}, path, {"format": "pt"})
    with pytest.raises(LossIsNoNumber, match=r"held-out ROIs is no number after step 1, .*step-1 is kept\)"):
        exported.train(export_folder, base, out, resume=True, changes={"epochs": 1, "batch_answers": 1000})
    events = [json.loads(line)["event"] for line in (out / "events.jsonl").read_text().splitlines()]
    assert "epoch" not in events
