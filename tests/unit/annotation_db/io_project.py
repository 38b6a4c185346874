"""Small real projects for the tests of imports, exports and integrity."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from annotation_db.database.store import Store
from annotation_db.imports.run import import_ratings, import_rois
from annotation_db.pictures import images
from annotation_db.vocabulary.scales import SCALE_NAMES
from tests.copies import copied

HEADER = ["image", "roi", "annotator", *SCALE_NAMES]
SIZE = (60, 80)
"""(height, width) of every picture."""
NAMES = ("a.png", "b.png", "sub/c.png", "sub/d.png", "e.png")


def pictures(folder: Path, names: Iterable[str] = NAMES) -> Path:
    """Small pictures, each of its own noise."""
    for seed, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        noise = np.random.default_rng([seed, len(name)]).integers(0, 255, (*SIZE, 3), dtype=np.uint8)
        Image.fromarray(noise).save(path)
    return folder


def project(tmp: Path, name: str = "project", photos: Path | None = None, **facts: Any) -> Store:
    """A project with five pictures and no ROIs."""
    if photos is None:
        copied(_make, tmp, name, *facts.items())
    else:
        _make(tmp, name, *facts.items(), photos=photos)
    return Store.open(tmp / name)


def _make(tmp: Path, name: str, *facts: tuple[str, Any], photos: Path | None = None) -> None:
    folder = photos if photos is not None else pictures(tmp / "photos")
    how = {"min_roi_area": 16, "seed": 1, **dict(facts)}
    with Store.create(tmp / name, "Trial", **how) as store, store.write("lead") as s:
        images.add(s, images.scan_folder(folder), source="lab", who="lead")


def box(image: str, roi: str, x: int = 5, **more: Any) -> dict[str, Any]:
    """A ROI entry of 20 x 30 pixels."""
    return {"img": image, "id": roi, "points": [x, 5, 20, 30], **more}


def write_json(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def write_csv(path: Path, rows: Iterable[Iterable[Any]], header: Iterable[str] = HEADER) -> Path:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def rated(tmp: Path, name: str = "project", raters: int = 7) -> Store:
    """A project with two ROIs on every picture, rated by `raters` annotators (r2 of a.png by three)."""
    copied(_make_rated, tmp, name, raters)
    return Store.open(tmp / name)


def _make_rated(tmp: Path, name: str, raters: int) -> None:
    _make(tmp, name)
    rois = [box(image, f"r{k}", 5 + 30 * (k - 1)) for image in NAMES for k in (1, 2)]
    drawn = np.random.default_rng(3)
    rows = []
    for roi in rois:
        few = roi["img"] == "a.png" and roi["id"] == "r2"
        for k in range(3 if few else raters):
            votes = [*drawn.integers(0, 6, 6), *drawn.integers(0, 5, 2)]
            rows.append([roi["img"], roi["id"], f"rater {k}", *votes])
    with Store.open(tmp / name) as store:
        import_rois(store, write_json(tmp / "rois.json", rois), who="lead")
        report = import_ratings(store, write_csv(tmp / "ratings.csv", rows), who="lead")
    assert report.applied, report.complaints
