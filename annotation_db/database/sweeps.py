"""Looking through a database for damage: each sweep for itself, and none ends because of what it finds.

On SQLite the sweeps work below the ORM, on the driver's own connection: what is damaged must not keep the
rest from being looked at. A quick pass in SQL goes over the good rows; what it stops at is read one by one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from annotation_db.database import content_hash, migrations, raw_values
from annotation_db.database.content_hash import COLUMNS, HASH, PAST_COLUMNS
from annotation_db.database.findings import Damage
from annotation_db.database.read_only_files import open_read_only
from annotation_db.database.schema import Base
from annotation_db.vocabulary.scales import SCALE_NAMES, SCALES

MOST_REPORTED: Final = 20
"""So many things of one kind are told one by one."""

Sweep = Callable[[sqlite3.Connection], Iterator[Damage]]


def pages(database: sqlite3.Connection) -> Iterator[Damage]:
    """Pages, order, indexes against rows, and the CHECKs, as SQLite itself looks at them."""
    for (line,) in database.execute(f"PRAGMA integrity_check({MOST_REPORTED})"):
        if line != "ok":
            told = str(line).replace("\n", " ")
            yield Damage("project.sqlite", f"the database file is damaged ({told})")


def quick_pages(database: sqlite3.Connection) -> Iterator[Damage]:
    """Pages and CHECKs without comparing indexes and rows: some hundred megabytes in a second."""
    for (line,) in database.execute(f"PRAGMA quick_check({MOST_REPORTED})"):
        if line != "ok":
            told = str(line).replace("\n", " ")
            yield Damage("project.sqlite", f"the database file is damaged ({told})")


def references(database: sqlite3.Connection) -> Iterator[Damage]:
    """Rows that name rows that are not there."""
    for table, row, parent, _ in database.execute("PRAGMA foreign_key_check"):
        yield Damage(f"{table} row {row}", f"row {row} of {table} names a row of {parent} that is not there")


def contents(table: str) -> Sweep:
    """Rows of one hashed table that do not say what was stored in them."""

    def sweep(database: sqlite3.Connection) -> Iterator[Damage]:
        there = _columns(database, table)
        if HASH not in there:  # of an older version, which knew no hashes
            yield from _unreadable(database, table, there)
            return
        shape = content_hash.shape(table)
        database.create_function("studio_hash", 1, content_hash.of_bytes, deterministic=True)
        quick = f"studio_hash({content_hash.as_sql(shape, 'sqlite')}) IS NOT {HASH}"
        for row_id in _suspects(database, table, quick):
            if (wrong := _wrong_row(database, table, row_id)) is not None:
                yield Damage(f"{table} row {row_id}", f"row {row_id} of {table} is damaged: {wrong}")

    return sweep


def values(table: str) -> Sweep:
    """Values of one table without hashes that cannot be read."""
    return lambda database: _unreadable(database, table, _columns(database, table))


_COMPUTED_FROM: Final = (
    *("project", "image_root", "image", "annotator", "annotator_merge", "predictor"),
    *("frozen_split", "frozen_part"),
)
"""Tables without hashes that labels, exports and predictions are made from."""
_OTHERS: Final = tuple(name for name in Base.metadata.tables if name not in {*COLUMNS, *_COMPUTED_FROM})

COMPUTED: Final[tuple[Sweep, ...]] = (
    references,
    *(contents(name) for name in (*COLUMNS, *PAST_COLUMNS)),
    *(values(name) for name in _COMPUTED_FROM),
)
"""What must be sound, beside the pages, before anything is computed."""
QUICK: Final[tuple[Sweep, ...]] = (quick_pages,)
"""What takes no time that grows with every rating's content."""
ALL: Final[tuple[Sweep, ...]] = (pages, *COMPUTED, *(values(name) for name in _OTHERS))


def of_file(database: sqlite3.Connection, sweeps: tuple[Sweep, ...] = ALL) -> Iterator[Damage]:
    """What is wrong in a SQLite database; never raises for what it finds."""
    seen: set[str] = set()
    for sweep in sweeps:
        told = 0
        try:
            for damage in sweep(database):
                if damage.subject in seen and damage.subject != "project.sqlite":
                    continue
                seen.add(damage.subject)
                told += 1
                if told > MOST_REPORTED:
                    yield Damage("database", "there are more rows like the last one")
                    break
                yield damage
        except (sqlite3.Error, ValueError, OverflowError) as error:
            yield Damage("project.sqlite", f"the database cannot be read to its end ({error})")


