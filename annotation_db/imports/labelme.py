"""labelme files, and X-AnyLabeling's: one JSON per picture; polygons, rectangles, circles and masks."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from math import hypot
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image, UnidentifiedImageError

from annotation_db.errors import ImportRefused, Refused
from annotation_db.imports.candidates import (
    Candidate,
    Rasteriser,
    Reading,
    Size,
    from_box,
    from_polygons,
    id_of,
    level_of,
    of_size,
    picture_of,
    point,
)
from annotation_db.imports.files import read_json
from annotation_db.names import shown
from annotation_db.pictures import masks
from annotation_db.pictures.masks import Rle

Corner = tuple[float, float]
_OF_FOUR_CORNERS: Final = frozenset({"rectangle", "rotation", "oriented_rectangle", "quadrilateral"})
"""Shapes of four corners: X-AnyLabeling's, and labelme's from version 6 on."""


def read_folder(folder: Path) -> Reading:
    """Read every labelme file of a folder, subfolders too; other JSON files are complained of."""
    reading = Reading("labelme", moved=True)
    files = sorted(folder.rglob("*.json"))
    if not files:
        reading.complain(None, f"the folder {folder} holds no labelme files (*.json).")
    for file in files:
        name = file.relative_to(folder).as_posix()
        try:
            data = read_json(file)
        except ImportRefused as refusal:
            reading.complain(None, str(refusal))
            continue
        if not isinstance(data, dict) or not isinstance(data.get("shapes"), list):
            reading.complain(None, f"{name} is no labelme file.")
            continue
        part = read(data, f"{name}: ")
        reading.candidates += part.candidates
        reading.complaints += part.complaints
    return reading


def read(data: dict[str, Any], where: str = "") -> Reading:
    """Read the shapes of one parsed file. A ROI's id is the shape's label with its place.

    Shapes of one label and one ``group_id`` are the parts of one ROI, their union.
    """
    reading = Reading("labelme", moved=True)
    groups: dict[object, list[tuple[int, Any]]] = {}
    for entry, shape in enumerate(data["shapes"], start=1):
        groups.setdefault(_group(entry, shape), []).append((entry, shape))
    for parts in groups.values():
        entry = parts[0][0]
        try:
            whole: list[Candidate] = []
            for entry, shape in parts:
                whole.append(_candidate(entry, shape, data))
            entry = parts[0][0]
            reading.candidates.append(_united(whole))
        except Refused as refusal:
            reading.complain(entry, f"{where}{refusal}")
    return reading


def _group(entry: int, shape: Any) -> object:
    """What the parts of one ROI have in common; the entry of a shape that stands alone."""
    group = shape.get("group_id") if isinstance(shape, dict) else None
    if isinstance(group, bool) or not isinstance(group, int | str) or not isinstance(shape.get("label"), str):
        return entry
    return shape["label"], group


def _united(parts: list[Candidate]) -> Candidate:
    first = parts[0]
    if len(parts) == 1:
        return first
    if any(part.level != first.level for part in parts):
        raise Refused("some shapes of the group are a component and some are not; mark all of them, or none.")
    return replace(first, draw=lambda size: masks.union([part.draw(size) for part in parts]))


def _candidate(entry: int, shape: Any, data: dict[str, Any]) -> Candidate:
    if not isinstance(shape, dict):
        raise Refused("a shape must be an object.")
    flags = shape.get("flags")
    return Candidate(
        entry=entry,
        image=picture_of(data.get("imagePath"), '"imagePath"'),
        external_id=id_of(f"{id_of(shape.get('label') or 'roi', 'the label')}-{entry}", "the id"),
        level=level_of("component" if isinstance(flags, dict) and flags.get("component") is True else None),
        draw=of_size(_draw(shape), data.get("imageHeight"), data.get("imageWidth")),
    )


def _draw(shape: dict[str, Any]) -> Rasteriser:
    kind, raw = shape.get("shape_type") or "polygon", shape.get("points")
    if not isinstance(raw, list):
        raise Refused('the shape has no "points".')
    if not isinstance(kind, str):
        raise Refused(f'"shape_type" must be a text, not {shown(kind)}.')
    points = [point(value, "a corner") for value in raw]
    if kind == "polygon" and len(points) >= 3:
        return from_polygons([points])
    if kind in _OF_FOUR_CORNERS and len(points) == 4:
        return _four_corners(points)
    if kind in {"rectangle", "circle", "mask"} and len(points) == 2:
        if kind == "circle":
            return _circle(*points)
        if kind == "mask":
            return _bitmap(points[0], points[1], shape.get("mask"))
        return _box(points)
    raise Refused(
        f"a {shown(kind)} with {len(points)} points is no region that is taken; "
        "a polygon, circle or mask is, and a rectangle of two or four corners."
    )


def _four_corners(corners: list[Corner]) -> Rasteriser:
    """A rectangle as X-AnyLabeling and labelme 6 write it, upright or turned; its corners in their order."""
    turns = [
        (bx - ax) * (cy - by) - (by - ay) * (cx - bx)
        for (ax, ay), (bx, by), (cx, cy) in zip(
            corners, corners[1:] + corners[:1], corners[2:] + corners[:2], strict=True
        )
    ]
    if not (all(turn > 0 for turn in turns) or all(turn < 0 for turn in turns)):
        raise Refused("the four corners, in the order of the file, make no rectangle.")
    if len({x for x, _ in corners}) == len({y for _, y in corners}) == 2:
        return _box(corners)
    return from_polygons([corners])


def _box(corners: list[Corner]) -> Rasteriser:
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return from_box([min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)])


def _circle(centre: Corner, edge: Corner) -> Rasteriser:
    radius = hypot(edge[0] - centre[0], edge[1] - centre[1])

    def draw(size: Size) -> Rle:
        y, x = np.ogrid[: size[0], : size[1]]
        return masks.encode((x + 0.5 - centre[0]) ** 2 + (y + 0.5 - centre[1]) ** 2 <= radius**2)

    return draw


def _bitmap(first: Corner, last: Corner, encoded: Any) -> Rasteriser:
    """A PNG, in base64, of the box from `first` to `last`, both included."""
    if not isinstance(encoded, str):
        raise Refused('a shape of type mask needs its picture in "mask".')
    x0, y0, x1, y1 = (round(value) for value in (*first, *last))

    def draw(size: Size) -> Rle:
        if not (0 <= x0 <= x1 < size[1] and 0 <= y0 <= y1 < size[0]):
            raise Refused(f"the mask lies outside the picture of {size[1]} x {size[0]} pixels.")
        try:
            with Image.open(io.BytesIO(base64.b64decode(encoded, validate=True)), formats=["PNG"]) as png:
                if png.size != (x1 - x0 + 1, y1 - y0 + 1):
                    raise Refused("the mask's picture does not have the size of its box.")
                inside = np.asarray(png.convert("L")) > 0
        # ValueError: no base64 at all, or text chunks beyond what Pillow unpacks.
        except (
            UnidentifiedImageError,
            OSError,
            SyntaxError,
            ValueError,
            Image.DecompressionBombError,
        ) as error:
            raise Refused("the mask's picture is damaged; export it again.") from error
        mask = np.zeros(size, dtype=np.bool_)
        mask[y0 : y1 + 1, x0 : x1 + 1] = inside
        return masks.encode(mask)

    return draw
