"""Filters that the project knows by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from annotation_db import names
from annotation_db.database import audit
from annotation_db.database.schema import SavedFilter, now
from annotation_db.errors import NotFound, Refused
from annotation_db.filters.roi_filter import RoiFilter, from_json
from annotation_db.names import shown


@dataclass(frozen=True, slots=True)
class FilterRecord:
    """A filter with its name, and who saved it when."""

    name: str
    wanted: RoiFilter
    by: str
    at: datetime


def save(s: Session, name: str, wanted: RoiFilter, who: str) -> FilterRecord:
    """Keep a filter by a name; one of that name is replaced.

    Raises
    ------
    Refused
        If the name is none, or the filter cannot be meant.
    """
    called = names.normalised(name)
    if wrong := names.problem(called):
        raise Refused(f"A filter cannot be called {shown(name)}, which {wrong}; choose another name.")
    wanted.check()
    row = s.scalar(select(SavedFilter).where(SavedFilter.name == called))
    if row is None:
        row = SavedFilter(name=called)
        s.add(row)
    row.content, row.saved_by, row.saved_at = wanted.as_json(), who or s.info.get("who", ""), now()
    s.flush()
    audit.record(s, who, "filter.save", f"filter {called}", row.content)
    return _record(row)


def get(s: Session, name: str) -> FilterRecord:
    """The filter of a name.

    Raises
    ------
    NotFound
        If there is none.
    Refused
        If it is damaged, or asks for what this version does not know.
    """
    return _record(_row(s, name))


def known(s: Session) -> tuple[str, ...]:
    """The names of all filters, also of those that `get` refuses because this version cannot read them."""
    return tuple(s.scalars(select(SavedFilter.name).order_by(SavedFilter.name)))


def list_all(s: Session) -> list[FilterRecord]:
    """All filters, by name.

    Raises
    ------
    Refused
        If one of them is damaged, or asks for what this version does not know; `remove` forgets it all the
        same.
    """
    return [_record(row) for row in s.scalars(select(SavedFilter).order_by(SavedFilter.name))]


def remove(s: Session, name: str, who: str) -> None:
    """Forget a filter.

    Raises
    ------
    NotFound
        If there is none of that name.
    """
    row = _row(s, name)
    content = row.content if isinstance(row.content, dict) else {"damaged": str(row.content)}
    s.execute(delete(SavedFilter).where(SavedFilter.id == row.id))
    audit.record(s, who, "filter.remove", f"filter {row.name}", content)


def _row(s: Session, name: str) -> SavedFilter:
    row = s.scalar(select(SavedFilter).where(SavedFilter.name == names.normalised(name)))
    if row is None:
        raise NotFound(f"There is no filter {shown(name)} in this project; seagull-studio filter lists them.")
    return row


def _record(row: SavedFilter) -> FilterRecord:
    try:
        return FilterRecord(row.name, from_json(row.content), row.saved_by, row.saved_at)
    except Refused as error:
        raise Refused(
            f"The filter {shown(row.name)} cannot be read; remove it, or update this program ({error})"
        ) from error
