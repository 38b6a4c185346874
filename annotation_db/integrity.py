"""Is everything as it should be? Database, pictures by their hashes, masks, schema version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from annotation_db import images, masks, migrations, rois
from annotation_db.errors import Cancelled, StudioError
from annotation_db.masks import Rle
from annotation_db.records import CancelCheck, ImageRecord, Progress, RoiRecord
from annotation_db.store import Store


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    kind: Literal["database", "picture", "mask"]
    subject: str
    """What it is about, such as ``set/dog.jpg`` or ``r1 of set/dog.jpg``."""
    message: str
    """One sentence: what is wrong and what to do."""


def check(
    store: Store, progress: Progress | None = None, cancelled: CancelCheck | None = None
) -> list[Finding]:
    """Look at everything in a project; nothing is changed.

    Parameters
    ----------
    progress : callable, optional
        Called with steps done, steps in all, and what is being looked at.
    cancelled : callable, optional
        Asked before each step.

    Returns
    -------
    list of Finding
        Empty if all is well.

    Raises
    ------
    Cancelled
        If `cancelled` says so.
    """
    with store.read() as s:
        findings = _database(s)
        pictures = images.list_all(s)
        regions = rois.list_all(s, withdrawn=True)
    by_id = {image.id: image for image in pictures}
    things: list[ImageRecord | RoiRecord] = [*pictures, *regions]
    for done, thing in enumerate(things):
        if cancelled is not None and cancelled():
            raise Cancelled("The check was stopped; nothing was changed.")
        finding = _picture(thing) if isinstance(thing, ImageRecord) else _mask(thing, by_id[thing.image_id])
        if finding is not None:
            findings.append(finding)
        if progress is not None:
            progress(done + 1, len(things), "pictures" if done < len(pictures) else "masks")
    return findings


def _database(s: Session) -> list[Finding]:
    found: list[Finding] = []
    version = migrations.version_of(s.connection())
    if version is None or migrations.state(version) != "current":
        found.append(
            Finding(
                "database",
                "schema version",
                f"The schema is at version {version}, this program's is {migrations.revisions()[-1]}; "
                "open the project once to bring it up to date.",
            )
        )
    if s.connection().dialect.name != "sqlite":
        return found  # a server looks after its own files, and never lets a foreign key dangle
    for (line,) in s.execute(text("PRAGMA integrity_check(20)")):
        if line != "ok":
            found.append(
                Finding("database", "project.sqlite", f"{line}; put back the newest file of backups/.")
            )
    for table, row, parent, _ in s.execute(text("PRAGMA foreign_key_check")):
        found.append(
            Finding(
                "database",
                f"{table} row {row}",
                f"Row {row} of {table} names a row of {parent} that is not there; "
                "put back the newest file of backups/.",
            )
        )
    return found


def _picture(image: ImageRecord) -> Finding | None:
    wrong = images.verify(image)
    return None if wrong is None else Finding("picture", image.path, wrong)


def _mask(roi: RoiRecord, image: ImageRecord) -> Finding | None:
    subject = f"{roi.external_id} of {image.path}"
    wrong: list[str] = []
    if roi.size != (image.height, image.width):
        wrong.append(
            f"it is {roi.size[1]} x {roi.size[0]} pixels, the picture {image.width} x {image.height}"
        )
    try:
        rle = masks.checked(Rle(roi.size, roi.counts))
        area, bbox = masks.area(rle), masks.bbox(rle)
        if area != roi.area:
            wrong.append(f"it covers {area} pixels, the database says {roi.area}")
        if bbox != roi.bbox:
            wrong.append(f"its box is {bbox}, the database says {roi.bbox}")
    except StudioError:
        wrong.append("its run-length code is damaged")
    if not wrong:
        return None
    return Finding(
        "mask",
        subject,
        f"The mask of ROI {subject} is not what was stored: {'; '.join(wrong)}; "
        "withdraw it and mark the region again.",
    )
