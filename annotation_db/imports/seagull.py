"""The published SEAGULL inference format: a JSON list of {"img", "rle" or "points"}, plus "id", "level"."""

from __future__ import annotations

from typing import Any

from annotation_db.errors import Refused
from annotation_db.imports.candidates import Candidate, Draw, Reading, from_box, from_rle, level_of, text_of


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
        image=text_of(item.get("img"), '"img"'),
        external_id=None if item.get("id") is None else text_of(item["id"], '"id"'),
        level=level_of(item.get("level")),
        draw=_draw(item),
    )


def _draw(item: dict[str, Any]) -> Draw:
    if item.get("rle") is not None:
        return from_rle(item["rle"])
    if item.get("points") is not None:
        return from_box(item["points"])
    raise Refused('the entry has neither "rle" nor "points"; give it a mask or a box.')
