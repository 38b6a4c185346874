"""A small SEAGULL checkpoint on disk, and a plugin as if it were installed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from model.seagull.checkpoint import Checkpoint, LoadReport, save
from tests.unit.model import seagull_tiny as tiny


def save_checkpoint(folder: Path, **card: Any) -> Path:
    """Write a tiny untrained SEAGULL checkpoint."""
    save(Checkpoint(tiny.network(), tiny.tokenizer(), LoadReport()), folder)
    (folder / "card.json").write_text(json.dumps({"untrained": True, **card}))
    return folder


def write_plugin(folder: Path) -> Path:
    """A folder as an installed package has it, with `scripted_plugin` as entry point; put it on the path."""
    facts = folder / "scripted_plugin-1.0.dist-info"
    facts.mkdir(parents=True)
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: scripted-plugin\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text(
        "[seagull_studio.predictors]\nscripted = tests.unit.seagull_studio.scripted_plugin:scripted\n"
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
