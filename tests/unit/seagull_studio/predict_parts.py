"""A small SEAGULL checkpoint on disk, and predictors for what real ones only do on a bad day."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from model.predictors.protocol import DistortionSaid, Mask, NotAssessable, OutOfMemory, Rgb, RoiPrediction
from model.seagull.checkpoint import Checkpoint, LoadReport, save
from tests.unit.model import seagull_tiny as tiny


def save_checkpoint(folder: Path, **card: Any) -> Path:
    """Write a tiny untrained SEAGULL checkpoint."""
    save(Checkpoint(tiny.network(), tiny.tokenizer(), LoadReport()), folder)
    (folder / "card.json").write_text(json.dumps({"untrained": True, **card}))
    return folder


class Scripted:
    """A predictor of somebody else's, with trouble where it is told to have some."""

    kind = "plugin"
    untrained = True

    def __init__(self, rest: str) -> None:
        self.trouble, _, self.signature = rest.partition("/")
        self.signature = self.signature or "scripted-1"
        self.name = "scripted"
        self.card = {"trouble": self.trouble}
        self.calls: list[int] = []

    def predict(self, rgb: Rgb, masks: Sequence[Mask]) -> list[RoiPrediction]:
        self.calls.append(len(masks))
        second = [bool(mask[:, 70:].any()) for mask in masks]
        if self.trouble == "second" and any(second):
            raise NotAssessable("This one can not be assessed.")
        if self.trouble == "memory" and len(self.calls) > 1:
            raise OutOfMemory("The device has too little memory; use another device.")
        if self.trouble == "kill" and len(self.calls) > 1:
            os.kill(os.getpid(), signal.SIGKILL)
        said = RoiPrediction(
            quality=(0.1, 0.1, 0.1, 0.6, 0.1),
            distortions={"blur": DistortionSaid(0.8, (0.0, 0.0, 0.9, 0.1, 0.0))},
            raw_text="The quality is good.",
        )
        return [said] * len(masks)


def scripted(rest: str, device: str) -> Scripted:
    """The entry point ``scripted``."""
    del device
    return Scripted(rest)


def write_plugin(folder: Path) -> Path:
    """A folder as an installed package has it, with `scripted` as entry point; put it on the path."""
    facts = folder / "scripted_plugin-1.0.dist-info"
    facts.mkdir(parents=True)
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: scripted-plugin\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text(
        "[seagull_studio.predictors]\nscripted = tests.unit.seagull_studio.predict_parts:scripted\n"
    )
    return folder


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The plugin, installed for this process and those it starts."""
    folder = write_plugin(tmp_path / "site")
    monkeypatch.syspath_prepend(str(folder))
    here = Path(__file__).parents[3]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), str(here)]))
    return folder
