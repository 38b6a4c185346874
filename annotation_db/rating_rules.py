"""SQL conditions on ratings: which is the latest, which is excluded."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists
from sqlalchemy.orm import aliased

from annotation_db.schema import Exclusion, Rating


def is_excluded() -> ColumnElement[bool]:
    """SQL: an exclusion of this very rating stands."""
    return exists().where(
        and_(Exclusion.kind == "rating", Exclusion.target_id == Rating.id, Exclusion.lifted_at.is_(None))
    )


def is_latest() -> ColumnElement[bool]:
    """SQL: no later revision of this rating exists."""
    later = aliased(Rating)
    return ~exists().where(
        and_(
            later.roi_id == Rating.roi_id,
            later.annotator_id == Rating.annotator_id,
            later.kind == Rating.kind,
            later.revision > Rating.revision,
        )
    )
