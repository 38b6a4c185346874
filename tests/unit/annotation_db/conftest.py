"""Projects to test on: in a folder, and on a real PostgreSQL server."""

from __future__ import annotations

import tempfile
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
from tests.copies import copied
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
    save_pictures(pictures, images_n)
    scan = images.scan_folder(pictures)
    with store.write("lead") as s:
        images.add(s, scan, who="lead")
        for image in images.list_all(s):
            for k in range(rois_n):
                rois.add(s, image_id=image.id, mask=box_mask(2 * k, k, 40, 30), who="lead")
        for n in range(annotators_n):
            annotators.add(s, f"annotator {n}", who="lead")
    return what_fills(store)


def what_fills(store: Store) -> Filled:
    with store.read() as s:
        return Filled(store, images.list_all(s), rois.list_all(s), annotators.list_all(s))


def make_project(folder: Path) -> None:
    """A project without anything in it."""
    Store.create(folder / "project", "Test", raters_wanted=3, seed=7).close()


def make_filled(folder: Path) -> None:
    make_project(folder)
    with Store.open(folder / "project") as opened:
        fill(opened, folder / "pictures")


def make_on_server(url: str) -> None:
    Store.create(url, "Test", raters_wanted=3, seed=7).close()


def make_filled_on_server(url: str) -> None:
    make_on_server(url)
    with Store.open(url) as opened, tempfile.TemporaryDirectory() as folder:
        fill(opened, Path(folder) / "pictures")  # as `make_pictures` makes them elsewhere


def make_pictures(folder: Path) -> None:
    save_pictures(folder / "pictures", 3)


def save_pictures(folder: Path, how_many: int) -> None:
    for number in range(how_many):
        save_picture(folder / f"p{number}.png", number)


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    copied(make_filled if "filled" in request.fixturenames else make_project, tmp_path)
    with Store.open(tmp_path / "project") as opened:
        yield opened


@pytest.fixture
def filled(store: Store) -> Filled:
    return what_fills(store)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    with running_server() as server:
        yield server


@pytest.fixture(params=["folder", "postgresql"])
def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """The same test on a project folder and on a project at a URL."""
    is_filled = "any_filled" in request.fixturenames
    if request.param == "folder":
        copied(make_filled if is_filled else make_project, tmp_path)
        location: str | Path = tmp_path / "project"
    else:
        server: Server = request.getfixturevalue("postgres")
        location = server.copy_of(make_filled_on_server if is_filled else make_on_server)
        if is_filled:
            copied(make_pictures, tmp_path)
            server.execute(location, "UPDATE image_root SET path = %s", (tmp_path / "pictures").as_posix())
    with Store.open(location) as opened:
        yield opened


@pytest.fixture
def any_filled(any_store: Store) -> Filled:
    return what_fills(any_store)
