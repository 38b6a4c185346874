"""Training and test images: image-disjoint, seeded, stratified by source data set.

SEAGULL (arXiv 2411.10161), Sec. 5.1: 80 % of the *images* for training, no image on both sides.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from fractions import Fraction
from math import floor
from typing import Final, Literal, get_args

from annotation_db.errors import Refused
from annotation_db.records import ImageRecord

Part = Literal["train", "test"]
PARTS: Final[tuple[Part, ...]] = get_args(Part)

METHOD: Final = (
    "Images, not ROIs, are drawn. Within each source they are ordered by SHA-256 of 'seed:hash of the "
    "picture'; the first ones train. How many each source gives is settled by largest remainder."
)
"""How the split is made, for the README of an export."""


def split_images(images: Sequence[ImageRecord], *, train: float = 0.8, seed: int = 0) -> dict[int, Part]:
    """Divide images into training and test.

    The answer depends on the pictures' own hashes, their sources, `train` and `seed`: not on the
    order of `images` nor on the ids a database gave them.

    Parameters
    ----------
    images : sequence of ImageRecord
        Each image once.
    train : float
        Share of the images that train, 0..1. Strictly between 0 and 1, both parts get at least one
        image if there are two.
    seed : int
        Another seed draws other images.

    Returns
    -------
    dict of int to "train" or "test"
        By image id, in the order of `images`.

    Raises
    ------
    Refused
        If `train` is not a number from 0 to 1.
    """
    if not 0 <= train <= 1:
        raise Refused(f"The share of training images must be from 0 to 1, not {train:g}; 0.8 is customary.")
    by_source: dict[str, list[ImageRecord]] = {}
    for image in images:
        by_source.setdefault(image.source, []).append(image)
    counts = _train_counts({source: len(group) for source, group in by_source.items()}, train)
    chosen = {
        image.id
        for source, group in by_source.items()
        for image in sorted(group, key=lambda image: _rank(image, seed))[: counts[source]]
    }
    return {image.id: "train" if image.id in chosen else "test" for image in images}


def _rank(image: ImageRecord, seed: int) -> str:
    return hashlib.sha256(f"{seed}:{image.sha256}".encode()).hexdigest()


def _train_counts(sizes: dict[str, int], train: float) -> dict[str, int]:
    """Training images per source by largest remainder; ties go to the larger source, then by name."""
    share = Fraction(str(train))  # the decimal that was written: 0.7 of 10 is 7, whatever floats say
    whole = sum(sizes.values())
    wanted = floor(share * whole + Fraction(1, 2))
    if whole >= 2 and 0 < share < 1:
        wanted = min(max(wanted, 1), whole - 1)
    counts = {source: floor(share * size) for source, size in sizes.items()}
    order = sorted(sizes, key=lambda s: (counts[s] - share * sizes[s], -sizes[s], s))
    spare = wanted - sum(counts.values())
    for source in order[: max(spare, 0)]:
        counts[source] += 1
    # Only where "at least one for testing" took an image away from a share close to 1.
    for source in sorted(sizes, key=lambda s: (-sizes[s], s))[: max(-spare, 0)]:
        counts[source] -= 1
    return counts
