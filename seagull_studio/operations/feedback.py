"""How the ratings of whoever sits at the window compare with the labels of finished ROIs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from annotation_db import project
from annotation_db.database.store import Store
from annotation_db.database.transactions import transact_read
from annotation_db.errors import Refused
from annotation_db.labels import feedback
from annotation_db.labels.feedback import Comparison
from annotation_db.pictures import images, rois
from annotation_db.rating import annotators, ratings
from annotation_db.rating.permissions import Action
from annotation_db.records import ImageRecord, RoiRecord
from seagull_studio.operations.acting import allow


@dataclass(frozen=True, slots=True)
class Feedback:
    """What an annotator may see."""

    finished: int
    """ROIs of theirs that can be compared."""
    differing: tuple[Comparison, ...]
    """Those of them on which they and the label differ, the largest difference first."""
    names: Mapping[int, str]
    """ROI id -> what it is called to people who rate; never the file's name."""


def read(store: Store) -> Feedback:
    """Compare.

    Raises
    ------
    Refused
        If no annotator sits there, or the project gives no feedback.
    """
    allow(store, Action.RATE)

    def work(s: Session) -> Feedback:
        found = feedback.comparisons(s, _person(store, s))
        differing = tuple(one for one in found if one.differs_on)
        named = rois.get_many(s, [one.roi_id for one in differing])
        names = {roi_id: roi.uid[:8] for roi_id, roi in named.items()}
        return Feedback(len(found), differing, names)

    return transact_read(store, work)


def look(store: Store, roi_id: int) -> tuple[ImageRecord, RoiRecord]:
    """Picture and mask of a ROI that is compared.

    Raises
    ------
    Refused
        As `read`, or if they have not rated it.
    """
    allow(store, Action.RATE)

    def work(s: Session) -> tuple[ImageRecord, RoiRecord]:
        if ratings.latest(s, roi_id, _person(store, s)) is None:
            raise Refused("You have not rated this ROI, so nothing of it is compared.")
        roi = rois.get(s, roi_id)
        return images.get(s, roi.image_id), roi

    return transact_read(store, work)


def _person(store: Store, s: Session) -> int:
    actor = store.acting
    if actor is None or actor.annotator_id is None:
        raise Refused("Nobody sits here whose ratings could be compared; sign in.")
    if not project.settings(s).feedback:
        raise Refused("The lead of this project has not turned feedback on.")
    return annotators.person(s, actor.annotator_id)
