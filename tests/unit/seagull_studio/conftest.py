"""A small project on disk: real pictures, real database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from annotation_db.database.store import Store
from annotation_db.pictures import images, rois
from annotation_db.rating import annotators
from tests.copies import copied
from tests.unit.seagull_studio.sitting import Sitting


def make_project(folder: Path, *, pictures: int = 3, rois_each: int = 2, raters_wanted: int = 7) -> Path:
    """A project of `pictures` 96 x 128 pictures with `rois_each` ROIs of 40 x 40 each."""
    copied(_make, folder, pictures, rois_each, raters_wanted)
    return folder / "project"


def _make(folder: Path, pictures: int, rois_each: int, raters_wanted: int) -> None:
    rng = np.random.default_rng(0)
    pictures_folder = folder / "pictures"
    pictures_folder.mkdir(parents=True)
    for at in range(pictures):
        pixels = rng.integers(0, 256, (96, 128, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(pictures_folder / f"p{at}.png")
    with Store.create(folder / "project", "small", raters_wanted=raters_wanted, seed=1) as store:
        scan = images.scan_folder(pictures_folder)
        with store.write("test") as session:
            images.add(session, scan, source="test", who="test")
            for image in images.list_all(session):
                for number in range(rois_each):
                    mask = np.zeros((96, 128), np.bool_)
                    mask[10:50, 10 + 60 * number : 50 + 60 * number] = True
                    rois.add(session, image_id=image.id, mask=mask, who="test")
            annotators.add(session, "ann", who="test")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path)


@pytest.fixture
def sitting(qtbot: QtBot, project: Path) -> Iterator[Sitting]:
    """The small project, open, with somebody who answers as the test writes down."""
    made = Sitting(project, qtbot)
    yield made
    made.close()
