"""What a lead does with a project as a whole: overview, import, assign, aggregate, export.

Imports and exports are loaded when they are called: the window opens projects with this module, and does not
wait for them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from annotation_db import project
from annotation_db.database.engines import is_url
from annotation_db.database.server_access import parse
from annotation_db.database.store import Store
from annotation_db.database.transactions import transact
from annotation_db.errors import ProjectError, Refused
from annotation_db.garbage import uncollected
from annotation_db.labels import labels
from annotation_db.labels.label_counts import LabelCounts
from annotation_db.pictures import frozen_splits, images
from annotation_db.pictures.frozen_splits import FrozenFacts
from annotation_db.rating import annotators, coverage, permissions
from annotation_db.rating.permissions import Action
from annotation_db.records import (
    AddReport,
    AnnotatorRecord,
    LabelRunRecord,
    ProjectRecord,
    Role,
)
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from seagull_studio.operations.access import create_project
from seagull_studio.operations.acting import allow
from seagull_studio.operations.people import ListedAnnotator, listed

if TYPE_CHECKING:
    from annotation_db.database.findings import Finding
    from annotation_db.imports.people import Naming
    from annotation_db.imports.ratings_preview import Preview
    from annotation_db.imports.reports import ImportReport
    from annotation_db.imports.rois import RoiFormat
    from annotation_db.imports.table_format import TableFormat


@dataclass(frozen=True, slots=True)
class Opening:
    """What the window must know of a project before it shows it."""

    folder: Path
    location: str
    """What opens it again: its folder, or its URL without the password."""
    password: str | None = field(repr=False)
    """Of its server, where one was given or found in the keyring."""
    notices: tuple[str, ...]
    """Sentences about files that were put aside."""
    project: ProjectRecord
    annotators: tuple[AnnotatorRecord, ...]
    led: bool
    """Whether it has a lead."""
    read_only: bool
    """It lies on a medium that cannot be written to."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What the project page shows."""

    project: ProjectRecord
    coverage: coverage.Coverage
    annotators: tuple[ListedAnnotator, ...]
    last_run: tuple[LabelRunRecord, LabelCounts] | None
    frozen: FrozenFacts | None
    """The split that exports keep."""


@dataclass(frozen=True, slots=True)
class Created:
    """A project that was made."""

    project: ProjectRecord
    pictures: AddReport | None
    """What became of the folder of pictures, where one was given."""


class NoPictures(Refused):
    """A folder without a picture that can be taken; `refused` has (path, sentence) of each of its files."""

    def __init__(self, sentence: str, refused: tuple[tuple[str, str], ...]) -> None:
        super().__init__(sentence)
        self.refused = refused


def opening(store: Store) -> Opening:
    with store.read() as session:
        return Opening(
            store.folder,
            store.location,
            store.password,
            tuple(store.notices),
            project.get(session),
            tuple(annotators.list_all(session)),
            permissions.is_led(session),
            store.read_only,
        )


def overview(store: Store) -> Overview:
    with store.read() as session:
        runs = labels.runs(session)
        last = max(runs, key=lambda run: run.id) if runs else None
        return Overview(
            project.get(session),
            coverage.coverage(session),
            listed(session),
            (last, labels.run_counts(session, last.id)) if last else None,
            frozen_splits.facts(session),
        )


