"""labelme files: one JSON per picture; polygons, rectangles, circles and masks."""

from __future__ import annotations

import base64
import io
from math import hypot
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from annotation_db import masks
from annotation_db.errors import ImportRefused, Refused
from annotation_db.imports.candidates import (
    Candidate,
    Draw,
    Reading,
    Size,
    from_box,
    from_polygons,
    level_of,
    point,
    text_of,
)
from annotation_db.imports.files import read_json, shown
from annotation_db.masks import Rle

Corner = tuple[float, float]


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
    """Read the shapes of one parsed file. A ROI's id is the shape's label with its place."""
    reading = Reading("labelme", moved=True)
    for entry, shape in enumerate(data["shapes"], start=1):
        try:
            reading.candidates.append(_candidate(entry, shape, data))
        except Refused as refusal:
            reading.complain(entry, f"{where}{refusal}")
    return reading


def _candidate(entry: int, shape: Any, data: dict[str, Any]) -> Candidate:
    if not isinstance(shape, dict):
        raise Refused("a shape must be an object.")
    draw = _draw(shape)
    stated = data.get("imageHeight"), data.get("imageWidth")
    if isinstance(stated[0], int) and isinstance(stated[1], int):
        draw = _for_size(draw, (stated[0], stated[1]))
    flags = shape.get("flags")
    return Candidate(
        entry=entry,
        image=text_of(data.get("imagePath"), '"imagePath"'),
        external_id=f"{text_of(shape.get('label') or 'roi', 'the label')}-{entry}",
        level=level_of("component" if isinstance(flags, dict) and flags.get("component") is True else None),
        draw=draw,
    )


def _for_size(draw: Draw, stated: Size) -> Draw:
    def checked(size: Size) -> Rle:
        if stated != size:
            raise Refused(
                f"the shapes were drawn on a picture of {stated[1]} x {stated[0]} pixels, "
                f"but the picture is {size[1]} x {size[0]}."
            )
        return draw(size)

    return checked


def _draw(shape: dict[str, Any]) -> Draw:
    kind, raw = shape.get("shape_type") or "polygon", shape.get("points")
    if not isinstance(raw, list):
        raise Refused('the shape has no "points".')
    if not isinstance(kind, str):
        raise Refused(f'"shape_type" must be a text, not {shown(kind)}.')
    points = [point(value, "a corner") for value in raw]
    if kind == "polygon" and len(points) >= 3:
        return from_polygons([points])
    if kind in {"rectangle", "circle", "mask"} and len(points) == 2:
        if kind == "circle":
            return _circle(*points)
        if kind == "mask":
            return _bitmap(points[0], points[1], shape.get("mask"))
        (x0, y0), (x1, y1) = points
        return from_box([min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0)])
    raise Refused(
        f"a {shown(kind)} with {len(points)} points is no region; a polygon, rectangle, circle or mask is."
    )


def _circle(centre: Corner, edge: Corner) -> Draw:
    radius = hypot(edge[0] - centre[0], edge[1] - centre[1])

    def draw(size: Size) -> Rle:
        y, x = np.ogrid[: size[0], : size[1]]
        return masks.encode((x + 0.5 - centre[0]) ** 2 + (y + 0.5 - centre[1]) ** 2 <= radius**2)

    return draw


def _bitmap(first: Corner, last: Corner, encoded: Any) -> Draw:
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
