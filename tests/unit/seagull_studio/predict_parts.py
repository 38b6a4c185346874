"""A small SEAGULL checkpoint on disk, and a plugin as if it were installed."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from annotation_db.database.store import Store
from annotation_db.pictures import images, rois
from annotation_db.rating import annotators, ratings
from annotation_db.records import NewRating
from annotation_db.vocabulary.scales import Votes
from model.predictors.factory import load_predictor
from model.seagull.checkpoint import Checkpoint, LoadReport, save
from seagull_studio.jobs import predict
from tests.copies import copied
from tests.unit.model import seagull_tiny as tiny

IMAGES, EACH = 10, 3


def make_rated(folder: Path) -> Path:
    """A project that a baseline can be fitted to; the folder it is in.

    Ten pictures, noisier from one to the next, with three ROIs each, rated by seven who see the noise.
    """
    copied(_make_rated, folder)
    return folder / "project"


def _make_rated(folder: Path) -> None:
    pictures = folder / "pictures"
    pictures.mkdir()
    rng = np.random.default_rng(0)
    smooth = np.tile(np.linspace(60, 190, 128)[None, :, None], (96, 1, 3))
    for n in range(IMAGES):
        noisy = np.clip(smooth + rng.normal(0, 1 + 5 * n, smooth.shape), 0, 255).astype(np.uint8)
        Image.fromarray(noisy).save(pictures / f"p{n}.png")
    with Store.create(folder / "project", "rated", seed=1) as store, store.write("test") as s:
        images.add(s, images.scan_folder(pictures), who="test")
        people = [annotators.add(s, f"a{k}", who="test").id for k in range(7)]
        rows = []
        for image in images.list_all(s):
            level = 5 - int(image.path[1]) // 2
            for at in range(EACH):
                mask = np.zeros((96, 128), np.bool_)
                mask[20:70, 5 + 42 * at : 40 + 42 * at] = True
                roi = rois.add(s, image_id=image.id, mask=mask, who="test")
                votes = Votes(5, 5, 5, 5, 5, level, min(level, 4), 2)
                rows += [NewRating(roi.id, person, votes, origin="test") for person in people]
        ratings.submit_many(s, rows)


def add_baseline(project: Path, baseline: Path) -> Path:
    """Make a fitted baseline a model of a project, as the job does that fits one; its folder there."""
    folder = project / "models" / baseline.name
    shutil.copytree(baseline, folder)
    with Store.open(project) as store:
        predict.register(store, predict.info(load_predictor(str(folder))))
    return folder


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
