"""What a lead does with a project as a whole: overview, import, assign, aggregate, export."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from annotation_db import annotators, assignments, coverage, images, labels, project
from annotation_db.assignments import AssignReport
from annotation_db.images import AddReport
from annotation_db.records import (
    AnnotatorRecord,
    Coverage,
    LabelPolicy,
    LabelRunRecord,
    ProjectRecord,
    RoiLabel,
)
from annotation_db.store import Store

Progress = Callable[[int, int, str], None]
IsCancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Overview:
    """What the project page shows."""

    project: ProjectRecord
    coverage: Coverage
    annotators: tuple[tuple[AnnotatorRecord, int, int], ...]
    """Annotator, ratings, open assignments."""
    last_run: tuple[LabelRunRecord, tuple[RoiLabel, ...]] | None


def facts(store: Store) -> ProjectRecord:
    with store.read() as session:
        return project.get(session)


def overview(store: Store) -> Overview:
    with store.read() as session:
        runs = labels.runs(session)
        last = max(runs, key=lambda run: run.id) if runs else None
        return Overview(
            project.get(session),
            coverage.coverage(session),
            tuple(coverage.per_annotator(session)),
            (last, tuple(labels.run_labels(session, last.id))) if last else None,
        )


def create(
    folder: Path, images_folder: Path | None, *, name: str, source: str, raters_wanted: int, who: str
) -> AddReport | None:
    """Make a project, with the pictures of `images_folder` in it."""
    with Store.create(folder, name, raters_wanted=raters_wanted) as store:
        if images_folder is None:
            return None
        return import_images(store, images_folder, source=source, who=who)


def import_images(
    store: Store,
    folder: Path,
    *,
    source: str,
    who: str,
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
) -> AddReport:
    """Add every picture below `folder`; duplicates and unreadable ones are reported, not added."""
    scan = images.scan_folder(folder, progress=progress, cancelled=cancelled)
    with store.write(who) as session:
        return images.add(session, scan, project_folder=store.folder, source=source, who=who)


def assign(store: Store, who: str) -> AssignReport:
    with store.write(who) as session:
        return assignments.assign(session, who=who)


def add_annotator(store: Store, name: str, role: str, who: str) -> AnnotatorRecord:
    with store.write(who) as session:
        return annotators.add(session, name, role="lead" if role == "lead" else "annotator", who=who)


def aggregate(
    store: Store,
    policy: LabelPolicy,
    who: str,
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
) -> LabelRunRecord:
    """Compute and store all labels under one policy."""
    with store.write(who) as session:
        return labels.store_run(session, policy, who, progress=progress, cancelled=cancelled)
