"""Which ROIs are withdrawn: those that somebody withdrew, and those on a picture that somebody withdrew.

The one rule: a withdrawn ROI is neither handed out nor labelled nor exported, and its ratings do not count.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, CompoundSelect, exists, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from annotation_db.database.schema import Exclusion, Image, Roi


def is_withdrawn() -> ColumnElement[bool]:
    """SQL: an exclusion of this ROI, or of its picture, stands."""
    return or_(_stands("roi", Roi.id), _stands("image", Roi.image_id))


def is_picture_withdrawn() -> ColumnElement[bool]:
    """SQL: an exclusion of this picture stands."""
    return _stands("image", Image.id)


def withdrawn_rois() -> CompoundSelect[int]:
    """SQL: the ids of all withdrawn ROIs, for a column that is no `Roi.id`."""
    apart = select(Exclusion.target_id).where(Exclusion.lifted_at.is_(None))
    of_pictures = apart.where(Exclusion.kind == "image")
    return union_all(
        apart.where(Exclusion.kind == "roi"), select(Roi.id).where(Roi.image_id.in_(of_pictures))
    )


def _stands(kind: str, target: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    return exists().where(
        Exclusion.kind == kind, Exclusion.target_id == target, Exclusion.lifted_at.is_(None)
    )
