"""COCO instances: polygons, compressed and uncompressed run lengths, crowds."""

from __future__ import annotations

from typing import Any

from annotation_db.errors import Refused
from annotation_db.imports.candidates import (
    Candidate,
    Draw,
    Reading,
    from_polygons,
    from_rle,
    level_of,
    number,
    text_of,
)
from annotation_db.imports.files import shown


def read(data: dict[str, Any]) -> Reading:
    """Read the ROIs of a parsed file.

    A ROI's id is its ``attributes.roi`` where an export of ours wrote one, else the id COCO gave it;
    its level is ``attributes.level``, else object.
    """
    reading = Reading("coco")
    names: dict[int | str, str] = {}
    images, instances = data.get("images"), data.get("annotations")
    if not isinstance(images, list) or not isinstance(instances, list):
        reading.complain(None, 'the file has no lists "images" and "annotations", as COCO has.')
        return reading
    for image in images:
        if isinstance(image, dict) and isinstance(image.get("id"), int | str):
            names[image["id"]] = image.get("file_name", "")
    for entry, item in enumerate(instances, start=1):
        try:
            reading.candidates.append(_candidate(entry, item, names))
        except Refused as refusal:
            reading.complain(entry, str(refusal))
    return reading


def _candidate(entry: int, item: Any, names: dict[int | str, str]) -> Candidate:
    if not isinstance(item, dict):
        raise Refused("an annotation must be an object.")
    image_id = item.get("image_id")
    if not isinstance(image_id, int | str) or image_id not in names:
        raise Refused(f'"image_id" {shown(image_id)} is not among the file\'s images.')
    attributes = item.get("attributes")
    ours = attributes if isinstance(attributes, dict) else {}
    own_id = ours.get("roi", item.get("id"))
    return Candidate(
        entry=entry,
        image=text_of(names[image_id], '"file_name"'),
        external_id=None if own_id is None else text_of(own_id, '"id"'),
        level=level_of(ours.get("level")),
        draw=_draw(item.get("segmentation")),
    )


def _draw(segmentation: Any) -> Draw:
    if isinstance(segmentation, dict):
        return from_rle(segmentation)
    if not isinstance(segmentation, list) or not segmentation:
        raise Refused('there is no "segmentation"; a ROI needs a mask, a box alone is not enough.')
    polygons: list[list[tuple[float, float]]] = []
    for flat in segmentation:
        if not isinstance(flat, list) or len(flat) < 6 or len(flat) % 2:
            raise Refused("a polygon must be a list x1, y1, x2, y2, x3, y3 ... of three corners or more.")
        values = [number(value, "a polygon") for value in flat]
        polygons.append(list(zip(values[::2], values[1::2], strict=True)))
    return from_polygons(polygons)
