"""Every row of a damaged table that SQLite can still reach, from both ends and one by one between."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from annotation_db.database import raw_values

_MOST_TRIED: Final = 2_000_000
"""So many row numbers are tried one by one where the indexes do not tell which there were."""


class Rows:
    """The rows of one table, and afterwards the numbers of those that could not be reached.

    Parameters
    ----------
    database : sqlite3.Connection
    table : str
    columns : sequence of str
        What is read of each row, as SQLite holds it (texts as bytes), after its number.
    """

    def __init__(self, database: sqlite3.Connection, table: str, columns: list[str]) -> None:
        self._database = database
        self._table = table
        self._listed = ", ".join(f'"{name}"' for name in columns)
        self.lost: list[int] = []
        self.ended_early = False
        """Whether a page could not be read at all; `lost` then names the rows that an index still knows."""

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        low = 0
        try:
            for row in self._query("ORDER BY rowid"):
                low = row[0]
                yield row
            return
        except sqlite3.Error:
            self.ended_early = True
        high: int | None = None
        from_end: list[tuple[Any, ...]] = []
        with suppress(sqlite3.Error):
            for row in self._query(f"WHERE rowid > {low} ORDER BY rowid DESC"):
                high = row[0]
                from_end.append(row)
        known = self._known(low, high)
        if known is None:
            top = low + 1 if high is None else min(high, low + _MOST_TRIED)
            tried: Any = range(low + 1, top)
        else:
            tried = sorted(known)
        for row_id in tried:
            there = None
            with suppress(sqlite3.Error):
                there = next(self._query(f"WHERE rowid = {row_id}"), None)
            if there is not None:
                yield there
            elif known is not None:
                self.lost.append(row_id)
        yield from reversed(from_end)

    def _query(self, rest: str) -> Iterator[tuple[Any, ...]]:
        return raw_values.rows(
            self._database, f'SELECT rowid, {self._listed} FROM "{self._table}" NOT INDEXED {rest}'
        )

    def _known(self, low: int, high: int | None) -> set[int] | None:
        """Row numbers between the two that an index names; None where no index can be read."""
        found: set[int] | None = None
        for columns in self._indexes():
            for order in ("ASC", "DESC"):
                by = ", ".join(f'"{name}" {order}' for name in columns)
                with suppress(sqlite3.Error):
                    for (row_id,) in self._database.execute(
                        f'SELECT rowid FROM "{self._table}" ORDER BY {by}'
                    ):
                        found = found if found is not None else set()
                        if row_id > low and (high is None or row_id < high):
                            found.add(row_id)
        return found

    def _indexes(self) -> list[list[str]]:
        found: list[list[str]] = []
        with suppress(sqlite3.Error):
            for row in self._database.execute(f'PRAGMA index_list("{self._table}")').fetchall():
                name, partial = row[1], row[4]
                columns = [str(each[2]) for each in self._database.execute(f'PRAGMA index_info("{name}")')]
                if not partial:
                    found.append(columns)
        return found
