"""ROIs as a file gives them, before anything is known of the picture they lie on."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Final

from annotation_db import names
from annotation_db.errors import Complaint, Refused
from annotation_db.names import shown
from annotation_db.pictures import masks
from annotation_db.pictures.masks import Rle
from annotation_db.records import RoiLevel

Size = tuple[int, int]
"""(height, width)."""
Rasteriser = Callable[[Size], Rle]
"""Makes the mask for a picture of a size; raises `Refused` where it does not fit."""

_UID: Final = re.compile(r"[0-9a-f]{32}")
_EDGE: Final = 1.0
"""Pixels that a corner may lie beyond the picture's edge: tools differ in where pixels begin."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One ROI of a file."""

    entry: int
    """1-based place in the file."""
    image: str
    external_id: str | None
    level: RoiLevel
    draw: Rasteriser
    uids: tuple[str, ...] = ()
    """The uid that an export of ours gave it, and then the others that it is known by."""


@dataclass(slots=True)
class Reading:
    """What a file gave: candidates, and complaints for the entries that gave none."""

    format: str
    candidates: list[Candidate] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)
    moved: bool = False
    """Picture names may be relative to a folder of somewhere else."""

    def complain(self, entry: int | None, message: str) -> None:
        """Add what is wrong with an entry, or with the whole file (None)."""
        self.complaints.append(Complaint(entry, message))


def picture_of(value: object, what: str) -> str:
    """A picture's name from a file, as it stands there (see `names.picture_problem`).

    Raises
    ------
    Refused
        If it is none.
    """
    name = _text(value, what)
    problem = names.picture_problem(name)
    if problem is not None:
        raise Refused(f"{what} {shown(name)} {problem}.")
    return name


def id_of(value: object, what: str) -> str:
    """A ROI's id from a file, without the blanks around it (see `names.roi_problem`).

    Raises
    ------
    Refused
        If it is none.
    """
    name = _text(value, what).strip()
    problem = names.roi_problem(name)
    if problem is not None:
        raise Refused(f"{what} {shown(name)} {problem}.")
    return name


def _text(value: object, what: str) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18:
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise Refused(f"{what} must be a text, not {shown(value)}.")
    return value


def uids_of(own: object, others: object = None) -> tuple[str, ...]:
    """The uids that an export of ours wrote; what is none (other programs' "uid") is passed over."""
    listed = [own, *others] if isinstance(others, list) else [own]
    return tuple(dict.fromkeys(uid for uid in listed if isinstance(uid, str) and _UID.fullmatch(uid)))


def of_size(draw: Rasteriser, height: object, width: object) -> Rasteriser:
    """The same mask, refused on a picture of another size than the file says; None says nothing.

    Raises
    ------
    Refused
        If a side is no number. The drawing raises it where the sizes differ.
    """
    if height is None and width is None:
        return draw
    stated = _side(height, "height"), _side(width, "width")

    def drawn(size: Size) -> Rle:
        if any(side is not None and side != real for side, real in zip(stated, size, strict=True)):
            told = [shown("?" if side is None else side) for side in stated]
            raise Refused(
                _differing("the shapes were drawn on a picture of", told, size, stated == size[::-1])
            )
        return draw(size)

    return drawn


def _side(value: object, what: str) -> float | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise Refused(f"the picture's {what} must be a number, not {shown(value)}.")
    return value


def level_of(value: object) -> RoiLevel:
    """The level of a ROI; an object where the file says nothing.

    Raises
    ------
    Refused
        If it is neither "object" nor "component".
    """
    if value is None or value == "object":
        return "object"
    if value == "component":
        return "component"
    raise Refused(f'the level must be "object" or "component", not {shown(value)}.')


def number(value: object, what: str) -> float:
    """A finite number.

    Raises
    ------
    Refused
        If it is none, or beyond anything that is a pixel.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused(f"{what} must be a number, not {shown(value)}.")
    if abs(value) > 1e9 or not isfinite(value):
        raise Refused(f"{what} is {shown(value)}, which is no place in a picture.")
    return float(value)


def point(value: object, what: str) -> tuple[float, float]:
    """A pair of numbers x, y.

    Raises
    ------
    Refused
        If it is none.
    """
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise Refused(f"{what} must be a pair [x, y], not {shown(value)}.")
    return number(value[0], what), number(value[1], what)


def from_rle(rle: object) -> Rasteriser:
    """A mask from COCO run lengths: a dict with size and counts, or the counts alone.

    Raises
    ------
    Refused
        If it is neither.
    """
    stated: Size | None = None
    counts = rle
    if isinstance(rle, dict):
        counts = rle.get("counts")
        stated = None if rle.get("size") is None else _stated_size(rle["size"])
    if isinstance(counts, str):
        text = _plain_counts(counts)
        return lambda size: masks.checked(Rle(_agreed(stated, size), text))
    if isinstance(counts, list) and all(type(run) is int for run in counts):
        return lambda size: masks.from_counts(counts, _agreed(stated, size))
    raise Refused('"counts" must be a run-length text or a list of whole numbers.')


def from_box(box: object) -> Rasteriser:
    """A filled box [x, y, width, height] in pixels.

    Raises
    ------
    Refused
        If it is none.
    """
    if not isinstance(box, list) or len(box) != 4:
        raise Refused(f'"points" must be a box [x, y, width, height], not {shown(box)}.')
    x, y, width, height = (number(value, "a box") for value in box)
    if width <= 0 or height <= 0:
        raise Refused(f"the box is {width:g} x {height:g} pixels and therefore empty.")

    def draw(size: Size) -> Rle:
        _inside([(x, y), (x + width, y + height)], size)
        return masks.from_box(x, y, width, height, size)

    return draw


def from_polygons(polygons: Sequence[Sequence[tuple[float, float]]]) -> Rasteriser:
    """The union of filled polygons."""

    def draw(size: Size) -> Rle:
        for polygon in polygons:
            _inside(polygon, size)
        return masks.checked(masks.from_polygons(polygons, size))

    return draw


def _stated_size(value: Any) -> Size:
    if not isinstance(value, list) or len(value) != 2 or not all(type(side) is int for side in value):
        raise Refused(f'"size" must be [height, width], not {shown(value)}.')
    return value[0], value[1]


def _plain_counts(counts: str) -> str:
    """The counts; also of a file in which somebody wrote Python's bytes as text ("b'...'")."""
    if counts[:2] in {"b'", 'b"'}:
        try:
            read = ast.literal_eval(counts)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            read = None
        if isinstance(read, bytes):
            return read.decode("latin-1")
    return counts


def _agreed(stated: Size | None, size: Size) -> Size:
    if stated is None or stated == size:
        return size
    raise Refused(_differing("the mask is", [shown(side) for side in stated], size, stated == size[::-1]))


def _differing(what: str, stated: Sequence[str], size: Size, turned: bool) -> str:
    """A sentence; `stated` is height and width."""
    told = f"{what} {stated[1]} x {stated[0]} pixels, but the picture is {size[1]} x {size[0]}"
    if turned:
        told += " (size is [height, width], of the picture as it is displayed)"
    return f"{told}."


def _inside(points: Sequence[tuple[float, float]], size: Size) -> None:
    height, width = size
    for x, y in points:
        if not (-_EDGE <= x <= width + _EDGE and -_EDGE <= y <= height + _EDGE):
            raise Refused(f"the corner ({x:g}, {y:g}) lies outside the picture of {width} x {height} pixels.")
