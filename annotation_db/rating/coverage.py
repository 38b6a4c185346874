"""How many ratings there are, of what and by whom: counted by the database, from indexes alone."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from annotation_db.database.schema import Annotator, Image, Place, Project, Rating, Roi
from annotation_db.database.standing import set_apart
from annotation_db.pictures.withdrawal import is_picture_withdrawn, is_withdrawn, withdrawn_rois
from annotation_db.rating import annotators
from annotation_db.rating.places import WAITING, is_open, server_time
from annotation_db.rating.rating_rules import is_counting, is_latest
from annotation_db.records import AnnotatorRecord, VotesUsed


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many ROIs have how many counting ratings."""

    rois: int
    histogram: tuple[int, ...]
    """histogram[k] = ROIs with k counting ratings, k = 0 .. raters_wanted; the last is "or more"."""
    raters_wanted: int
    ratings: int
    images: int
    annotators: int
    images_without_roi: int


def coverage(s: Session) -> Coverage:
    """How many ROIs have how many counting ratings; withdrawn ROIs and pictures do not enter."""
    wanted = s.scalars(select(Project.raters_wanted)).one()
    counted = and_(Rating.kind == "rating", Rating.annotator_id.not_in(set_apart("annotator")))
    # Revisions start at 1, so first revisions are as many as latest ones, and need no comparing.
    raters = (
        select(Rating.roi_id, func.count().label("n"))
        .where(counted, Rating.revision == 1)
        .group_by(Rating.roi_id)
        .subquery()
    )
    dropped = (
        select(Rating.roi_id, func.count().label("n"))
        .where(counted, is_latest(), Rating.id.in_(set_apart("rating")))
        .group_by(Rating.roi_id)
        .subquery()
    )
    n = (func.coalesce(raters.c.n, 0) - func.coalesce(dropped.c.n, 0)).label("n")
    per_roi = (
        select(n)
        .select_from(Roi)
        .outerjoin(raters, raters.c.roi_id == Roi.id)
        .outerjoin(dropped, dropped.c.roi_id == Roi.id)
        .where(~is_withdrawn())
        .subquery()
    )
    histogram = [0] * (wanted + 1)
    ratings = 0
    for count, roi_count in s.execute(select(per_roi.c.n, func.count()).group_by(per_roi.c.n)):
        histogram[min(count, wanted)] += roi_count
        ratings += count * roi_count
    marked = select(Roi.image_id).where(~is_withdrawn())
    pictures = select(func.count()).select_from(Image).where(~is_picture_withdrawn())
    return Coverage(
        rois=sum(histogram),
        histogram=tuple(histogram),
        raters_wanted=wanted,
        ratings=ratings,
        images=s.scalar(pictures) or 0,
        annotators=s.scalar(select(func.count()).select_from(Annotator).where(~annotators.is_merged())) or 0,
        images_without_roi=s.scalar(pictures.where(Image.id.not_in(marked))) or 0,
    )


def labelled_sizes(s: Session, votes: VotesUsed, at_least: int) -> tuple[int, int]:
    """How many ROIs have so many ratings that count, and on how many images they lie."""
    enough = (
        select(Rating.roi_id)
        .where(is_counting(votes))
        .group_by(Rating.roi_id)
        .having(func.count() >= at_least)
        .subquery()
    )
    query = select(func.count(), func.count(Roi.image_id.distinct())).join(enough, enough.c.roi_id == Roi.id)
    found = s.execute(query).one()
    return int(found[0]), int(found[1])


def per_annotator(s: Session) -> list[tuple[AnnotatorRecord, int, int]]:
    """Each annotator with the ROIs they rated and those handed to them and still open.

    A claim whose lease ran out is handed to nobody. Withdrawn ROIs do not enter; excluded annotators
    are listed too.
    """
    withdrawn = withdrawn_rois()
    rated = select(Rating.annotator_id, func.count()).where(
        Rating.kind == "rating", Rating.revision == 1, Rating.roi_id.not_in(withdrawn)
    )
    owed = select(Place.annotator_id, func.count()).where(
        Place.state.in_(WAITING), ~is_open(server_time(s)), Place.roi_id.not_in(withdrawn)
    )
    done = {row[0]: row[1] for row in s.execute(rated.group_by(Rating.annotator_id))}
    waiting = {row[0]: row[1] for row in s.execute(owed.group_by(Place.annotator_id))}
    return [(who, done.get(who.id, 0), waiting.get(who.id, 0)) for who in annotators.list_all(s)]