def of_server(connection: Connection) -> Iterator[Damage]:
    """Rows on a server that do not say what was stored in them: somebody changed them with another program.

    A server looks after its own pages and types, and lets no foreign key dangle.
    """
    for table, columns in COLUMNS.items():
        shape = Base.metadata.tables[table]
        quick = (
            f"SELECT id FROM {table} WHERE {content_hash.as_sql(shape, 'postgresql')} <> {HASH} ORDER BY id"
        )
        for (row_id,) in connection.exec_driver_sql(quick).all():
            query = shape.select().where(shape.c.id == row_id)
            row = connection.execute(query).mappings().one()
            if content_hash.of_values(table, {name: row[name] for name in columns}) != row[HASH]:
                wrong = _unlike(table, {name: row[name] for name in columns})
                yield Damage(f"{table} row {row_id}", f"row {row_id} of {table} is damaged: {wrong}")


def of_connection(connection: Connection, sweeps: tuple[Sweep, ...] = ALL) -> Iterator[Damage]:
    """The same for either database, of a connection that the program has open."""
    if connection.dialect.name != "sqlite":
        yield from of_server(connection)
        return
    database: Any = connection.connection.driver_connection
    yield from of_file(database, sweeps)


def first(connection: Connection) -> Damage | None:
    """The first thing that must be sound before anything is computed, and is not.

    In a project folder SQLite's own look at the pages, which takes most of the time, goes on beside the other
    sweeps, on a connection of its own.
    """
    if connection.dialect.name != "sqlite":
        return next(of_server(connection), None)
    database: Any = connection.connection.driver_connection

    def looked_at_pages(file: Path) -> Damage | None:
        with closing(open_read_only(file)) as beside:
            return next(of_file(beside, (pages,)), None)

    try:
        listed = database.execute("PRAGMA database_list").fetchall()
        file = Path(next(row[2] for row in listed if row[1] == "main"))
        with ThreadPoolExecutor(1) as second:
            of_pages = second.submit(looked_at_pages, file)
            other = next(of_file(database, COMPUTED), None)
            return of_pages.result() or other
    except sqlite3.Error as error:  # damage that keeps the file from being opened a second time
        return Damage("project.sqlite", f"the database cannot be read ({error})")


def version(connection: Connection) -> Iterator[Damage]:
    """A schema that is not this program's."""
    found = migrations.version_of(connection)
    if found is None or migrations.state(found) != "current":
        newest = migrations.revisions()[-1]
        yield Damage("schema version", f"the schema is at version {found}, this program's is {newest}")


def _ids(database: sqlite3.Connection, table: str, condition: str) -> Iterator[int]:
    """Rows of a table for which a condition holds, gathered in portions."""
    cursor = database.execute(f'SELECT rowid FROM "{table}" NOT INDEXED WHERE {condition} ORDER BY rowid')
    while portion := cursor.fetchmany(raw_values.PORTION):
        for (row_id,) in portion:
            yield row_id


def _suspects(database: sqlite3.Connection, table: str, quick: str) -> list[int]:
    """Rows that the quick pass stops at; every row where it cannot get through, as over a blob."""
    try:
        return list(_ids(database, table, quick))
    except sqlite3.Error:
        return list(_ids(database, table, "TRUE"))


def _columns(database: sqlite3.Connection, table: str) -> set[str]:
    return {str(row[1]) for row in database.execute(f'PRAGMA table_info("{table}")')}


def _unreadable(database: sqlite3.Connection, table: str, there: set[str]) -> Iterator[Damage]:
    shape = content_hash.shape(table)
    if not there:
        return  # an older version had no such table; a lost one shows in the version and the pages
    columns = [column for column in shape.columns if column.name in there]
    listed = ", ".join(f'"{column.name}"' for column in columns)
    for row_id in _suspects(database, table, raw_values.suspicious(shape, there)):
        found = raw_values.rows(database, f'SELECT {listed} FROM "{table}" WHERE rowid = {row_id}')
        for row in found:
            for column, raw in zip(columns, row, strict=True):
                try:
                    raw_values.value(column, raw)
                except raw_values.Unreadable as error:
                    yield Damage(f"{table} row {row_id}", f"row {row_id} of {table} is damaged: {error}")


def _wrong_row(database: sqlite3.Connection, table: str, row_id: int) -> str | None:
    names = (*content_hash.hashed(table), HASH)
    listed = ", ".join(f'"{name}"' for name in names)
    types = content_hash.shape(table).c
    for row in raw_values.rows(database, f'SELECT {listed} FROM "{table}" WHERE rowid = {row_id}'):
        try:
            read = {name: raw_values.value(types[name], raw) for name, raw in zip(names, row, strict=True)}
        except raw_values.Unreadable as error:
            return str(error)
        if content_hash.of_values(table, read) != read[HASH]:
            return _unlike(table, read)
    return None


def _unlike(table: str, read: dict[str, Any]) -> str:
    """Words for a row that reads well and is not what was stored."""
    if table == "rating":
        for name in SCALE_NAMES:
            if read[name] not in {level.value for level in SCALES[name].levels}:
                return f"its vote on {name} is {read[name]}, which is off the scale"
    return "it is not what was stored"
