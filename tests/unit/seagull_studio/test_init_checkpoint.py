"""The command `init-checkpoint`: random weights in the published layout, said to be untrained everywhere."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from model.registry import check, look_at
from model.seagull import presets
from model.seagull.checkpoint import LoadReport, load
from model.seagull.conversation import GLOBAL, LOCAL
from seagull_studio.operations import untrained_checkpoint
from tests.unit.seagull_studio.test_cli_commands import Terminal, run

__all__ = ["run"]


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_a_tiny_checkpoint_is_whole_loads_and_says_that_it_is_untrained(run: Terminal) -> None:
    document = run.json("init-checkpoint", "weights/tiny", "--preset", "tiny")
    folder = Path(document["folder"])
    assert document == {**document, "preset": "tiny", "seed": 0, "untrained": True}
    looked = check(look_at(folder))
    assert looked.ok and "untrained" in looked.sentence and looked.card is not None
    assert looked.card["untrained"] is True and looked.card["weights"] == document["weights"]
    assert run.json("models", "weights")["found"][0]["untrained"] is True
    assert "UNTRAINED" in run("models", "weights")[1]
    assert "UNTRAINED" in (folder / "README.md").read_text()
    loaded = load(folder, device="cpu")
    assert loaded.report == LoadReport()
    assert sum(value.numel() for value in loaded.network.parameters()) == document["weights"]
    words = json.loads((folder / "tokenizer.json").read_text())["added_tokens"]
    assert {GLOBAL, LOCAL} <= {word["content"] for word in words}
    status, out, err = run("init-checkpoint", "weights/other", "--seed", 1)
    assert status == 0 and "UNTRAINED" in out and err == ""


def test_the_same_seed_gives_the_same_files_and_another_other_weights(tmp_path: Path) -> None:
    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        untrained_checkpoint.make(tmp_path / name, "tiny", seed)
    assert torch.equal(before, torch.random.get_rng_state())
    a, b, c = (hashes(tmp_path / name) for name in "abc")
    assert a == b and a["model.safetensors"] != c["model.safetensors"]
    assert a["tokenizer.json"] == c["tokenizer.json"]


def test_a_folder_in_use_is_refused_and_nothing_is_left_of_a_failure(
    run: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    (run.folder / "mine").mkdir()
    (run.folder / "mine" / "notes.txt").write_text("mine")
    assert "is not empty" in run.refused("init-checkpoint", "mine", "--preset", "tiny")
    assert run("init-checkpoint", "new", "--preset", "huge")[0] == 2
    (run.folder / "file").write_text("")
    assert "file" in run.refused("init-checkpoint", "file/below")
    monkeypatch.setattr(presets, "write", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
    assert "full" in run.refused("init-checkpoint", "new")
    assert not (run.folder / "new").exists() and not list(run.folder.glob(".new*"))


def test_small_is_larger_and_answers_vary_with_what_is_seen() -> None:
    sizes = {name: sum(p.numel() for p in presets.network(name).parameters()) for name in ("tiny", "small")}
    assert sizes["tiny"] < 500_000 < sizes["small"] < 20_000_000
    network = presets.network("small")
    side = network.config.picture_side
    pictures = torch.from_numpy(np.random.default_rng(0).normal(size=(2, 3, side, side))).float()
    with torch.no_grad():
        first, second = (found.image_tokens for found in network.encode_pictures(pictures))
    assert (first - second).abs().mean() > 0.1 * first.abs().mean()
