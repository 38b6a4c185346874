"""SQL: which exclusions stand, that is, were not lifted. The one place where that is said."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, exists, select

from annotation_db.database.schema import Exclusion


def is_standing() -> ColumnElement[bool]:
    """SQL: this exclusion has not been lifted."""
    return Exclusion.lifted_at.is_(None)


def exclusion_stands(
    kind: str, target: int | SQLColumnExpression[int] | SQLColumnExpression[int | None]
) -> ColumnElement[bool]:
    """SQL: an exclusion of this very thing stands; `target` is its id, of the kind's own table."""
    return exists().where(Exclusion.kind == kind, Exclusion.target_id == target, is_standing())


def set_apart(kind: str) -> Select[int]:
    """SQL: the ids of all things of one kind that are excluded."""
    return select(Exclusion.target_id).where(Exclusion.kind == kind, is_standing())
