"""A real export of a small real project, and a base to finetune."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from annotation_db.database.store import Store
from annotation_db.exports.run import export
from annotation_db.imports.run import import_ratings, import_rois
from annotation_db.pictures import groups, images
from annotation_db.pictures.picture_files import open_rgb
from model.training.config import TrainingConfig, resolve
from model.training.run import FinetuneReport, finetune
from tests.unit.annotation_db import io_project
from tests.unit.model import seagull_tiny as tiny

SMALL = {
    "rank": 4, "alpha": 8, "epochs": 2, "batch_answers": 40, "lora_rate": 1e-3, "extractor_rate": 1e-3,
    "tokens_per_pass": 600, "device": "cpu",
}  # fmt: skip


def make_export(folder: Path, pictures: int = 10, raters: int = 7) -> Path:
    """Ten pictures in pairs of a group, two ROIs on each, seven votes on each ROI."""
    names = [f"p{n}.png" for n in range(pictures)]
    photos = io_project.pictures(folder / "photos", names)
    rois = [io_project.box(name, f"r{k}", 5 + 30 * (k - 1)) for name in names for k in (1, 2)]
    drawn = np.random.default_rng(3)
    rows = []
    for roi in rois:
        centre = drawn.integers(0, 5, 8)
        for k in range(raters):
            votes = np.clip(centre + drawn.integers(-1, 2, 8), 0, [5] * 6 + [4] * 2)
            rows.append([roi["img"], roi["id"], f"rater {k}", *votes])
    with io_project.project(folder, photos=photos) as store:
        import_rois(store, io_project.write_json(folder / "rois.json", rois), who="lead")
        import_ratings(store, io_project.write_csv(folder / "ratings.csv", rows), who="lead")
        with store.write("lead") as s:
            found = images.list_all(s)
            groups.assign(s, {one.id: f"scene {int(one.path[1:-4]) // 2}" for one in found}, "lead")
        _export(store, folder / "export")
    return folder / "export"


def _export(store: Store, target: Path) -> None:
    export(store, target, copy_images=True, who="lead")


def make_base(folder: Path) -> Path:
    """A checkpoint of the published layout with random weights."""
    return tiny.publish(folder, tiny.published_weights(tiny.network()))


def config(**changes: Any) -> TrainingConfig:
    """Small enough for a test."""
    return resolve("tuned", {**SMALL, **changes})


def train(export_folder: Path, base: Path, out: Path, **more: Any) -> FinetuneReport:
    """A run with `config`."""
    changes = more.pop("changes", {})
    return finetune(export_folder, base, out, config(**changes), open_picture=open_rgb, **more)


def change(folder: Path, name: str, edit: Any, *, honestly: bool) -> None:
    """Change a JSON file of an export; honestly: its hash in the manifest, too."""
    content = json.loads((folder / name).read_text(encoding="utf-8"))
    edit(content)
    data = json.dumps(content).encode()
    if honestly:
        put(folder, name, data)
    else:
        (folder / name).write_bytes(data)


def put(folder: Path, name: str, data: bytes) -> None:
    """Write a file of an export, with its hash in the manifest."""
    (folder / name).write_bytes(data)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"][name]["sha256"] = hashlib.sha256(data).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
