"""What happens to ROIs: marked, withdrawn, brought back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from annotation_db.database import journal, journal_entries
from annotation_db.database.store import Store
from annotation_db.database.transactions import transact
from annotation_db.pictures import images, masks, rois
from annotation_db.rating import exclusions, permissions
from annotation_db.rating.permissions import Action
from annotation_db.records import ImageRecord, RoiLevel, RoiRecord
from seagull_studio.operations.acting import allow


@dataclass(frozen=True, slots=True)
class NewRoi:
    """A draft as it was accepted."""

    image_id: int
    mask: npt.NDArray[np.bool_]
    level: RoiLevel
    prompts: dict[str, Any]
    segmenter: str
    predicted_iou: float | None


@dataclass(frozen=True, slots=True)
class Picture:
    """An image with the ROIs on it."""

    image: ImageRecord
    rois: tuple[RoiRecord, ...]


def accept(store: Store, new: NewRoi, who: str) -> RoiRecord:
    """Freeze a draft into a ROI, in one transaction; a large mask is encoded before it begins."""
    allow(store, Action.MARK)
    shape = masks.measured(new.mask)

    def work(session: Session) -> RoiRecord:
        roi = rois.add(
            session,
            image_id=new.image_id,
            mask=shape,
            level=new.level,
            prompts=new.prompts,
            segmenter=new.segmenter,
            predicted_iou=new.predicted_iou,
            who=who,
        )
        journal.note(session, journal_entries.of_roi(session, roi))
        return roi

    return transact(store, work, who=who)


def withdraw(store: Store, roi_id: int, reason: str, who: str) -> None:
    """Take a ROI out of queue and labels; its mask and ratings stay.

    Annotators may do that to what they marked themselves; raises `NotAllowed` for others' ROIs.

    Parameters
    ----------
    roi_id : int
        Which ROI.
    reason : str
        Why; not empty.
    who : str
        Who does it, for the audit trail.
    """

    def work(session: Session) -> None:
        permissions.require_for_roi(session, rois.get(session, roi_id).created_by)
        exclusions.exclude(session, "roi", roi_id, reason=reason, who=who)

    transact(store, work, who=who)


def restore(store: Store, roi_id: int, who: str) -> None:
    """Bring a withdrawn ROI back; raises as `withdraw` does."""

    def work(session: Session) -> None:
        permissions.require_for_roi(session, rois.get(session, roi_id).created_by)
        exclusions.lift_of(session, "roi", roi_id, who=who)

    transact(store, work, who=who, repeatable=True)


def list_pictures(store: Store) -> tuple[ImageRecord, ...]:
    """Pictures by path, withdrawn ones left out."""
    with store.read() as session:
        return tuple(image for image in images.list_all(session) if not image.withdrawn)


def roi_counts(store: Store) -> dict[int, int]:
    """Standing ROIs per image id; images without one are absent."""
    with store.read() as session:
        return dict(Counter(roi.image_id for roi in rois.list_all(session)))


def picture(store: Store, image_id: int) -> Picture:
    with store.read() as session:
        return Picture(images.get(session, image_id), tuple(rois.of_image(session, image_id)))
