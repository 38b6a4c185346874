"""Hashing rows that are there already: for migrations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, bindparam, column, select
from sqlalchemy import table as plain_table

from annotation_db.database import raw_values
from annotation_db.database.content_hash import HASH, of_values, shape

_PORTION: Final = 2000


def fill(connection: Connection, table: str, columns: tuple[str, ...]) -> None:
    """Hash every row of a table.

    A row with a value that cannot be read keeps an empty hash, so `check` finds it.

    Parameters
    ----------
    columns : tuple of str
        What is hashed, as the migration that calls this has it; see `content_hash.COLUMNS`.
    """
    bare = plain_table(table, column("id"), column(HASH))
    change = bare.update().where(bare.c.id == bindparam("of")).values({HASH: bindparam("to")})
    read = _of_file if connection.dialect.name == "sqlite" else _of_server
    last: int | None = None
    while portion := list(read(connection, table, columns, last)):
        changes = [{"of": row_id, "to": made} for row_id, made in portion if made]
        if changes:
            connection.execute(change, changes)
        last = portion[-1][0]


def _of_file(
    connection: Connection, table: str, columns: tuple[str, ...], last: int | None
) -> Iterator[tuple[int, str]]:
    types = shape(table).c
    listed = ", ".join(f'"{name}"' for name in columns)
    after = "" if last is None else f"WHERE id > {last}"
    statement = f'SELECT id, {listed} FROM "{table}" {after} ORDER BY id LIMIT {_PORTION}'
    driver: Any = connection.connection.driver_connection
    for row in raw_values.rows(driver, statement):
        try:
            values = {
                name: raw_values.value(types[name], raw) for name, raw in zip(columns, row[1:], strict=True)
            }
            yield row[0], of_values(table, values, columns)
        except raw_values.Unreadable:
            yield row[0], ""


def _of_server(
    connection: Connection, table: str, columns: tuple[str, ...], last: int | None
) -> Iterator[tuple[int, str]]:
    types = shape(table).c
    query = select(types.id, *(types[name] for name in columns)).order_by(types.id).limit(_PORTION)
    if last is not None:
        query = query.where(types.id > last)
    for row in connection.execute(query):
        yield row[0], of_values(table, dict(zip(columns, row[1:], strict=True)), columns)
