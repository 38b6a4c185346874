"""Which column of a table is which of a ratings file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from annotation_db import names
from annotation_db.errors import ImportRefused
from annotation_db.names import shown
from annotation_db.vocabulary.scales import SCALE_NAMES

COLUMNS: Final = ("image", "roi", "annotator", *SCALE_NAMES)
"""The columns that every ratings file has, in this order when we write one."""
OPTIONAL: Final = (
    *("submitted_at", "duration_ms", "revision", "excluded", "excluded_because", "simulated"),
    *("prefill", "prediction", "outcomes", "roi_uid"),
)
"""Columns that are read where they are there; others are passed over."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each column is."""

    at: Mapping[str, int]
    """Column of a ratings file -> place in the table."""
    missing: tuple[str, ...]
    """Columns that every ratings file has and this one has not."""
    ignored: tuple[str, ...]
    """What the table has and is not read."""


def found(header: Sequence[str], columns: Mapping[str, str]) -> Columns:
    """The columns of a first line; names are compared folded (see `names.folded`).

    Parameters
    ----------
    columns : mapping
        Column of a ratings file -> what it is called in this table; it goes before one of its own name.
    """
    places: dict[str, int] = {}
    for number, name in enumerate(header):
        places.setdefault(names.folded(name), number)
    at: dict[str, int] = {}
    place: int | None
    for name in (*COLUMNS, *OPTIONAL):
        place = places.get(names.folded(columns.get(name, name)))
        if place is not None and (name in columns or place not in _taken(places, columns)):
            at[name] = place
    used = set(at.values())
    return Columns(
        at,
        tuple(name for name in COLUMNS if name not in at),
        tuple(name for number, name in enumerate(header) if number not in used and name.strip()),
    )


def fit(columns: Mapping[str, str], header: Sequence[str]) -> int:
    """How many of the columns that every ratings file has a first line holds."""
    return len(COLUMNS) - len(found(header, columns).missing)


def check(file: Path, header: Sequence[str], columns: Mapping[str, str]) -> Columns:
    """The columns of a ratings file.

    Raises
    ------
    ImportRefused
        If one is missing, there twice, or not where it is said to be.
    """
    folded = Counter(names.folded(name) for name in header)
    for name, called in columns.items():
        if names.folded(called) not in folded:
            has = ", ".join(shown(one) for one in header if one.strip())
            raise ImportRefused(
                f"{file.name} has no column {shown(called)} to be taken as {name}; it has {has or 'none'}."
            )
    twice = sorted(name for name, count in folded.items() if count > 1 and name)
    if twice:
        raise ImportRefused(f"{file.name} has the column {shown(', '.join(twice))} twice; leave one of them.")
    same = [name for name, count in Counter(map(names.folded, columns.values())).items() if count > 1]
    if same:
        raise ImportRefused(
            f"The column {shown(same[0])} is to be taken as two; name another for one of them."
        )
    columns_found = found(header, columns)
    if columns_found.missing:
        raise ImportRefused(
            f"{file.name} has no column {', '.join(columns_found.missing)}; its first line must be "
            f"{','.join(COLUMNS)}, or say which of its columns is which (--map)."
        )
    return columns_found


def _taken(places: Mapping[str, int], columns: Mapping[str, str]) -> set[int]:
    """Columns that were said to be something: they are not what they are called."""
    return {places[key] for called in columns.values() if (key := names.folded(called)) in places}
