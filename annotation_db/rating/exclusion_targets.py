"""What can be excluded, by the words in which people name it."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotation_db.database.schema import Annotator, Image, Rating, Roi
from annotation_db.errors import NotFound, Refused
from annotation_db.names import shown
from annotation_db.pictures import images
from annotation_db.pictures.image_index import ImageIndex
from annotation_db.rating import annotators
from annotation_db.records import ExclusionKind, ExclusionRecord


def find(s: Session, kind: ExclusionKind, target: str) -> int:
    """The id of an annotator (by name), a rating (by uid), a ROI (by uid, or as PICTURE#ID) or a picture.

    Raises
    ------
    NotFound
        If there is none.
    Refused
        If nothing of this kind can be excluded.
    """
    if kind == "annotator":
        return annotators.find(s, target).id
    if kind == "rating":
        found = s.scalar(select(Rating.id).where(Rating.uid == target.strip().lower()))
        if found is None:
            raise NotFound(
                f"There is no rating {shown(target)} in this project; its rating_uid stands in votes.csv of "
                "an export."
            )
        return found
    if kind == "image":
        return images.find(s, target).id
    if kind != "roi":
        raise Refused(f"Only a rating, an annotator, a ROI or a picture can be excluded, not a {kind}.")
    return _roi(s, target)


def describe(s: Session, exclusion: ExclusionRecord) -> str:
    """What an exclusion is of, in the words that `find` takes."""
    if exclusion.kind == "annotator":
        return annotators.get(s, exclusion.target_id).name
    if exclusion.kind == "rating":
        return s.scalars(select(Rating.uid).where(Rating.id == exclusion.target_id)).one()
    if exclusion.kind == "image":
        image = images.get(s, exclusion.target_id)
        alike = s.scalar(select(func.count()).select_from(Image).where(Image.path == image.path))
        return image.path if alike == 1 else images.absolute_path(image).as_posix()
    query = select(Image.path, Roi.external_id).join(Roi, Roi.image_id == Image.id)
    path, external_id = s.execute(query.where(Roi.id == exclusion.target_id)).one()
    return f"{path}#{external_id}"


def rated(s: Session, rating_id: int) -> str:
    """Whose rating of which ROI that is, for a person."""
    query = (
        select(Annotator.name, Image.path, Roi.external_id)
        .join(Rating, Rating.annotator_id == Annotator.id)
        .join(Roi, Roi.id == Rating.roi_id)
        .join(Image, Image.id == Roi.image_id)
    )
    name, path, external_id = s.execute(query.where(Rating.id == rating_id)).one()
    return f"{name}'s rating of {path}#{external_id}"


def _roi(s: Session, target: str) -> int:
    found = s.scalar(select(Roi.id).where(Roi.uid == target.strip().lower()))
    if found is None and "#" in target:
        picture, external_id = target.rsplit("#", 1)
        image = ImageIndex(images.list_all(s)).find(picture)
        found = s.scalar(select(Roi.id).where(Roi.image_id == image.id, Roi.external_id == external_id))
    if found is None:
        raise NotFound(
            f"There is no ROI {shown(target)} in this project; write its uid, or PICTURE#ID such as "
            "dog.jpg#r1."
        )
    return found
