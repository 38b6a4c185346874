"""One import from file to report, for the window and the command line."""

from __future__ import annotations

from pathlib import Path

from annotation_db.database.store import Store
from annotation_db.imports.people import Naming
from annotation_db.imports.ratings import RatingsImport
from annotation_db.imports.reports import ImportReport
from annotation_db.imports.rois import RoiFormat, RoisImport
from annotation_db.imports.table_format import TableFormat
from annotation_db.vocabulary.callbacks import CancelCheck, Progress


def import_rois(
    store: Store,
    file: str | Path,
    *,
    fmt: RoiFormat = "auto",
    dry_run: bool = False,
    skip: bool = False,
    rename: bool = False,
    who: str,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> ImportReport:
    """Import a ROI file in one transaction, or tell what that would do.

    Parameters
    ----------
    fmt : {"auto", "seagull", "coco", "labelme"}
        Format of the file.
    dry_run : bool
        Change nothing; the report is the same.
    skip : bool
        Leave entries with a complaint out, in place of refusing the file.
    rename : bool
        Give entries whose id another region of the picture has a new one, in place of a complaint.

    Returns
    -------
    ImportReport
        With complaints and ``applied=False`` if the file was refused; nothing was stored then.

    Raises
    ------
    ImportRefused
        If the file could not be read at all.
    """
    work = RoisImport(store, Path(file), fmt, progress=progress, cancelled=cancelled)
    plan = work.look(rename=rename) if dry_run else work.store(who, skip=skip, rename=rename)
    return ImportReport(
        file=str(file),
        kind="rois",
        format=work.format,
        unit="entry",
        dry_run=dry_run,
        applied=not dry_run and (skip or not plan.complaints),
        added=len(plan.rois),
        already=plan.already,
        left_out=len(plan.complaints) if skip else 0,
        renamed=plan.renamed,
        aliases=len(plan.aliases),
        images=len({roi.image_id for roi in plan.rois}),
        complaints=plan.complaints,
    )


def import_ratings(
    store: Store,
    file: str | Path,
    *,
    revise: bool = False,
    how: TableFormat | None = None,
    naming: Naming = "ask",
    dry_run: bool = False,
    who: str,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> ImportReport:
    """Import a ratings file in one transaction, or tell what that would do.

    Parameters
    ----------
    revise : bool
        Let ratings that differ from the project's become new revisions.
    how : TableFormat, optional
        What is said of the table: its encoding, separator, what its columns are called.
    naming : {"ask", "same", "distinct"}
        What to do about names that are nearly the same as others: refuse them, take each as the annotator
        who is there (or as the first in the file), or let them be different people.
    dry_run : bool
        Change nothing; the report is the same.

    Returns
    -------
    ImportReport
        With complaints and ``applied=False`` if the file was refused; nothing was stored then.

    Raises
    ------
    ImportRefused
        If the file could not be read at all.
    """
    work = RatingsImport(
        store,
        Path(file),
        revise=revise,
        how=how or TableFormat(),
        naming=naming,
        who=who,
        progress=progress,
        cancelled=cancelled,
    )
    if dry_run:
        work.look()
    else:
        work.store()
    check = work.check
    return ImportReport(
        file=str(file),
        kind="ratings",
        format=work.format,
        unit="line",
        dry_run=dry_run,
        applied=not check.complaints and not dry_run,
        added=check.added,
        revised=check.revised,
        already=check.already,
        excluded=len(check.excluded),
        still_excluded=check.still_excluded,
        spellings=tuple(check.people.spellings.items()),
        new_annotators=tuple(check.new),
        images=len(check.images),
        complaints=work.complaints,
    )
