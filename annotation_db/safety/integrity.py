"""Is everything as it should be? Database, pictures by their hashes, masks, schema version."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Final, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from annotation_db.database import sweeps
from annotation_db.database.backup_files import newest_sentence
from annotation_db.database.findings import Finding
from annotation_db.database.schema import Image, Roi
from annotation_db.database.store import Store
from annotation_db.errors import Cancelled, ProjectError, StudioError
from annotation_db.files.parallel import map_in_order
from annotation_db.pictures import images, masks, rois
from annotation_db.pictures.masks import Rle
from annotation_db.records import ImageRecord, RoiRecord
from annotation_db.vocabulary.callbacks import CancelCheck, Progress

__all__ = ["SWEEPS", "Finding", "check", "refuse_damaged"]

T = TypeVar("T")
Sweep = Callable[[Store, Progress | None, CancelCheck | None], Iterator[Finding]]
"""Looks at one kind of thing; yields what is not as it should be."""


def refuse_damaged(s: Session) -> None:
    """Refuse to compute anything from a damaged database. Called once by whatever computes.

    Looked at: pages, indexes and CHECKs, foreign keys, the hashes of ratings, ROIs, exclusions, predictions
    and labels, and values that cannot be read. A million ratings take about 20 seconds.

    Raises
    ------
    ProjectError
        With the first thing found, and the newest backup that is there.
    """
    damage = sweeps.first(s.connection())
    if damage is not None:
        raise ProjectError(
            f"The database of {s.info['folder']} is damaged, so nothing was computed: {damage.what}; "
            f"{newest_sentence(s.info['folder'])}."
        )


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
        Empty if all is well. Whatever a sweep cannot go on with is a finding too.

    Raises
    ------
    Cancelled
        If `cancelled` says so.
    """
    findings: list[Finding] = []
    for name, sweep in SWEEPS.items():
        try:
            findings.extend(sweep(store, progress, cancelled))
        except Cancelled:
            raise
        except Exception as error:  # a damaged database may fail in any way, and the other sweeps go on
            told = str(error).splitlines()[0] if isinstance(error, StudioError) else type(error).__name__
            findings.append(
                Finding("database", name, f"The {name} could not be looked at to the end ({told}).")
            )
    return findings


def database(
    store: Store, progress: Progress | None = None, cancelled: CancelCheck | None = None
) -> Iterator[Finding]:
    """Schema version, pages, references, hashes, unreadable values."""
    advice = newest_sentence(store.folder)
    if progress is not None:
        progress(0, 0, "database")
    _go_on(cancelled)
    with store.read() as s:
        for damage in sweeps.version(s.connection()):
            yield damage.found("open the project once to bring it up to date")
        for damage in sweeps.of_connection(s.connection()):
            yield damage.found(advice)
            _go_on(cancelled)


def pictures(
    store: Store, progress: Progress | None = None, cancelled: CancelCheck | None = None
) -> Iterator[Finding]:
    """Every picture that can be read from the database: the hash of its file, and whether it is whole."""
    with store.read() as s:
        found, _ = _whole(s)
    with closing(map_in_order(images.look_through, found)) as looked:
        for done, (image, wrong) in enumerate(zip(found, looked, strict=True)):
            _go_on(cancelled)
            if (told := wrong.result()) is not None:
                yield Finding("picture", image.path, told)
            if progress is not None:
                progress(done + 1, len(found), "pictures")


def mask_codes(
    store: Store, progress: Progress | None = None, cancelled: CancelCheck | None = None
) -> Iterator[Finding]:
    """Every mask that can be read from the database."""
    with store.read() as s:
        found, regions = _whole(s)
    by_id = {image.id: image for image in found}
    for done, roi in enumerate(regions):
        _go_on(cancelled)
        if roi.image_id in by_id and (finding := _mask(roi, by_id[roi.image_id])) is not None:
            yield finding
        if progress is not None:
            progress(done + 1, len(regions), "masks")


def journals(
    store: Store, progress: Progress | None = None, cancelled: CancelCheck | None = None
) -> Iterator[Finding]:
    """What people were told is saved, against what the database has."""
    from annotation_db.safety import journal_check

    del progress, cancelled
    state = journal_check.look(store)
    repair = "put it back with Check on the Project page, or with seagull-studio check --repair"
    for entry in state.missing:
        told = journal_check.describe(entry)
        yield Finding(
            "journal",
            entry["uid"],
            f"{told} stands in the journal of what was saved and not in the database; {repair}.",
        )
    for entry in state.waiting:
        told = journal_check.describe(entry)
        yield Finding(
            "journal",
            entry["uid"],
            f"{told} was given while the database could not be reached, and waits to be sent; {repair}.",
        )
    for entry in state.differing:
        told = journal_check.describe(entry)
        yield Finding(
            "journal",
            entry["uid"],
            f"{told} is another one in the database than in the journal of what was saved; "
            f"{newest_sentence(store.folder)}.",
        )
    for name in state.unreadable:
        yield Finding(
            "journal",
            name,
            f"The journal {name} has lines that cannot be read, so what they held cannot be compared; "
            "when you have looked at them, move the file out of its folder.",
        )


SWEEPS: Final[dict[str, Sweep]] = {
    "database": database,
    "journals": journals,
    "pictures": pictures,
    "masks": mask_codes,
}
"""What `check` looks at, each for itself."""


def _go_on(cancelled: CancelCheck | None) -> None:
    if cancelled is not None and cancelled():
        raise Cancelled("The check was stopped; nothing was changed.")


def _whole(s: Session) -> tuple[list[ImageRecord], list[RoiRecord]]:
    """The pictures and ROIs that can be read; the others are named by the sweep of the database."""
    return (
        _readable(s, lambda: images.list_all(s), select(Image.id), lambda one: images.get(s, one)),
        _readable(s, lambda: rois.list_all(s, withdrawn=True), select(Roi.id), lambda one: rois.get(s, one)),
    )


def _readable(s: Session, whole: Callable[[], list[T]], ids: object, one: Callable[[int], T]) -> list[T]:
    """All at once if that goes well, else one by one as far as the database can be read."""
    failures = (SQLAlchemyError, StudioError, ValueError, TypeError, LookupError)
    try:
        return whole()
    except failures:
        s.expunge_all()
    listed: list[int] = []
    found: list[T] = []
    try:
        with closing(s.execute(ids)) as rows:  # type: ignore[call-overload]
            listed.extend(row[0] for row in rows)
    except failures:
        pass  # as far as it goes
    for row_id in listed:
        try:
            found.append(one(row_id))
        except failures:
            s.expunge_all()
    return found


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
