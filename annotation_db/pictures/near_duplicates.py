"""Pictures that look nearly the same: found by perceptual hashes, to be confirmed by a person.

The hash is pHash as the package `imagehash` computes it: the picture in grey on 32 x 32 pixels, the 8 x 8
lowest frequencies of its cosine transform, each above or below their median: 64 bits. Two copies of one
photograph differ in few bits whatever was done to colours, brightness or noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from annotation_db.errors import Cancelled, PictureError, Refused
from annotation_db.files.parallel import map_in_order
from annotation_db.pictures import images
from annotation_db.pictures.picture_files import open_rgb
from annotation_db.records import ImageRecord
from annotation_db.vocabulary.callbacks import CancelCheck, Progress

BITS: Final = 64
CUSTOMARY: Final = 12
"""Bits in which two copies of one photograph may differ; strangers mostly differ in 24 to 40."""
_SIDE: Final = 256
"""Pictures are read no larger than about this: the hash looks at 32 x 32."""
_ROWS: Final = 32
"""Rows compared at a time with all others: what is computed stays in the processor's cache."""
Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Similar:
    """What looks nearly the same.

    Attributes
    ----------
    groups : tuple of tuple of ImageRecord
        Each of two pictures or more: every one has a neighbour in it that differs in at most `distance`
        bits. The larger groups first.
    distance : int
    unreadable : tuple of str
        Sentences about pictures that could not be looked at.
    """

    groups: tuple[tuple[ImageRecord, ...], ...]
    distance: int
    unreadable: tuple[str, ...]


def find(
    pictures: Sequence[ImageRecord],
    distance: int = CUSTOMARY,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> Similar:
    """Look through pictures; nothing is written.

    Parameters
    ----------
    distance : int
        Bits of 64 in which two pictures of a group may differ, 0..32.

    Raises
    ------
    Refused
        If `distance` is none.
    Cancelled
        If `cancelled` says so.
    """
    if not 0 <= distance <= BITS // 2:
        raise Refused(f"Pictures can be nearly the same within 0 to {BITS // 2} bits, not {distance}.")
    hashes: list[np.uint64] = []
    read: list[ImageRecord] = []
    unreadable: list[str] = []
    with closing(map_in_order(_hash, pictures)) as outcomes:
        for number, (image, outcome) in enumerate(zip(pictures, outcomes, strict=True)):
            if cancelled is not None and cancelled():
                raise Cancelled("Looking for similar pictures was stopped; nothing was changed.")
            try:
                hashes.append(outcome.result())
                read.append(image)
            except PictureError as error:
                unreadable.append(str(error))
            if progress is not None:
                progress(number + 1, len(pictures), image.path)
    table = np.array(hashes, dtype=np.uint64)
    together = [tuple(read[place] for place in places) for places in linked(table, distance)]
    together.sort(key=lambda group: (-len(group), group[0].path))
    return Similar(tuple(together), distance, tuple(unreadable))


def linked(hashes: Hashes, distance: int) -> list[list[int]]:
    """Rows that hang together by pairs of at most `distance` differing bits.

    Parameters
    ----------
    hashes : ndarray of uint64, shape (N,)

    Returns
    -------
    list of list of int
        Places of the rows of each group of two or more, in their order.
    """
    leads = list(range(len(hashes)))

    def lead(place: int) -> int:
        while leads[place] != place:
            leads[place] = leads[leads[place]]
            place = leads[place]
        return place

    for start in range(0, len(hashes), _ROWS):
        differing = _bits_of(hashes[start : start + _ROWS, None] ^ hashes[None, start:])
        for row, column in np.argwhere(differing <= distance).tolist():
            if row < column:
                one, other = lead(start + row), lead(start + column)
                leads[max(one, other)] = min(one, other)
    groups: dict[int, list[int]] = {}
    for place in range(len(hashes)):
        groups.setdefault(lead(place), []).append(place)
    return [places for places in groups.values() if len(places) > 1]


def _bits_of(words: Hashes) -> Hashes:
    """How many bits of each word are set, counted in ever wider fields; `words` is used up."""
    words -= (words >> np.uint64(1)) & np.uint64(0x5555555555555555)
    pairs = np.uint64(0x3333333333333333)
    words = (words & pairs) + ((words >> np.uint64(2)) & pairs)
    words = (words + (words >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (words * np.uint64(0x0101010101010101)) >> np.uint64(56)


def _hash(image: ImageRecord) -> np.uint64:
    from imagehash import phash  # late: it loads scipy

    pixels = open_rgb(images.absolute_path(image), max_side=_SIDE)
    bits = np.asarray(phash(Pillow.fromarray(pixels)).hash, dtype=np.bool_)
    return np.uint64(int.from_bytes(np.packbits(bits.ravel()).tobytes(), "big"))
