"""Real projects in a folder: pictures that a segmenter can make something of, and ROIs on them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from annotation_db.database.store import Store
from annotation_db.pictures import images, rois
from annotation_db.rating import annotators
from tests.copies import copied

HEIGHT, WIDTH = 180, 240
CENTRE, RADIUS = (120, 90), 42
"""Of the disc in each picture, in pixels (x, y)."""


def disc_mask(radius: int = RADIUS) -> NDArray[np.bool_]:
    y, x = np.ogrid[:HEIGHT, :WIDTH]
    return (x - CENTRE[0]) ** 2 + (y - CENTRE[1]) ** 2 <= radius**2


def draw_picture(file: Path, seed: int) -> None:
    """A bright disc on a dark ground, both with a little noise."""
    rng = np.random.default_rng(seed)
    pixels = np.full((HEIGHT, WIDTH, 3), (40, 60, 50), np.int16)
    pixels[disc_mask()] = (210, 170, 90)
    pixels += rng.integers(-12, 13, pixels.shape, np.int16)
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(file)


def make(
    folder: Path,
    *,
    pictures: int = 3,
    rois_each: int = 1,
    raters_wanted: int = 7,
    people: Sequence[str] = (),
) -> Path:
    """A project in `folder`/project with pictures in `folder`/pictures; ROIs are discs of falling size."""
    copied(_make, folder, pictures, rois_each, raters_wanted, tuple(people))
    return folder / "project"


def _make(folder: Path, pictures: int, rois_each: int, raters_wanted: int, people: tuple[str, ...]) -> None:
    for at in range(pictures):
        draw_picture(folder / "pictures" / f"p{at}.png", at)
    with Store.create(folder / "project", "e2e", raters_wanted=raters_wanted, seed=3) as store:
        if not pictures:
            return
        scan = images.scan_folder(folder / "pictures")
        with store.write("lead") as session:
            images.add(session, scan, source="drawn", who="lead")
            for image in images.list_all(session):
                for number in range(rois_each):
                    mask = disc_mask(RADIUS - 3 * number)
                    rois.add(session, image_id=image.id, mask=mask, external_id=f"r{number}", who="lead")
            for name in people:
                annotators.add(session, name, who="lead")
