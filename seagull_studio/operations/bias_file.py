"""The bias report as a file."""

from __future__ import annotations

import csv
import errno
import io
from pathlib import Path

from annotation_db.files.regular_files import is_database_file
from annotation_db.predictions.prefill_bias import BiasReport
from annotation_db.vocabulary.whole_files import replace_file

ESTIMATES = ("adoption", "unaided", "pull")


def write_bias(report: BiasReport, file: Path) -> None:
    """One row per scale: counts, and each estimate with its interval.

    The file appears whole: what stood there before stays until then.

    Raises
    ------
    OSError
        If it cannot be written, or a database has this name.
    """
    if is_database_file(file):
        raise FileExistsError(errno.EEXIST, "a database has this name", str(file))
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    ends = [f"{name}{end}" for name in ESTIMATES for end in ("", "_low", "_high")]
    writer.writerow(["scale", "shown", "control", *ends])
    for scale, found in report.scales.items():
        cells: list[object] = [scale, found.shown, found.control]
        for name in ESTIMATES:
            estimate = found.estimates()[name]
            low, high = estimate.ci95 or ("", "")
            cells += ["" if estimate.value is None else estimate.value, low, high]
        writer.writerow(cells)
    replace_file(file, text.getvalue().encode("utf-8"))
