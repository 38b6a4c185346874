"""The published SEAGULL inference format: a JSON list of {"img", "rle" or "points"}, and more of our own.

"rle" is the counts text that the published program reads, with its size beside it in "size"; earlier exports
wrote a COCO object, which is read too.
"""

from __future__ import annotations

from typing import Any

from annotation_db.errors import Refused
from annotation_db.imports.candidates import (
    Candidate,
    Rasteriser,
    Reading,
    from_box,
    from_rle,
    id_of,
    level_of,
    picture_of,
    uids_of,
)


def read(data: list[Any]) -> Reading:
    """Read the ROIs of a parsed file. A mask ("rle") comes before a box ("points") where both stand."""
    reading = Reading("seagull")
    for entry, item in enumerate(data, start=1):
        try:
            reading.candidates.append(_candidate(entry, item))
        except Refused as refusal:
            reading.complain(entry, str(refusal))
    return reading


def _candidate(entry: int, item: Any) -> Candidate:
    if not isinstance(item, dict):
        raise Refused('an entry must be an object {"img": ..., "rle": ...} or {"img": ..., "points": ...}.')
    return Candidate(
        entry=entry,
        image=picture_of(item.get("img"), '"img"'),
        external_id=None if item.get("id") is None else id_of(item["id"], '"id"'),
        level=level_of(item.get("level")),
        draw=_draw(item),
        uids=uids_of(item.get("uid"), item.get("aliases")),
    )


def _draw(item: dict[str, Any]) -> Rasteriser:
    if item.get("rle") is not None:
        rle = item["rle"]
        return from_rle(rle if isinstance(rle, dict) else {"counts": rle, "size": item.get("size")})
    if item.get("points") is not None:
        return from_box(item["points"])
    raise Refused('the entry has neither "rle" nor "points"; give it a mask or a box.')
