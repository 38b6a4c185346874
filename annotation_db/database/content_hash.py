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
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import JSON, Column, DateTime, Double, Float, Table
from sqlalchemy.types import TypeDecorator

from annotation_db.database.schema import PAST, Base
from annotation_db.files.json_text import dumps
from annotation_db.vocabulary.scales import SCALE_NAMES

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
    "label_run_item": ("run_id", "label_id"),
}
"""Table -> the columns that are hashed, JSON columns last. The order is part of the hash."""

_TEXT: Final = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)
PAST_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "label": ("run_id", "roi_id", "status", "n", "rating_ids", "result"),
}
"""The same of tables that only older versions have (`schema.PAST`)."""


def shape(table: str) -> Table:
    """A table as this program has it, or as the last version that had it."""
    return Base.metadata.tables[table] if table in Base.metadata.tables else PAST.tables[table]


def hashed(table: str) -> tuple[str, ...]:
    """The columns of a table of `COLUMNS` or `PAST_COLUMNS` that are hashed."""
    return COLUMNS[table] if table in COLUMNS else PAST_COLUMNS[table]


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
    scalars: list[Any] = []
    documents = ""
    for name, kind in _kinds(table, columns or hashed(table)):
        value = values[name]
        if kind == "json":
            documents += "\n" + ("null" if value is None else dumps(value))
        elif isinstance(value, datetime):
            scalars.append(_utc(value))
        elif kind == "float" and value is not None:
            scalars.append(float(value))
        else:
            scalars.append(value)
    text = _TEXT.encode(scalars) + documents
    return of_bytes(text.encode("utf-8", "surrogatepass"))


@cache
def _kinds(table: str, columns: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """How each column is written: looked up once, and not for each of a million rows."""
    types = shape(table).c
    return tuple(
        (name, "json" if is_json(types[name]) else "float" if _is_float(types[name]) else "")
        for name in columns
    )


def _is_float(column: Column[Any]) -> bool:
    return isinstance(column.type, (Double, Float))


def of_bytes(text: bytes) -> str:
    """The hash of the text of a row."""
    return hashlib.sha256(text).hexdigest()[:32]


def with_hash(table: str, values: Mapping[str, Any]) -> dict[str, Any]:
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


def as_sql(table: Table, dialect: str, names: tuple[str, ...] | None = None) -> str:
    """SQL that writes the text of a row, as bytes where the hash is taken by the program.

    On SQLite to be hashed by a function of the connection, on PostgreSQL hashed already. Migrations name the
    columns.
    """
    columns = [table.c[name] for name in names or hashed(table.name)]
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


def _default(column: Column[Any]) -> Any:
    default = column.default
    if default is None:
        return None
    return default.arg(None) if default.is_callable else default.arg  # type: ignore[attr-defined]
