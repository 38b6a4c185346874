"""``import``: ROI files, ratings files, more pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from annotation_db.names import shown
from seagull_studio.cli.acting_for import who
from seagull_studio.cli.opening import open_project
from seagull_studio.cli.projects import added_json, tell_added
from seagull_studio.cli.runner import Failed, Output
from seagull_studio.operations import project as operations

if TYPE_CHECKING:
    from annotation_db.imports.people import Naming
    from annotation_db.imports.reports import ImportReport
    from annotation_db.imports.rois import RoiFormat
    from annotation_db.imports.table_format import TableFormat

SHOWN: Final = 20
"""Complaints that are printed; ``--json`` has all."""


def rois(
    output: Output, project: str, file: Path, fmt: RoiFormat, dry_run: bool, skip: bool, rename: bool
) -> None:
    with open_project(output, project) as store, output.progress() as progress:
        report = operations.import_file(
            store,
            "rois",
            file,
            fmt=fmt,
            dry_run=dry_run,
            lenient=skip,
            rename=rename,
            who=who(),
            progress=progress,
        )
    _tell(output, report)


def ratings(
    output: Output,
    project: str,
    file: Path,
    dry_run: bool,
    revise: bool,
    how: TableFormat,
    naming: Naming,
) -> None:
    with open_project(output, project) as store, output.progress() as progress:
        report = operations.import_file(
            store,
            "ratings",
            file,
            lenient=revise,
            how=how,
            naming=naming,
            dry_run=dry_run,
            who=who(),
            progress=progress,
        )
    _tell(output, report)


def images(output: Output, project: str, folder: Path, source: str) -> None:
    with open_project(output, project) as store, output.progress() as progress:
        report = operations.import_images(store, folder, source=source, who=who(), progress=progress)
    output.result({"kind": "images", **added_json(report)})
    tell_added(output, report)


def _tell(output: Output, report: ImportReport) -> None:
    for complaint in report.complaints[:SHOWN]:
        output.note(report.describe(complaint))
    if len(report.complaints) > SHOWN:
        output.note(f"... and {len(report.complaints) - SHOWN} more; --json lists all.")
    if report.complaints and not report.left_out:
        raise Failed(report.refusal, **report.as_json())
    output.result(report.as_json())
    would = "would be " if report.dry_run else ""
    told = [f"{report.added} {report.kind} {would}added"]
    if report.revised:
        told.append(f"{report.revised} {would}revised")
    told.append(f"{report.already} already there")
    if report.excluded:
        told.append(f"{report.excluded} of those that are there {would}excluded")
    if report.renamed:
        told.append(f"{report.renamed} {would}renamed")
    if report.aliases:
        told.append(f"{report.aliases} of them {would}known by the file's uid too")
    if report.left_out:
        told.append(f"{report.left_out} left out")
    output.say(f"{Path(report.file).name} ({report.format}): {', '.join(told)}.")
    if report.still_excluded:
        output.note(
            f"{report.still_excluded} ratings are excluded in the project and not in the file; they stay "
            "excluded (seagull-studio readmit lifts that)."
        )
    for name, like in report.spellings:
        output.note(f"{shown(name)} {'would be' if report.dry_run else 'was'} taken as {shown(like)}.")
    if report.new_annotators:
        output.say(f"New annotators: {', '.join(report.new_annotators)}.")
