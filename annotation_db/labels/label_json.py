"""A label as plain JSON values: one form for the database, for ``--json`` and for exports."""

from __future__ import annotations

from typing import Any

from annotation_db.records import MeanLabel, RoiLabel


def result(label: RoiLabel) -> dict[str, Any]:
    """What a label says of quality, importance and each distortion.

    Returns
    -------
    dict
        ``{"quality", "importance", "distortions"}``, JSON values only; of an insufficient ROI null, null, {}.
    """
    return {
        "quality": mean(label.quality),
        "importance": mean(label.importance),
        "distortions": {
            name: {
                "present": d.present,
                "non_existent": d.non_existent,
                "n": d.n,
                "tie": d.tie,
                "thin": d.thin,
                "severity": mean(d.severity),
            }
            for name, d in label.distortions.items()
        },
    }


def mean(label: MeanLabel | None) -> dict[str, Any] | None:
    """A mean with its interval and level; None where there is none."""
    if label is None:
        return None
    return {
        "sum": label.sum,
        "n": label.n,
        "mean": label.mean,
        "sd": label.sd,
        "ci95": None if label.ci95 is None else list(label.ci95),
        "level": label.level,
    }