def create(
    location: str | Path,
    images_folder: Path | None,
    *,
    name: str | None = None,
    source: str,
    raters_wanted: int,
    min_roi_area: int = 1024,
    seed: int | None = None,
    needs_pictures: bool = False,
    who: str,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> Created:
    """Make a project, with the pictures of `images_folder` in it. Nothing is made when that fails.

    Parameters
    ----------
    location : str or Path
        Folder, or URL of a database on a server.
    name : str, optional
        The folder's or database's if not given.
    source : str
        Data set that the pictures come from.
    raters_wanted, min_roi_area, seed
        As in `annotation_db.database.store.Store.create`.
    needs_pictures : bool
        Refuse a folder without a picture that can be taken.

    Raises
    ------
    NoPictures
        If that is so.
    StudioError
        As `annotation_db.database.store.Store.create`.
    """
    on_server = is_url(location)
    if not on_server and Store.is_project(location):
        raise ProjectError(f"There is a project in {location} already; open it, or choose another folder.")
    scan = None
    if images_folder is not None:
        scan = images.scan_folder(images_folder, progress=progress, cancelled=cancelled)
        if needs_pictures and not scan.pictures:
            raise NoPictures(
                f"There is no picture in {images_folder} that can be taken; choose a folder with JPEG, PNG, "
                "TIFF, WebP or BMP pictures.",
                scan.refused,
            )
    title = name or (str(parse(str(location)).database) if on_server else Path(location).absolute().name)
    reports: list[AddReport] = []

    def fill(session: Session) -> None:
        if scan is not None:
            reports.append(images.add(session, scan, source=source, who=who))

    made = create_project(
        location, title, raters_wanted=raters_wanted, min_roi_area=min_roi_area, seed=seed, fill=fill
    )
    with made as store, store.read() as session:
        return Created(project.get(session), reports[0] if reports else None)


def import_images(
    store: Store,
    folder: Path,
    *,
    source: str,
    who: str,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> AddReport:
    """Add every picture below `folder`; duplicates and unreadable ones are reported, not added.

    Parameters
    ----------
    folder : Path
        Looked through with all folders below it.
    source : str
        Name of the data set they are from; may be empty.
    who : str
        Who does it, for the audit trail.
    progress : callable, optional
        Called with what is done, how much there is, and what is being done.
    cancelled : callable, optional
        Asked now and then whether to stop.
    """
    allow(store, Action.IMPORT)
    scan = images.scan_folder(folder, progress=progress, cancelled=cancelled)
    return transact(store, lambda session: images.add(session, scan, source=source, who=who), who=who)


def import_file(
    store: Store,
    kind: str,
    file: Path,
    *,
    dry_run: bool,
    lenient: bool = False,
    fmt: RoiFormat = "auto",
    rename: bool = False,
    how: TableFormat | None = None,
    naming: Naming = "ask",
    who: str,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> ImportReport:
    """Import ``"rois"`` or ``"ratings"``, or tell what that would do.

    Parameters
    ----------
    lenient : bool
        Leave ROIs with a complaint out; let ratings that differ become new revisions.
    fmt, rename
        Of ROIs: the file's format, and whether those whose id another region has get a new one.
    how, naming
        Of ratings: how the table is to be read, and what to do about names that are nearly the same.
    """
    from annotation_db.imports import run as imports

    allow(store, Action.IMPORT)
    if kind == "rois":
        return imports.import_rois(
            store,
            file,
            fmt=fmt,
            dry_run=dry_run,
            skip=lenient,
            rename=rename,
            who=who,
            progress=progress,
            cancelled=cancelled,
        )
    return imports.import_ratings(
        store,
        file,
        dry_run=dry_run,
        revise=lenient,
        how=how,
        naming=naming,
        who=who,
        progress=progress,
        cancelled=cancelled,
    )


def preview_ratings(file: Path, how: TableFormat) -> Preview:
    """The first lines of a ratings file as they are understood."""
    from annotation_db.imports.ratings_preview import preview

    return preview(file, how)


def add_annotator(store: Store, name: str, role: str, who: str, *, distinct: bool = False) -> AnnotatorRecord:
    """Add an annotator; `distinct` says that nearly the same name is another person's.

    Parameters
    ----------
    name : str
        Of the new annotator.
    role : str
        ``"annotator"`` or ``"lead"``.
    who : str
        Who does it, for the audit trail.
    distinct : bool
        That somebody of nearly the same name is another person.
    """
    allow(store, Action.PEOPLE)
    as_role: Role = "lead" if role == "lead" else "annotator"
    return transact(
        store,
        lambda session: annotators.add(session, name, role=as_role, distinct=distinct, who=who),
        who=who,
    )


@uncollected()
def aggregate(
    store: Store,
    policy: str,
    min_raters: int,
    who: str,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> LabelRunRecord:
    """Compute and store all labels under a named policy.

    Parameters
    ----------
    policy : str
        Its name; see `annotation_db.labels.label_rules.POLICIES`.
    min_raters : int
        Raters that a label needs.
    who : str
        Who does it, for the audit trail.
    progress : callable, optional
        Called with what is done, how much there is, and what is being done.
    cancelled : callable, optional
        Asked now and then whether to stop.

    Raises
    ------
    Refused
        If there is no such policy, or no label can need so many raters.
    ProjectError
        If the database is damaged.
    Cancelled
        If `cancelled` said so; nothing was stored.
    """
    from annotation_db.safety.integrity import refuse_damaged

    allow(store, Action.LABEL)
    chosen = labels.policy_named(policy, min_raters=min_raters)
    with store.read() as session:
        refuse_damaged(session)
    return labels.store_run(store, chosen, who, progress=progress, cancelled=cancelled)


def check(store: Store, progress: Progress, cancelled: CancelCheck) -> list[Finding]:
    """Look whether database, pictures and masks are as they should be."""
    from annotation_db.safety.integrity import check as check_integrity

    return check_integrity(store, progress, cancelled)
