"""COCO instances: polygons, compressed and uncompressed run lengths, crowds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from annotation_db.errors import Refused
from annotation_db.imports.candidates import (
    Candidate,
    Rasteriser,
    Reading,
    from_polygons,
    from_rle,
    id_of,
    level_of,
    number,
    of_size,
    picture_of,
    uids_of,
)
from annotation_db.names import shown

Id = int | str


def read(data: dict[str, Any]) -> Reading:
    """Read the ROIs of a parsed file.

    A ROI's id is its ``attributes.roi`` where an export of ours wrote one, else the id COCO gave it;
    its level is ``attributes.level``, else object.
    """
    reading = Reading("coco")
    images, instances = data.get("images"), data.get("annotations")
    if not isinstance(images, list) or not isinstance(instances, list):
        reading.complain(None, 'the file has no lists "images" and "annotations", as COCO has.')
        return reading
    by_id: dict[Id, list[dict[str, Any]]] = {}
    for image in images:
        if not isinstance(image, dict):
            continue
        if (image_id := _id(image.get("id"))) is not None:
            by_id.setdefault(image_id, []).append(image)
        elif image.get("id") is not None:
            name = shown(image.get("file_name", ""))
            reading.complain(None, f"image {name} has the id {shown(image['id'])}, which is no whole number.")
    for image_id, several in by_id.items():
        if len(several) > 1:
            reading.complain(None, _ambiguous(image_id, several))
    taken: dict[Id, int] = {}
    for entry, item in enumerate(instances, start=1):
        try:
            reading.candidates.append(_candidate(entry, item, by_id, taken))
        except Refused as refusal:
            reading.complain(entry, str(refusal))
    return reading


def is_results(data: object) -> bool:
    """Whether a parsed file is a COCO results list: what a model said, by ids of another file's images."""
    return isinstance(data, list) and any(
        isinstance(item, dict) and "image_id" in item and "img" not in item for item in data
    )


def _candidate(
    entry: int, item: Any, by_id: dict[Id, list[dict[str, Any]]], taken: dict[Id, int]
) -> Candidate:
    if not isinstance(item, dict):
        raise Refused("an annotation must be an object.")
    own = _id(item.get("id"))
    if own is not None and taken.setdefault(own, entry) != entry:
        raise Refused(f"the annotation of entry {taken[own]} has the id {shown(own)} too; give each its own.")
    image_id = _id(item.get("image_id"))
    if image_id is None or image_id not in by_id:
        raise Refused(f'"image_id" {shown(item.get("image_id"))} is not among the file\'s images.')
    image, *others = by_id[image_id]
    if others:
        raise Refused(_ambiguous(image_id, by_id[image_id]))
    attributes = item.get("attributes")
    ours = attributes if isinstance(attributes, dict) else {}
    own_id = ours.get("roi", item.get("id"))
    return Candidate(
        entry=entry,
        image=picture_of(image.get("file_name", ""), '"file_name"'),
        external_id=None if own_id is None else id_of(own_id, '"id"'),
        level=level_of(ours.get("level")),
        draw=of_size(_draw(item.get("segmentation")), image.get("height"), image.get("width")),
        uids=uids_of(ours.get("uid"), ours.get("aliases")),
    )


def _id(value: object) -> Id | None:
    """An id as it is compared: 1 and 1.0 are one number in JSON, and true is none."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int | str) and not isinstance(value, bool) else None


def _ambiguous(image_id: Id, images: list[dict[str, Any]]) -> str:
    named = " and ".join(_names(images))
    return f"{len(images)} images of the file have the id {shown(image_id)} ({named}); give each its own."


def _names(images: list[dict[str, Any]]) -> Iterator[str]:
    for image in images[:3]:
        yield shown(image.get("file_name", ""))


def _draw(segmentation: Any) -> Rasteriser:
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
