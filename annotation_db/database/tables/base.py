"""What all tables share: kinds of columns, names of constraints."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    JSON,
    CheckConstraint,
    DateTime,
    MetaData,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from annotation_db.vocabulary.scales import SCALES


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime, on databases with and without time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("times are stored in UTC: give an aware datetime")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def now() -> datetime:
    """The time of this machine, in UTC."""
    return datetime.now(UTC)


def new_uid() -> str:
    """A fresh uid, 32 hexadecimal digits: rows keep it through bundles and exports."""
    return uuid4().hex


class Base(DeclarativeBase):
    """Base of all tables: every constraint has a name, for migrations need them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it off the class
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[int]: JSON,
        list[str]: JSON,
        list[float]: JSON(none_as_null=True),
        list[float | None]: JSON,
        list[str | None]: JSON(none_as_null=True),
        str: Text,
    }


def uid_column() -> Mapped[str]:
    """A unique column that is filled with `new_uid`."""
    return mapped_column(String(32), unique=True, default=new_uid)


def hash_column() -> Mapped[str]:
    """See `annotation_db.database.content_hash`."""
    return mapped_column(String(32), default="", server_default="")


def on_scales() -> Iterator[CheckConstraint]:
    """One CHECK per scale: its column holds a level of the scale."""
    for scale in SCALES.values():
        # A list, not a range: SQLite would take 2.5 as lying between 0 and 5.
        levels = ", ".join(str(level.value) for level in scale.levels)
        yield CheckConstraint(f"{scale.name} IN ({levels})", name=scale.name)
