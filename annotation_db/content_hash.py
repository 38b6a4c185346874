"""A hash of what a row says, stored in the row: a vote that a disk changed is found, not counted.

The text that is hashed is a JSON list of the row's scalar columns in the order of `COLUMNS`; the row's JSON
columns follow, each on a line of its own, as `json.dumps` writes them. Times are UTC with microseconds:
``2026-11-21 07:12:31.118022``. The hash is the first half of the text's SHA-256, 32 hexadecimal digits. Both
databases write that very text from a row themselves (`as_sql`), which is what makes looking at a million
ratings quick; where their text differs (a float with 17 digits), `of_values` decides.

The lists are explicit, so a column added later changes no hash. Where a new column decides labels too, its
migration adds it to `COLUMNS` here and hashes the rows again (`content_hash_fill.fill`, with the new list
written out in the migration). An ``id`` is in no list: rows are hashed before they have one. An id that
changes shows in the indexes, which ``PRAGMA integrity_check`` compares with the rows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import JSON, Column, DateTime, Double, Float, Table
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.types import TypeDecorator

from annotation_db.json_text import dumps
from annotation_db.scales import SCALE_NAMES
from annotation_db.schema import Base

HASH: Final = "content_hash"
"""The column that holds it."""

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "roi": (
        *("uid", "image_id", "external_id", "level", "mask_height", "mask_width", "counts", "area"),
        *("box_x", "box_y", "box_width", "box_height", "segmenter", "predicted_iou", "created_by"),
        *("created_at", "prompts"),
    ),
    "rating": (
        *("uid", "roi_id", "annotator_id", "kind", "revision", *SCALE_NAMES, "shown_at", "submitted_at"),
        *("duration_ms", "origin", "prefill", "prediction_id", "outcomes"),
    ),
    "prediction": (
        *("uid", "roi_id", "predictor_id", *SCALE_NAMES, "quality_score", "importance_score", "raw_text"),
        *("computed_at", "seconds", "confidences", "quality_probabilities", "importance_probabilities"),
        *("distortions", "unreadable"),
    ),
    "exclusion": ("kind", "target_id", "reason", "by", "at", "lifted_at", "lifted_by"),
    "label_run": ("uid", "created_at", "created_by", "policy"),
    "roi_label": ("roi_id", "status", "n", "rating_ids", "result"),
}
"""Table -> the columns that are hashed, JSON columns last. The order is part of the hash."""


def of_values(table: str, values: Mapping[str, Any], columns: tuple[str, ...] | None = None) -> str:
    """The hash of one row.

    Parameters
    ----------
    table : str
        One of `COLUMNS`.
    values : mapping
        Column -> value as Python has it (aware datetimes, dicts and lists for JSON); columns that are not
        hashed may be there too. Every hashed column must be there, None for null.
    columns : tuple of str, optional
        Another list than that of `COLUMNS`, for migrations.

    Returns
    -------
    str
        32 hexadecimal digits.
    """
    return of_columns(Base.metadata.tables[table].c, values, columns or COLUMNS[table])


def of_columns(
    types: ReadOnlyColumnCollection[str, Column[Any]], values: Mapping[str, Any], columns: tuple[str, ...]
) -> str:
    """The hash of one row of a table that the schema may not know, for migrations."""
    scalars: list[Any] = []
    documents = ""
    for name in columns:
        value = values[name]
        if is_json(types[name]):
            documents += "\n" + dumps(value)
        elif isinstance(value, datetime):
            scalars.append(_utc(value))
        elif value is not None and isinstance(types[name].type, (Double, Float)):
            scalars.append(float(value))
        else:
            scalars.append(value)
    text = json.dumps(scalars, separators=(",", ":"), ensure_ascii=False) + documents
    return of_bytes(text.encode("utf-8", "surrogatepass"))


def of_bytes(text: bytes) -> str:
    """The hash of the text of a row."""
    return hashlib.sha256(text).hexdigest()[:32]


def sealed(table: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a new row, with what the schema would fill in and with their hash.

    Every write of a row of a table of `COLUMNS` goes through here.
    """
    whole = dict(values)
    for name in COLUMNS[table]:
        if name not in whole:
            whole[name] = _default(Base.metadata.tables[table].c[name])
    whole[HASH] = of_values(table, whole)
    return whole


def of_row(row: Base) -> str:
    """The hash of a row that was just changed, to be stored with the change."""
    table = row.__tablename__
    return of_values(table, {name: getattr(row, name) for name in COLUMNS[table]})


def is_json(column: Column[Any]) -> bool:
    """Whether a column holds JSON."""
    return isinstance(column.type, JSON)


def is_time(column: Column[Any]) -> bool:
    """Whether a column holds a time."""
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    return isinstance(kind, DateTime)


def as_sql(table: Table, dialect: str) -> str:
    """SQL that writes the text of a row, as bytes where the hash is taken by the program.

    On SQLite to be hashed by a function of the connection, on PostgreSQL hashed already.
    """
    columns = [table.c[name] for name in COLUMNS[table.name]]
    scalars = [column for column in columns if not is_json(column)]
    documents = [column for column in columns if is_json(column)]
    if dialect == "sqlite":
        listed = ", ".join(f'"{column.name}"' for column in scalars)
        tail = "".join(f" || char(10) || ifnull(\"{column.name}\", 'null')" for column in documents)
        return f"CAST(json_array({listed}){tail} AS BLOB)"
    parts = " || ',' || ".join(_server_text(column) for column in scalars)
    tail = "".join(f" || chr(10) || coalesce(\"{column.name}\"::text, 'null')" for column in documents)
    return f"left(encode(sha256(convert_to('[' || {parts} || ']'{tail}, 'UTF8')), 'hex'), 32)"


def _server_text(column: Column[Any]) -> str:
    name = f'"{column.name}"'
    if is_time(column):
        shown = f"to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
        return f"coalesce('\"' || {shown} || '\"', 'null')"
    if column.type.python_type is str:
        return f"coalesce(to_json({name}::text)::text, 'null')"
    return f"coalesce({name}::text, 'null')"


def _utc(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("times are stored in UTC: give an aware datetime")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def of_all(hashes: Iterable[str]) -> str:
    """One hash over those of several rows, in this order."""
    return of_bytes("\n".join(hashes).encode())


def _default(column: Column[Any]) -> Any:
    default = column.default
    if default is None:
        return None
    return default.arg(None) if default.is_callable else default.arg  # type: ignore[attr-defined]
