"""The bias report as a file."""

from __future__ import annotations

from pathlib import Path

from annotation_db.predictions.prefill_bias import BiasReport
from seagull_studio.operations.table_file import write_rows

ESTIMATES = ("adoption", "unaided", "pull")


def write_bias(report: BiasReport, file: Path) -> None:
    """One row per scale: counts, and each estimate with its interval; raises as `write_rows` does."""
    ends = [f"{name}{end}" for name in ESTIMATES for end in ("", "_low", "_high")]
    rows = []
    for scale, found in report.scales.items():
        cells: list[object] = [scale, found.shown, found.control]
        for name in ESTIMATES:
            estimate = found.estimates()[name]
            low, high = estimate.ci95 or ("", "")
            cells += ["" if estimate.value is None else estimate.value, low, high]
        rows.append(cells)
    write_rows(file, ["scale", "shown", "control", *ends], rows)
