"""What a lead does with a project as a whole: overview, import, assign, aggregate, export.

Imports and exports are loaded when they are called: the window opens projects with this module, and does not
wait for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from annotation_db import project
from annotation_db.database.store import Store
from annotation_db.database.transactions import transact
from annotation_db.labels import labels
from annotation_db.labels.label_counts import LabelCounts
from annotation_db.pictures import images
from annotation_db.rating import annotators, assignments, coverage, merging
from annotation_db.records import (
    AddReport,
    AnnotatorRecord,
    AssignReport,
    Coverage,
    LabelPolicy,
    LabelRunRecord,
    MergeRecord,
    ProjectRecord,
    Role,
)
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from seagull_studio.operations import label_runs
from seagull_studio.operations.label_source import label_source

if TYPE_CHECKING:
    from annotation_db.database.findings import Finding
    from annotation_db.exports.run import ExportReport
    from annotation_db.imports.people import Naming
    from annotation_db.imports.ratings_preview import Preview
    from annotation_db.imports.reports import ImportReport
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
    read_only: bool
    """It lies on a medium that cannot be written to."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What the project page shows."""

    project: ProjectRecord
    coverage: Coverage
    annotators: tuple[tuple[AnnotatorRecord, int, int], ...]
    """Annotator, ratings, open assignments."""
    last_run: tuple[LabelRunRecord, LabelCounts] | None
    merges: tuple[MergeRecord, ...] = ()


def opening(store: Store) -> Opening:
    with store.read() as session:
        return Opening(
            store.folder,
            store.location,
            store.password,
            tuple(store.notices),
            project.get(session),
            tuple(annotators.list_all(session)),
            store.read_only,
        )


def overview(store: Store) -> Overview:
    with store.read() as session:
        runs = labels.runs(session)
        last = max(runs, key=lambda run: run.id) if runs else None
        return Overview(
            project.get(session),
            coverage.coverage(session),
            tuple(coverage.per_annotator(session)),
            (last, labels.run_counts(session, last.id)) if last else None,
            tuple(merging.standing(session)),
        )


def create(
    folder: Path,
    images_folder: Path | None,
    *,
    name: str,
    source: str,
    raters_wanted: int,
    who: str,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> AddReport | None:
    """Make a project, with the pictures of `images_folder` in it. Nothing is made when that fails."""
    if images_folder is None:
        Store.create(folder, name, raters_wanted=raters_wanted).close()
        return None
    scan = images.scan_folder(images_folder, progress=progress, cancelled=cancelled)
    reports: list[AddReport] = []

    def fill(session: Session) -> None:
        reports.append(images.add(session, scan, source=source, who=who))

    Store.create(folder, name, raters_wanted=raters_wanted, fill=fill).close()
    return reports[0]


def import_images(
    store: Store,
    folder: Path,
    *,
    source: str,
    who: str,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> AddReport:
    """Add every picture below `folder`; duplicates and unreadable ones are reported, not added."""
    scan = images.scan_folder(folder, progress=progress, cancelled=cancelled)
    return transact(store, lambda session: images.add(session, scan, source=source, who=who), who=who)


def import_file(
    store: Store,
    kind: str,
    file: Path,
    *,
    dry_run: bool,
    lenient: bool = False,
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
    how, naming
        Of ratings: how the table is to be read, and what to do about names that are nearly the same.
    """
    from annotation_db.imports import run as imports

    if kind == "rois":
        return imports.import_rois(
            store, file, dry_run=dry_run, skip=lenient, who=who, progress=progress, cancelled=cancelled
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


def assign(store: Store, who: str, raters: int | None = None) -> AssignReport:
    """Hand ROIs out; see `assignments.assign`."""
    return transact(
        store, lambda session: assignments.assign(session, raters=raters, who=who), who=who, repeatable=True
    )


def take_back(store: Store, annotator_id: int, who: str) -> int:
    """Free what is assigned to an annotator and not rated; returns how many ROIs that were."""
    return transact(
        store, lambda session: assignments.take_back(session, annotator_id, who), who=who, repeatable=True
    )


def ask_for_more(store: Store, roi_ids: Sequence[int], n: int, who: str) -> None:
    """Ask for `n` ratings more of each of these ROIs."""
    transact(store, lambda session: assignments.ask_for_more(session, roi_ids, n, who), who=who)


def add_annotator(store: Store, name: str, role: str, who: str, *, distinct: bool = False) -> AnnotatorRecord:
    """Add an annotator; `distinct` says that nearly the same name is another person's."""
    as_role: Role = "lead" if role == "lead" else "annotator"
    return transact(
        store,
        lambda session: annotators.add(session, name, role=as_role, distinct=distinct, who=who),
        who=who,
    )


def aggregate(
    store: Store,
    policy: LabelPolicy,
    who: str,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> LabelRunRecord:
    """Compute and store all labels under one policy."""
    from annotation_db.safety.integrity import refuse_damaged

    with store.read() as session:
        refuse_damaged(session)
    return labels.store_run(store, policy, who, progress=progress, cancelled=cancelled)


def export(
    store: Store,
    folder: Path,
    *,
    formats: Sequence[str],
    train: float,
    seed: int,
    copy_images: bool,
    pseudonyms: bool = False,
    overwrite: bool = False,
    who: str = "",
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> tuple[ExportReport, str]:
    """Write an export folder; returns what was written, and a remark on its labels and pictures or ""."""
    from annotation_db.exports.run import export as write_export

    source = label_source(store)
    report = write_export(
        store,
        folder,
        formats=formats,
        run_id=source.run_id,
        policy=source.policy,
        train=train,
        seed=seed,
        copy_images=copy_images,
        pseudonyms=pseudonyms,
        overwrite=overwrite,
        progress=progress,
        cancelled=cancelled,
    )
    label_runs.exported(store, source, report, who)
    return report, " ".join(filter(None, (source.remark, report.missing_sentence)))


def check(store: Store, progress: Progress, cancelled: CancelCheck) -> list[Finding]:
    """Look whether database, pictures and masks are as they should be."""
    from annotation_db.safety.integrity import check as check_integrity

    return check_integrity(store, progress, cancelled)
