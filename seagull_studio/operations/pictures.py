"""What a lead does with single pictures: find them again, withdraw them, bring them back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from annotation_db.database.store import Store
from annotation_db.database.transactions import look, transact
from annotation_db.errors import Refused
from annotation_db.pictures import images, rois
from annotation_db.pictures.relocation import Relocation
from annotation_db.pictures.relocation import relocate as find_again
from annotation_db.rating import exclusion_targets, exclusions
from annotation_db.records import ExclusionRecord
from annotation_db.vocabulary.callbacks import CancelCheck, Progress


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
    """Find missing pictures below a folder; see `annotation_db.pictures.relocation`."""
    return find_again(store, folder, who, progress=progress, cancelled=cancelled)


def withdraw(store: Store, image: str, reason: str, who: str) -> Changed:
    """Withdraw a picture, given as `images.find` takes it: its ROIs do not count until it is brought back.

    Raises
    ------
    NotFound, Refused
        If there is no such picture, it is withdrawn already, or no reason is given.
    """

    def work(s: Session) -> Changed:
        found = images.find(s, image)
        count = len(rois.of_image(s, found.id))
        exclusions.exclude(s, "image", found.id, reason=reason, who=who)
        return Changed(found.path, count)

    return transact(store, work, who=who)


def withdrawn(store: Store) -> tuple[tuple[str, ExclusionRecord], ...]:
    """The withdrawn pictures, oldest first: path, and who withdrew it when and why."""
    return look(
        store,
        lambda s: tuple((exclusion_targets.told(s, one), one) for one in exclusions.standing(s, "image")),
    )


def restore(store: Store, image: str, who: str) -> Changed:
    """Bring a withdrawn picture back.

    Raises
    ------
    NotFound, Refused
        If there is no such picture, or it is not withdrawn.
    """

    def work(s: Session) -> Changed:
        found = images.find(s, image)
        for standing in exclusions.standing(s, "image"):
            if standing.target_id == found.id:
                exclusions.lift(s, standing.id, who=who)
                return Changed(found.path, len(rois.of_image(s, found.id)))
        raise Refused(f"The picture {found.path} is not withdrawn; there is nothing to bring back.")

    return transact(store, work, who=who)
