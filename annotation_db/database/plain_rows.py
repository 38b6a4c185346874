"""Rows read past the ORM, which takes half of the processor time of an annotator's turn."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Mapping, Sequence
from typing import Any, Final, Generic, TypeVar, cast

from sqlalchemy import ColumnElement, CursorResult, Executable, inspect
from sqlalchemy.orm import Session

from annotation_db.database.schema import Base

T = TypeVar("T", bound=Base)


def run(s: Session, statement: Executable, given: Mapping[str, Any]) -> CursorResult[*tuple[Any, ...]]:
    """Execute a statement of tables and columns in the session's transaction, after what waits in it.

    Objects that the session holds are not told what an UPDATE changes.
    """
    s.flush()
    return s.connection().execute(statement, given)


class PlainRows(Generic[T]):
    """A table's rows with the attributes of its class, and nothing else of it.

    Parameters
    ----------
    table : type of Base
        The class.

    Attributes
    ----------
    columns : list of ColumnElement
        To be selected, in this order.
    """

    def __init__(self, table: type[T]) -> None:
        attributes = inspect(table).column_attrs
        self.columns: Final[list[ColumnElement[Any]]] = [one.columns[0] for one in attributes]
        self._row: Any = namedtuple("_row", [one.key for one in attributes])  # type: ignore[misc]

    def __len__(self) -> int:
        return len(self.columns)

    def made(self, values: Sequence[Any]) -> T:
        """The row of these values, one for each of `columns`; it cannot be changed."""
        return cast(T, self._row._make(values))
