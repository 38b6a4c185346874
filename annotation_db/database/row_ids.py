"""Ids of rows that are still to be stored."""

from __future__ import annotations

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session


def reserve(s: Session, table: Table, count: int, *, above: int = 0) -> list[int]:
    """Ids for the next rows of a table; the session must be one that writes.

    A server draws them from the table's own sequence, so that nobody else gets them. SQLite counts on from
    the largest id: there they are sure for as long as this transaction lasts, and only foretold beyond it.

    Parameters
    ----------
    count : int
        How many.
    above : int
        The largest id foretold before.
    """
    if s.get_bind().dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(table.name, "id")
        drawn = select(func.nextval(sequence)).select_from(func.generate_series(1, count).alias("n"))
        return sorted(s.scalars(drawn))
    first = max(s.scalar(select(func.max(table.c.id))) or 0, above) + 1
    return list(range(first, first + count))
