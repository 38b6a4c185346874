"""Polygons to pixels: the one rule for those that are drawn by hand and those that files bring.

The rule is COCO's (``rleFrPoly`` in pycocotools' ``maskApi.c``), so that a region has the pixels here that it
has for whoever made its file: the outline is walked in steps of a fifth of a pixel, every column is entered
and left where the outline crosses it, and what lies between an odd and an even crossing is inside.
Coordinates are continuous: pixel (column i, row j) covers [i, i+1) x [j, j+1); rectangles of whole numbers
are exact. Numpy and pycocotools only; everybody may import it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco

from annotation_db.vocabulary.run_lengths import run_lengths


def encode_polygons(polygons: Sequence[NDArray[np.float64]], height: int, width: int) -> list[dict[str, Any]]:
    """COCO run lengths of polygons, one each; what lies outside the picture is cut off.

    Parameters
    ----------
    polygons : sequence of ndarray, shape (n, 2)
        Corners x, y, finite, at least three each.
    """
    found: list[dict[str, Any]] = coco.frPyObjects([p.ravel().tolist() for p in polygons], height, width)
    return found


def fill_polygon(corners: NDArray[np.float64], height: int, width: int) -> tuple[int, int, NDArray[np.bool_]]:
    """The pixels of one polygon, of which only the columns around it are ever in memory.

    Parameters
    ----------
    corners : ndarray, shape (n, 2)
        x, y, finite, at least three; some of the box around them must lie in the picture.
    height, width : int
        Of the picture.

    Returns
    -------
    x, y : int
        Where the piece lies.
    mask : ndarray of bool
        The same pixels that `encode_polygons` gives for the whole picture.
    """
    x0, y0 = (max(0, math.floor(value) - 1) for value in corners.min(axis=0))
    x1 = min(width, math.ceil(float(corners[:, 0].max())) + 1)
    y1 = min(height, math.ceil(float(corners[:, 1].max())) + 1)
    # The runs are those of the whole picture: the outline of a polygon that was moved into its box is rounded
    # otherwise where it lies halfway between two steps. Only the columns of the box are made into pixels.
    (code,) = encode_polygons([corners], height, width)
    ends = np.cumsum(run_lengths(code["counts"].decode("ascii")))
    runs = np.diff(np.clip(ends, x0 * height, x1 * height), prepend=x0 * height)
    columns = np.repeat(np.arange(len(runs)) % 2 == 1, runs).reshape(x1 - x0, height)
    return x0, y0, np.ascontiguousarray(columns.T[y0:y1])
