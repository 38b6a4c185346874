"""Which images are kept for testing: nobody is asked for more ratings of those because of their labels."""

from __future__ import annotations

from sqlalchemy.orm import Session

from annotation_db.labels import export_notes
from annotation_db.pictures import frozen_splits, images


def spared_images(s: Session) -> frozenset[int]:
    """The ids of the test images of the last export, and of the split that is frozen."""
    found = export_notes.test_images(s)
    if (frozen := frozen_splits.get(s)) is not None:
        parts = frozen.parts_with_groups(images.list_all(s))
        found |= {image_id for image_id, part in parts.items() if part == "test"}
    return found
