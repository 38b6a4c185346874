"""What became of the pictures of a folder."""

from __future__ import annotations

from pathlib import Path

from annotation_db.records import AddReport
from seagull_studio.state.questions import Result


def picture_result(title: str, folder: Path, report: AddReport) -> Result:
    """One sentence, and the exceptions line by line."""
    lines = [f"{path} is the same picture as {known}: left out." for path, known in report.duplicates]
    lines += [sentence for _, sentence in report.refused]
    return Result(title, f"{len(report.added):,} pictures of {folder} were added.", tuple(lines))
