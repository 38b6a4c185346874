"""Which ROIs are withdrawn: those that somebody withdrew, and those on a picture that somebody withdrew.

The one rule: a withdrawn ROI is neither handed out nor labelled nor exported, and its ratings do not count.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, CompoundSelect, or_, select, union_all

from annotation_db.database.schema import Image, Roi
from annotation_db.database.standing import exclusion_stands, set_apart


def is_withdrawn() -> ColumnElement[bool]:
    """SQL: an exclusion of this ROI, or of its picture, stands."""
    return or_(exclusion_stands("roi", Roi.id), exclusion_stands("image", Roi.image_id))


def is_picture_withdrawn() -> ColumnElement[bool]:
    """SQL: an exclusion of this picture stands."""
    return exclusion_stands("image", Image.id)


def withdrawn_rois() -> CompoundSelect[int]:
    """SQL: the ids of all withdrawn ROIs, for a column that is no `Roi.id`."""
    on_pictures = select(Roi.id).where(Roi.image_id.in_(set_apart("image")))
    return union_all(set_apart("roi"), on_pictures)
