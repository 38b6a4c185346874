"""Projects on a PostgreSQL server: copied into a SQLite file of the same schema version, and back."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import JSON, URL, Connection, MetaData, Table, create_engine, func, select, text

from annotation_db.database import migrations, place_changes
from annotation_db.database.schema import ChangeCounter
from annotation_db.errors import Cancelled, ProjectError
from annotation_db.vocabulary.callbacks import CancelCheck, Progress

_PORTION: Final = 2000
_OWN: Final = frozenset({"alembic_version", "place_change"})
"""Tables that each database writes for itself: its version, and what its triggers note."""


def copy_from_server(
    server: Connection,
    target: Path,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> None:
    """Write all rows of a project on a server into a new SQLite file.

    Parameters
    ----------
    server : Connection
        In a transaction that sees one moment in time (REPEATABLE READ).

    Raises
    ------
    Cancelled
        If `cancelled` says so.
    """
    version = migrations.version_of(server)
    if version is None:
        raise ProjectError("There is no project on this server; check the URL.")
    engine = create_engine(URL.create("sqlite", database=str(target)))
    try:
        with engine.begin() as file:
            migrations.upgrade(file, target=version)
            _copy_all(server, file, _tables(file), progress, cancelled)
    finally:
        engine.dispose()
    with closing(sqlite3.connect(target)) as made:
        made.execute("PRAGMA journal_mode=DELETE")


def copy_to_server(file: Path, server: Connection) -> None:
    """Replace all rows of a project on a server by those of a SQLite file of the same version.

    The caller's transaction holds all of it: nobody sees a part. It waits for those who write, and keeps
    others out. The counters of changes go on: whoever looks at them sees that all is new.
    """
    engine = create_engine(URL.create("sqlite", database=str(file)))
    try:
        with engine.connect() as source:
            if migrations.version_of(source) != migrations.version_of(server):
                raise ProjectError(
                    f"{file} is of another version than the project; open the project once, then restore."
                )
            tables = [table for table in _tables(server) if table.name != ChangeCounter.__tablename__]
            names = ", ".join(f'"{table.name}"' for table in tables)
            server.execute(text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"))
            server.execute(text(f"TRUNCATE {names}"))
            _copy_all(source, server, tables, None, None)
            for table in tables:
                if "id" in table.c:
                    _set_sequence(server, table)
            place_changes.all_may_differ(server)
    finally:
        engine.dispose()


def _copy_all(
    source: Connection,
    target: Connection,
    into: list[Table],
    progress: Progress | None,
    cancelled: CancelCheck | None,
) -> None:
    if source.dialect.name == "postgresql":
        source.execute(text("SET LOCAL TIME ZONE 'UTC'"))
    there = {table.name: table for table in _tables(source)}
    for done, table in enumerate(into):
        if progress is not None:
            progress(done, len(into), table.name)
        if table.name not in there:
            continue
        rows = source.execution_options(stream_results=True).execute(select(there[table.name]))
        for portion in rows.mappings().partitions(_PORTION):
            if cancelled is not None and cancelled():
                raise Cancelled("The backup was stopped; none was made.")
            target.execute(table.insert(), [_in_utc(row) for row in portion])


def _tables(connection: Connection) -> list[Table]:
    """The project's tables as this database has them, parents before children."""
    metadata = MetaData()
    metadata.reflect(connection)
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type = JSON(none_as_null=True)  # null stays null, and does not become the word
    return [table for table in metadata.sorted_tables if table.name not in _OWN]


def _in_utc(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        str(name): value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo else _utc(value)
        for name, value in row.items()
    }


def _utc(value: Any) -> Any:
    # SQLite hands out times without a zone; they are UTC.
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


def _set_sequence(server: Connection, table: Table) -> None:
    name = server.execute(select(func.pg_get_serial_sequence(table.name, "id"))).scalar()
    if name is not None:
        highest = server.execute(select(func.max(table.c.id))).scalar()
        server.execute(select(func.setval(name, highest or 1, highest is not None)))
