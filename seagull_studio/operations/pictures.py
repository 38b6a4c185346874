"""What a lead does with single pictures: find them again, withdraw them, bring them back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from annotation_db.database.store import Store
from annotation_db.database.transactions import transact, transact_read
from annotation_db.errors import Refused
from annotation_db.pictures import images, rois
from annotation_db.pictures.relocation import Relocation
from annotation_db.pictures.relocation import relocate as find_again
from annotation_db.rating import exclusion_targets, exclusions
from annotation_db.rating.permissions import Action
from annotation_db.records import ExclusionRecord
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from seagull_studio.operations.acting import allow


@dataclass(frozen=True, slots=True)
class Changed:
    """A picture that was withdrawn or brought back."""

    image: str
    rois: int
    """ROIs on it that nobody withdrew by themselves."""


def relocate(
    store: Store,
    folder: str | Path,
    who: str,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> Relocation:
    """Find missing pictures below a folder; see `annotation_db.pictures.relocation`.

    Parameters
    ----------
    folder : str or Path
        Looked through with all folders below it.
    who : str
        Who does it, for the audit trail.
    progress : callable, optional
        Called with what is done, how much there is, and what is being done.
    cancelled : callable, optional
        Asked now and then whether to stop.
    """
    allow(store, Action.PICTURES)
    return find_again(store, folder, who, progress=progress, cancelled=cancelled)


def named(store: Store, image: str) -> int:
    """The id of a picture that is named as `images.find` takes it; raises `NotFound` as that does."""
    return transact_read(store, lambda s: images.find(s, image).id)


def withdraw(store: Store, image_id: int, reason: str, who: str) -> Changed:
    """Withdraw a picture: its ROIs do not count until it is brought back.

    Parameters
    ----------
    image_id : int
        Which picture.
    reason : str
        Why; not empty.
    who : str
        Who does it, for the audit trail.

    Raises
    ------
    NotFound, Refused
        If there is no such picture, it is withdrawn already, or no reason is given.
    """
    allow(store, Action.PICTURES)

    def work(s: Session) -> Changed:
        changed = _changed(s, image_id)
        exclusions.exclude(s, "image", image_id, reason=reason, who=who)
        return changed

    return transact(store, work, who=who)


def withdrawn(store: Store) -> tuple[tuple[str, ExclusionRecord], ...]:
    """The withdrawn pictures, oldest first: what each is called, and who withdrew it when and why."""
    return transact_read(
        store,
        lambda s: tuple((exclusion_targets.describe(s, one), one) for one in exclusions.standing(s, "image")),
    )


def restore(store: Store, image_id: int, who: str) -> Changed:
    """Bring a withdrawn picture back.

    Raises
    ------
    NotFound, Refused
        If there is no such picture, or it is not withdrawn.
    """
    allow(store, Action.PICTURES)

    def work(s: Session) -> Changed:
        image = images.get(s, image_id)
        if exclusions.lift_of(s, "image", image_id, who=who) is None:
            raise Refused(f"The picture {image.path} is not withdrawn; there is nothing to bring back.")
        return _changed(s, image_id)

    return transact(store, work, who=who)


def _changed(s: Session, image_id: int) -> Changed:
    return Changed(images.get(s, image_id).path, len(rois.of_image(s, image_id)))
