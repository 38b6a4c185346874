"""Values as SQLite holds them, read one by one, so that one that cannot be read stops nothing else.

SQLite stores what it is given whatever a column's type says, and a bad disk stores what it likes. Texts are
read as bytes here, and each value is turned into what the program would read, or into what is wrong with it.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Boolean, Column, Integer, Table
from sqlalchemy.types import Float, Numeric

from annotation_db.database.content_hash import is_json, is_time

_TIME: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?: (\d\d):(\d\d):(\d\d)(?:\.(\d{6}))?)?",
    re.ASCII,
)
_GLOB: Final = "[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-5][0-9]." + "[0-9]" * 6
PORTION: Final = 1000


class Unreadable(ValueError):
    """A stored value that the program could not read; the words say why."""


def value(column: Column[Any], raw: object) -> Any:
    """What the program would read from a column.

    Parameters
    ----------
    raw : int, float, bytes or None
        As SQLite hands it out with texts as bytes.

    Raises
    ------
    Unreadable
        If it could not be read.
    """
    if raw is None:
        if column.nullable:
            return None
        raise Unreadable(f"its {column.name} is missing")
    if isinstance(column.type, Boolean):
        if raw in (0, 1) and isinstance(raw, int):
            return bool(raw)
        raise Unreadable(f"its {column.name} is neither yes nor no")
    if isinstance(column.type, Integer):
        if isinstance(raw, int):
            return raw
        raise Unreadable(f"its {column.name} is no whole number")
    if isinstance(column.type, (Float, Numeric)):
        if isinstance(raw, (int, float)):
            return float(raw)
        raise Unreadable(f"its {column.name} is no number")
    if not isinstance(raw, bytes):
        raise Unreadable(f"its {column.name} is no text")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable(f"its {column.name} is no text (bytes that are not UTF-8)") from None
    if is_time(column):
        return _time(column.name, text)
    if not is_json(column):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable(f"its {column.name} is no JSON") from None


def rows(database: sqlite3.Connection, statement: str, given: tuple[Any, ...] = ()) -> Iterator[Any]:
    """The rows of a statement with texts as bytes; other uses of the connection see texts as ever."""
    with _as_bytes(database):
        cursor = database.execute(statement, given)
    while True:
        with _as_bytes(database):
            portion = cursor.fetchmany(PORTION)
        if not portion:
            return
        yield from portion


def suspicious(table: Table, there: set[str]) -> str:
    """SQL: a condition that holds for every row with a value that cannot be read.

    It also holds for some that can, such as names with accents: it is a sieve that keeps millions of rows
    from being read one by one.

    Parameters
    ----------
    there : set of str
        The columns that the file has.
    """
    tests = [test for column in table.columns if column.name in there for test in _tests(column)]
    return " OR ".join(tests)


def _tests(column: Column[Any]) -> Iterator[str]:
    name = f'"{column.name}"'
    null = f"{name} IS NOT NULL AND " if column.nullable else f"{name} IS NULL OR "
    if isinstance(column.type, Boolean):
        yield f"({null}(typeof({name}) != 'integer' OR {name} NOT IN (0, 1)))"
    elif isinstance(column.type, Integer):
        yield f"({null}typeof({name}) != 'integer')"
    elif isinstance(column.type, (Float, Numeric)):
        yield f"({null}typeof({name}) NOT IN ('real', 'integer'))"
    else:
        yield f"({null}typeof({name}) != 'text')"
        if is_time(column):
            real = f"strftime('%Y-%m-%d %H:%M:%S', {name}) IS substr({name}, 1, 19)"
            yield f"({name} NOT GLOB '{_GLOB}' OR {name} < '0001' OR NOT {real})"
        else:
            yield f"({name} GLOB '*[^ -~]*')"
            if is_json(column):
                yield f"(typeof({name}) = 'text' AND NOT json_valid({name}))"


def _time(name: str, text: str) -> datetime:
    parts = _TIME.fullmatch(text)
    try:
        if parts is not None:
            return datetime(*(int(part or 0) for part in parts.groups()), tzinfo=UTC)  # type: ignore[arg-type,misc]
    except ValueError:
        pass
    raise Unreadable(f"its {name} is no time")


@contextmanager
def _as_bytes(database: sqlite3.Connection) -> Iterator[None]:
    before, database.text_factory = database.text_factory, bytes
    try:
        yield
    finally:
        database.text_factory = before
