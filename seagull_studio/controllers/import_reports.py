"""What an import would do, in the words of the window."""

from __future__ import annotations

from annotation_db.imports.reports import ImportReport as Report
from annotation_db.names import shown
from seagull_studio.state.project_view import ComplaintRow, ImportReport


def shown_report(report: Report) -> ImportReport:
    """An import report as the dialog shows it."""
    what = "ROIs" if report.kind == "rois" else "ratings"
    found = f"{report.added} new {what} on {report.images} images"
    if report.already:
        found += f", {report.already} already there"
    if report.excluded:
        found += f", {report.excluded} of those that are there excluded"
    notes = [f"New annotators: {', '.join(report.new_annotators)}"] if report.new_annotators else []
    if report.still_excluded:
        notes.append(
            f"Excluded in the project and not in the file, and they stay so: {report.still_excluded} ratings."
        )
    rows = tuple(ComplaintRow(c.line, c.message) for c in report.complaints)
    # ROIs stand each for itself, so the good ones may come in; a file of ratings is taken whole.
    brings = report.added + report.revised + report.excluded > 0
    can_apply = brings and (not rows or report.kind == "rois")
    ask_names = bool(report.spellings) and bool(rows)
    if report.spellings and not rows:
        taken = ", ".join(f"{shown(name)} as {shown(like)}" for name, like in report.spellings)
        notes.append(f"Taken as one person: {taken}.")
    return ImportReport(
        report.file, found, can_apply, rows, tuple(notes), already=report.already, ask_names=ask_names
    )
