"""A process that marks and rates without a pause, and writes down what was acknowledged, to be killed."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from annotation_db.database.store import Store
from annotation_db.pictures import rois
from annotation_db.rating import ratings
from annotation_db.records import NewRating


def write(folder: Path, first: int, told: Path) -> None:
    """Without end; ROIs are called k`first`, k`first + 1` ..."""
    with told.open("w", encoding="utf-8", buffering=1) as book, Store.open(folder) as store:
        for number in range(first, first + 100_000):
            mask = np.random.default_rng(number).random((48, 64)) < 0.7
            with store.write("writer") as s:
                roi = rois.add(s, image_id=1 + number % 3, mask=mask, external_id=f"k{number}", who="writer")
            book.write(f"roi {roi.id} {roi.area}\n")
            with store.write("writer") as s:
                new = NewRating(roi_id=roi.id, annotator_id=1 + number % 4, votes=[number % 5] * 8)
                made = ratings.submit(s, new)
            book.write(f"rating {made.id} {number % 5}\n")
