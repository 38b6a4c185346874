"""SQL conditions on ratings: which is the latest, which is excluded, which counts."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists
from sqlalchemy.orm import aliased

from annotation_db.database.schema import Rating
from annotation_db.database.standing import exclusion_stands, set_apart
from annotation_db.pictures.withdrawal import withdrawn_rois
from annotation_db.rating.assistance import is_own_opinion
from annotation_db.records import VotesUsed


def is_excluded() -> ColumnElement[bool]:
    """SQL: an exclusion of this very rating stands."""
    return exclusion_stands("rating", Rating.id)


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


def is_counting(votes: VotesUsed = "all") -> ColumnElement[bool]:
    """SQL: a rating that labels are made of: not practice, nothing excluded, the annotator's latest.

    Of unassisted votes it is the latest before any prediction was seen.
    """
    return and_(
        Rating.kind == "rating",
        is_latest() if votes == "all" else is_own_opinion(),
        Rating.id.not_in(set_apart("rating")),
        Rating.annotator_id.not_in(set_apart("annotator")),
        Rating.roi_id.not_in(withdrawn_rois()),
    )
