"""Masks as COCO run-length codes: encoding, decoding, areas and boxes.

The codec is pycocotools'. It trusts its input, so codes that come from outside are checked here
first: a damaged string must end in a sentence, not in memory that is not ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco

from annotation_db.errors import Refused
from annotation_db.pictures.polygons import encode_polygons
from annotation_db.vocabulary.run_lengths import runs_of_size


class Rle(NamedTuple):
    """A mask as COCO compressed RLE (column-major)."""

    size: tuple[int, int]
    """(height, width)."""
    counts: str


def _raw(rle: Rle) -> dict[str, object]:
    return {"size": list(rle.size), "counts": rle.counts.encode("ascii")}


def encode(mask: NDArray[np.bool_]) -> Rle:
    """Encode a mask.

    Parameters
    ----------
    mask : ndarray of bool, shape (H, W)
        True inside; H and W at least 1.

    Raises
    ------
    ValueError
        If `mask` is not a two-dimensional boolean array.
    """
    if mask.ndim != 2 or mask.dtype != np.bool_ or mask.size == 0:
        raise ValueError(f"a mask is a bool array (H, W), not {mask.dtype} {mask.shape}")
    code = coco.encode(np.asfortranarray(mask).view(np.uint8))
    return Rle((mask.shape[0], mask.shape[1]), code["counts"].decode("ascii"))


def decode(rle: Rle) -> NDArray[np.bool_]:
    """Decode a mask made by `encode` or passed by `verify`.

    Returns
    -------
    ndarray of bool, shape (H, W)
        C-contiguous.
    """
    return np.ascontiguousarray(coco.decode(_raw(rle))).view(np.bool_)


@dataclass(frozen=True, slots=True)
class Measured:
    """A mask in its canonical code, with what follows from it: measured before a transaction begins."""

    rle: Rle
    area: int
    bbox: tuple[int, int, int, int]
    """As `bbox` gives it."""


def measured(mask: NDArray[np.bool_] | Rle) -> Measured:
    """Encode and measure a mask of shape (H, W), or check and measure an encoded one.

    Raises
    ------
    Refused
        As `checked`.
    """
    rle = encode(mask) if isinstance(mask, np.ndarray) else checked(mask)
    return Measured(rle, area(rle), bbox(rle))


def area(rle: Rle) -> int:
    """Pixels inside."""
    return int(coco.area(_raw(rle)))


def bbox(rle: Rle) -> tuple[int, int, int, int]:
    """The tight box x, y, width, height in pixels that contains every mask pixel; zeros if empty."""
    x, y, width, height = (int(v) for v in coco.toBbox(_raw(rle)))
    return x, y, width, height


def verify(rle: Rle) -> None:
    """Make every check that makes decoding safe.

    Raises
    ------
    Refused
        If the code is damaged, or does not fill its size exactly.
    """
    try:
        runs_of_size(rle.counts, rle.size)
    except ValueError as error:
        raise Refused(str(error)) from None


def checked(rle: Rle) -> Rle:
    """The same mask in its canonical code, after `verify`.

    Raises
    ------
    Refused
        As `verify`.
    """
    verify(rle)
    return encode(decode(rle))


def from_counts(counts: Sequence[int], size: tuple[int, int]) -> Rle:
    """Encode an uncompressed COCO code (a list of run lengths).

    Raises
    ------
    Refused
        If a run is negative or they do not add up to the size.
    """
    height, width = size
    if any(run < 0 for run in counts) or sum(counts) != height * width:
        raise Refused(f"The mask's runs do not add up to {width} x {height} pixels; export it again.")
    values = np.zeros(len(counts), dtype=np.bool_)
    values[1::2] = True
    flat = np.repeat(values, np.asarray(counts, dtype=np.int64))
    return encode(flat.reshape((width, height)).T)


def from_polygons(polygons: Sequence[Sequence[tuple[float, float]]], size: tuple[int, int]) -> Rle:
    """Fill the union of polygons (see `polygons`); what lies outside the picture is cut off.

    Parameters
    ----------
    polygons : sequence of sequences of (x, y)
        Corners in pixels, at least three per polygon.
    size : tuple of int
        (height, width) of the mask.

    Raises
    ------
    Refused
        If a polygon has fewer than three corners or a corner far outside the picture.
    """
    height, width = size
    corners: list[NDArray[np.float64]] = []
    for polygon in polygons:
        points = np.asarray(polygon, dtype=np.float64).reshape(-1, 2)
        if len(points) < 3:
            raise Refused("A polygon needs at least three corners; draw it again.")
        inside = np.isfinite(points) & (points >= -2 * max(size)) & (points <= 3 * max(size))
        if not inside.all():
            raise Refused(f"A polygon has a corner far outside the picture of {width} x {height} pixels.")
        corners.append(points)
    if not corners:
        raise Refused("A mask needs at least one polygon.")
    merged = coco.merge(encode_polygons(corners, height, width))
    return Rle((height, width), merged["counts"].decode("ascii"))


def union(parts: Sequence[Rle]) -> Rle:
    """All pixels of several masks of one size."""
    merged = coco.merge([_raw(rle) for rle in parts])
    return checked(Rle(parts[0].size, merged["counts"].decode("ascii")))


def from_box(x: float, y: float, width: float, height: float, size: tuple[int, int]) -> Rle:
    """Fill a box given in pixels; its edges are rounded to whole pixels and cut off at the picture's.

    Parameters
    ----------
    x, y : float
        The top left corner, in pixels.
    width, height : float
        In pixels.
    size : tuple of int
        (height, width) of the picture.

    Raises
    ------
    Refused
        If a number is not finite or the box has no extent.
    """
    if not np.isfinite([x, y, width, height]).all() or width <= 0 or height <= 0:
        raise Refused("A box needs a width and a height above 0; draw it again.")
    rows, columns = size
    mask = np.zeros(size, dtype=np.bool_)
    x0, x1 = (int(np.clip(round(v), 0, columns)) for v in (x, x + width))
    y0, y1 = (int(np.clip(round(v), 0, rows)) for v in (y, y + height))
    mask[y0:y1, x0:x1] = True
    return encode(mask)
