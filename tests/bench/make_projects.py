"""Large projects for benches and performance tests: ``python -m tests.bench.make_projects FOLDER``.

The pictures are small crops of scikit-image's photographs, so that making a thousand of them takes
seconds; numbers of rows, not pixels, are what these projects are large in.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image
from sqlalchemy.orm import Session

from annotation_db.database.store import Store
from annotation_db.pictures import images, masks, rois
from annotation_db.rating import annotators, ratings
from annotation_db.records import NewRating
from annotation_db.vocabulary.scales import SCALE_NAMES, Votes
from seagull_studio.operations import simulated_raters
from seagull_studio.operations.sample import photographs
from tests.bench.photographs import COLOURED

WIDTH, HEIGHT = 320, 240
WHO = "bench"


def small_jpegs(folder: Path, count: int, *, seed: int = 0) -> None:
    """Write `count` different JPEGs of 320 x 240 pixels, ``picture-0000.jpg`` onwards."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    originals = [photographs.load(name) for name in COLOURED]
    for number in range(count):
        original = originals[number % len(originals)]
        top = rng.integers(original.shape[0] - HEIGHT + 1)
        left = rng.integers(original.shape[1] - WIDTH + 1)
        crop = original[top : top + HEIGHT, left : left + WIDTH].copy()
        # The number in a corner keeps two crops of one place apart.
        crop[0, :16] = 255 * ((number >> np.arange(16)) & 1)[:, None]
        Image.fromarray(crop).save(folder / f"picture-{number:04d}.jpg", quality=90)


def large_project(
    folder: Path,
    *,
    pictures: int = 1000,
    rois_each: int = 3,
    ratings_each: int = 7,
    crew: int = 24,
    seed: int = 0,
) -> Store:
    """Make a project of many rows and open it.

    Parameters
    ----------
    folder : Path
        A new folder.
    pictures, rois_each, ratings_each, crew : int
        By default 1,000 pictures, 3,000 ROIs and 21,000 ratings by 24 simulated annotators.
    seed : int, optional
        Same seed, same project.
    """
    small_jpegs(folder / "images", pictures, seed=seed)
    scan = images.scan_folder(folder / "images")
    with (
        Store.create(folder, f"Bench: {pictures} pictures", seed=seed, simulated=True) as store,
        store.write(WHO) as session,
    ):
        images.add(session, scan, project_folder=folder, source="bench", who=WHO)
        roi_ids = _add_rois(session, rois_each, seed)
        people = simulated_raters.make_annotators(crew, careless=False, reversed_=False, seed=seed)
        annotator_ids = [annotators.add(session, one.name, simulated=True, who=WHO).id for one in people]
        truth = np.random.default_rng([seed, 7]).uniform(0.0, 5.75, (len(roi_ids), len(SCALE_NAMES)))
        votes = simulated_raters.simulate(truth, people, seed)
        chosen = simulated_raters.allocate([ratings_each] * len(roi_ids), crew, seed)
        ratings.submit_many(
            session,
            (
                NewRating(roi_ids[j], annotator_ids[i], Votes(*votes[i, j].tolist()), origin="simulated")
                for i, j in np.argwhere(chosen).tolist()
            ),
        )
    return Store.open(folder)


def _add_rois(session: Session, each: int, seed: int) -> list[int]:
    """Add ellipses, each somewhere of its own."""
    rng = np.random.default_rng([seed, 6])
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    ids = []
    for image in images.list_all(session):
        for number in range(each):
            across, down = rng.uniform(24, 60, 2)
            middle_x, middle_y = rng.uniform(60, WIDTH - 60), rng.uniform(60, HEIGHT - 60)
            inside = ((x - middle_x) / across) ** 2 + ((y - middle_y) / down) ** 2 < 1
            level = "component" if number else "object"
            added = rois.add(session, image_id=image.id, mask=masks.encode(inside), level=level, who=WHO)
            ids.append(added.id)
    return ids


def main() -> None:
    folder = Path(sys.argv[1])
    began = time.perf_counter()
    large_project(folder).close()
    print(f"1,000 pictures, 3,000 ROIs, 21,000 ratings in {time.perf_counter() - began:.1f} s: {folder}")


if __name__ == "__main__":
    main()
