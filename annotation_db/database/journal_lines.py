"""What a line of a journal must hold to be taken for an entry: a file that was damaged stops nobody."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from annotation_db.vocabulary.scales import SCALE_NAMES

_LONGEST_UID: Final = 32
_LARGEST: Final = 2**63
"""Whole numbers from here on no database takes."""


def sealed(entry: Mapping[str, Any]) -> str:
    """The line of an entry, with a seal by which damage shows that leaves it JSON; ends with a newline."""
    return json.dumps({**entry, "seal": _seal(entry)}) + "\n"


def unsealed(value: object) -> dict[str, Any] | None:
    """The entry of a line's JSON value, without its seal; None where that is broken or it is no entry.

    One without a seal was written before there were seals.
    """
    if not isinstance(value, dict):
        return None
    entry = {name: content for name, content in value.items() if name != "seal"}
    is_whole = "seal" not in value or value["seal"] == _seal(entry)
    return entry if is_whole and is_entry(entry) else None


def is_entry(value: object) -> bool:
    """Whether a JSON value is an entry that can be compared with the database and be stored again.

    Whether its votes are on their scales, and its mask a mask, is asked when it is stored.
    """
    if not isinstance(value, dict):
        return False
    kind = value.get("kind")
    if not isinstance(kind, str) or kind not in _NEEDED:
        return False
    return all(name in value and fits(value[name]) for name, fits in _NEEDED[kind].items())


def _seal(entry: Mapping[str, Any]) -> str:
    return sha256(json.dumps(entry, sort_keys=True).encode("ascii")).hexdigest()[:16]


def _is_text(value: object) -> bool:
    # NUL and halves of surrogate pairs are legal in JSON, and no database takes them.
    return isinstance(value, str) and "\0" not in value and not any("\ud800" <= c <= "\udfff" for c in value)


def _is_uid(value: object) -> bool:
    return _is_text(value) and 0 < len(str(value)) <= _LONGEST_UID


def _is_number(value: object) -> bool:
    return isinstance(value, int) and -_LARGEST <= value < _LARGEST


def _is_time(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _are_votes(value: object) -> bool:
    return isinstance(value, dict) and all(_is_number(value.get(name)) for name in SCALE_NAMES)


def _is_size(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_number, value))


def _or_none(fits: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: value is None or fits(value)


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _is_object(value: object) -> bool:
    return isinstance(value, dict) and _is_text(str(value)) and "\\x00" not in str(value)


def _is_share(value: object) -> bool:
    return isinstance(value, (int, float))


_NEEDED: Final[Mapping[str, Mapping[str, Callable[[Any], bool]]]] = {
    "rating": {
        **dict.fromkeys(("uid", "roi"), _is_uid),
        **dict.fromkeys(("annotator", "name", "rating_kind", "origin", "prefill"), _is_text),
        **dict.fromkeys(("at", "submitted_at"), _is_time),
        "shown_at": _or_none(_is_time),
        "votes": _are_votes,
        "duration_ms": _or_none(_is_number),
        "prediction": _or_none(_is_uid),
        "outcomes": _or_none(_is_list),
    },
    "check": {
        **dict.fromkeys(("uid", "target"), _is_uid),
        **dict.fromkeys(("check", "annotator", "name", "prefill"), _is_text),
        **dict.fromkeys(("at", "submitted_at"), _is_time),
        "attempt": _is_number,
        "slot": _or_none(_is_number),
        "shown_at": _or_none(_is_time),
        "votes": _are_votes,
        "duration_ms": _or_none(_is_number),
    },
    "roi": {
        **dict.fromkeys(("uid", "image"), _is_uid),
        **dict.fromkeys(("sha256", "external_id", "level", "counts", "segmenter", "created_by"), _is_text),
        "at": _is_time,
        "size": _is_size,
        "prompts": _or_none(_is_object),
        "predicted_iou": _or_none(_is_share),
    },
}
"""By kind, what each part of an entry has to be."""
