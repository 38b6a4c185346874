"""Strokes and polygons to masks, exactly.

Coordinates are continuous picture coordinates: pixel (column i, row j) covers [i, i+1) x [j, j+1) and its
centre is (i + 0.5, j + 0.5). A pixel belongs to a stroke when its centre does; polygons follow the rule of
`pictures.polygons`, which imports follow too. Only the box around the shape is ever touched, so a stroke
costs the same on a photograph of any size.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotation_db.pictures.polygons import fill_polygon

Point = tuple[float, float]
Size = tuple[int, int]
"""(height, width) in pixels"""
_Floats = npt.NDArray[np.float64]
_MAX_CELLS = 4_000_000  # bounds the working memory of one step to some 100 MB


@dataclass(frozen=True, slots=True)
class Patch:
    """A piece of a mask: pixels to set (or to clear) and where they lie."""

    x: int
    y: int
    mask: npt.NDArray[np.bool_]
    """Shape (height, width) of the piece; (0, 0) when the shape holds no pixel centre of the picture."""

    @property
    def is_empty(self) -> bool:
        return self.mask.size == 0

    @property
    def box(self) -> tuple[int, int, int, int]:
        """x0, y0, x1, y1, the last two exclusive."""
        return self.x, self.y, self.x + self.mask.shape[1], self.y + self.mask.shape[0]

    def apply_to(self, mask: npt.NDArray[np.bool_], *, adding: bool) -> None:
        """Set or clear the patch's pixels in `mask`, a whole mask of shape (H, W), in place."""
        x0, y0, x1, y1 = self.box
        mask[y0:y1, x0:x1][self.mask] = adding


def stroke_patch(points: Sequence[Point], radius: float, size: Size) -> Patch:
    """Pixels whose centre is within `radius` of the polyline through `points`.

    Parameters
    ----------
    points : sequence of (x, y)
        At least one; a single point gives a disc. Points outside the picture are allowed.
    radius : float
        In picture pixels, > 0.
    size : (height, width)
        Of the picture; the patch is clipped to it.

    Raises
    ------
    ValueError
        If there is no point, a coordinate is not finite, or `radius` is not positive.
    """
    line = _checked(points, least=1)
    if not radius > 0 or not math.isfinite(radius):
        raise ValueError("the radius of a stroke must be positive")
    window = _window(line - radius, line + radius, size)
    if window is None:
        return _EMPTY
    x0, y0, x1, y1 = window
    delta = np.zeros((y1 - y0, x1 - x0 + 1), np.int32)
    starts, ends = (line, line) if len(line) == 1 else (line[:-1], line[1:])
    # A capsule is at most this many rows high; strokes are short segments, so rows are few.
    step = max(1, _MAX_CELLS // (y1 - y0))
    for first in range(0, len(starts), step):
        _add_capsules(delta, starts[first : first + step], ends[first : first + step], radius, x0, y0)
    return _trimmed(np.cumsum(delta[:, :-1], axis=1) > 0, x0, y0)


def polygon_patch(points: Sequence[Point], size: Size) -> Patch:
    """Pixels of the closed polygon through `points`: the very ones that it has when it comes from a file.

    See `annotation_db.pictures.polygons` for the rule.

    Raises
    ------
    ValueError
        If there are fewer than three points or a coordinate is not finite.
    """
    corners = _checked(points, least=3)
    if _window(corners, corners, size) is None:
        return _EMPTY
    x0, y0, mask = fill_polygon(corners, *size)
    return _trimmed(mask, x0, y0)


_EMPTY = Patch(0, 0, np.zeros((0, 0), np.bool_))


def _checked(points: Sequence[Point], least: int) -> _Floats:
    array = np.asarray(points, np.float64).reshape(-1, 2)
    if len(array) < least:
        raise ValueError(f"at least {least} point(s) are needed")
    if not np.isfinite(array).all():
        raise ValueError("a coordinate is not a number")
    return array


def _window(low: _Floats, high: _Floats, size: Size) -> tuple[int, int, int, int] | None:
    """The pixels that the shape's box may hold, clipped to the picture: x0, y0, x1, y1."""
    height, width = size
    x0, y0 = (max(0, math.floor(value)) for value in low.min(axis=0))
    x1, y1 = (math.ceil(value) for value in high.max(axis=0))
    x1, y1 = min(width, x1), min(height, y1)
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def _add_capsules(
    delta: npt.NDArray[np.int32], a: _Floats, b: _Floats, radius: float, x0: int, y0: int
) -> None:
    """Add +1 where each capsule's interval starts in a row and -1 behind its end.

    A capsule is convex, so each row of pixel centres meets it in one interval: the hull of the chords
    of its two discs and of the band between them.
    """
    height, width = delta.shape[0], delta.shape[1] - 1
    low = np.minimum(a[:, 1], b[:, 1]) - radius
    high = np.maximum(a[:, 1], b[:, 1]) + radius
    first = np.clip(np.ceil(low - 0.5).astype(np.intp) - y0, 0, height)
    last = np.clip(np.floor(high - 0.5).astype(np.intp) - y0 + 1, 0, height)
    counts = np.maximum(last - first, 0)
    segment = np.repeat(np.arange(len(a)), counts)
    if segment.size == 0:
        return
    row = np.arange(segment.size) - np.repeat(np.cumsum(counts) - counts, counts) + first[segment]
    left, right = _chords(a[segment], b[segment], radius, row + y0 + 0.5)
    start = np.clip(np.ceil(left - 0.5) - x0, 0, width)
    stop = np.clip(np.floor(right - 0.5) - x0 + 1, 0, width)
    held = stop > start  # false for NaN and for intervals without a centre
    np.add.at(delta, (row[held], start[held].astype(np.intp)), 1)
    np.add.at(delta, (row[held], stop[held].astype(np.intp)), -1)


def _chords(a: _Floats, b: _Floats, radius: float, y: _Floats) -> tuple[_Floats, _Floats]:
    """Leftmost and rightmost x of each capsule a-b at height y; inverted where it does not reach."""
    left, right = np.full(len(y), np.inf), np.full(len(y), -np.inf)
    for centre in (a, b):
        square = radius * radius - (y - centre[:, 1]) ** 2
        half = np.sqrt(np.maximum(square, 0.0))
        reaches = square >= 0
        left = np.where(reaches, np.minimum(left, centre[:, 0] - half), left)
        right = np.where(reaches, np.maximum(right, centre[:, 0] + half), right)
    direction = b - a
    length = np.hypot(direction[:, 0], direction[:, 1])
    safe = np.where(length > 0, length, 1.0)
    normal = np.stack([-direction[:, 1], direction[:, 0]], axis=1) / safe[:, None] * radius
    for side in (normal, -normal):
        # The band's two long edges, each cut at height y where it spans y.
        p, q = a + side, b + side
        rise = q[:, 1] - p[:, 1]
        spans = (rise != 0) & (np.minimum(p[:, 1], q[:, 1]) <= y) & (y <= np.maximum(p[:, 1], q[:, 1]))
        x = p[:, 0] + (y - p[:, 1]) / np.where(rise != 0, rise, 1.0) * (q[:, 0] - p[:, 0])
        left = np.where(spans, np.minimum(left, x), left)
        right = np.where(spans, np.maximum(right, x), right)
    return left, right


def _trimmed(mask: npt.NDArray[np.bool_], x: int, y: int) -> Patch:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if rows.size == 0:
        return _EMPTY
    top, left = int(rows[0]), int(columns[0])
    tight = mask[top : int(rows[-1]) + 1, left : int(columns[-1]) + 1]
    return Patch(x + left, y + top, np.ascontiguousarray(tight))
