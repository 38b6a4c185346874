"""Projects to test on: in a folder, and on a real PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from numpy.typing import NDArray
from PIL import Image as Pillow

from annotation_db.database.store import Store
from annotation_db.pictures import images, rois
from annotation_db.rating import annotators
from annotation_db.records import AnnotatorRecord, ImageRecord, RoiRecord
from tests.server import Server, running_server

HEIGHT, WIDTH = 48, 64

# A busy machine is no failure; how fast things are is for tests/bench to say.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


def save_picture(path: Path, seed: int = 0, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Path:
    """A small picture with structure in it; other seeds, other bytes."""
    rng = np.random.default_rng(seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    Pillow.fromarray(rng.integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)).save(path)
    return path


def box_mask(x: int, y: int, width: int, height: int) -> NDArray[np.bool_]:
    mask = np.zeros((HEIGHT, WIDTH), dtype=np.bool_)
    mask[y : y + height, x : x + width] = True
    return mask


@dataclass(frozen=True)
class Filled:
    """A project with pictures, ROIs (the same number on each picture) and annotators."""

    store: Store
    images: list[ImageRecord]
    rois: list[RoiRecord]
    annotators: list[AnnotatorRecord]


def fill(
    store: Store, pictures: Path, *, images_n: int = 3, rois_n: int = 2, annotators_n: int = 4
) -> Filled:
    for number in range(images_n):
        save_picture(pictures / f"p{number}.png", number)
    scan = images.scan_folder(pictures)
    with store.write("lead") as s:
        images.add(s, scan, who="lead")
        pictures_added = images.list_all(s)
        added = [
            rois.add(s, image_id=image.id, mask=box_mask(2 * k, k, 40, 30), who="lead")
            for image in pictures_added
            for k in range(rois_n)
        ]
        people = [annotators.add(s, f"annotator {n}", who="lead") for n in range(annotators_n)]
    return Filled(store, pictures_added, added, people)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "project", "Test", raters_wanted=3, seed=7) as opened:
        yield opened


@pytest.fixture
def filled(store: Store, tmp_path: Path) -> Filled:
    return fill(store, tmp_path / "pictures")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    with running_server() as server:
        yield server


@pytest.fixture(params=["folder", "postgresql"])
def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """The same test on a project folder and on a project at a URL."""
    if request.param == "folder":
        location: str | Path = tmp_path / "project"
    else:
        location = request.getfixturevalue("postgres").new_database()
    with Store.create(location, "Test", raters_wanted=3, seed=7) as opened:
        yield opened


@pytest.fixture
def any_filled(any_store: Store, tmp_path: Path) -> Filled:
    return fill(any_store, tmp_path / "pictures")
