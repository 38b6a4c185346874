"""A label as JSON values, and back: what a row of ``roi_label`` holds, and what people's scripts read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, cast

from annotation_db import content_hash
from annotation_db.json_text import encoded
from annotation_db.records import DistortionLabel, MeanLabel, RoiLabel


def row(label: RoiLabel) -> dict[str, Any]:
    """The row that holds a label, but for its id."""
    return content_hash.sealed(
        "roi_label",
        {
            "roi_id": label.roi_id,
            "status": label.status,
            "n": label.n,
            "rating_ids": encoded(list(label.rating_ids)),
            "result": encoded(result(label)),
        },
    )


def result(label: RoiLabel) -> dict[str, Any]:
    """Means, levels and distortions; null, null and {} where there are too few ratings."""
    return {
        "quality": _mean(label.quality),
        "importance": _mean(label.importance),
        "distortions": {
            name: {
                "present": d.present,
                "non_existent": d.non_existent,
                "n": d.n,
                "tie": d.tie,
                "thin": d.thin,
                "severity": _mean(d.severity),
            }
            for name, d in label.distortions.items()
        },
    }


def _mean(label: MeanLabel | None) -> dict[str, Any] | None:
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


def record(roi_id: int, n: int, status: str, rating_ids: Sequence[int], result: dict[str, Any]) -> RoiLabel:
    """The label that a row holds."""
    return RoiLabel(
        roi_id=roi_id,
        n=n,
        status=cast(Literal["labelled", "insufficient"], status),
        quality=_mean_record(result["quality"]),
        importance=_mean_record(result["importance"]),
        distortions={
            name: DistortionLabel(**{**d, "severity": _mean_record(d["severity"])})
            for name, d in result["distortions"].items()
        },
        rating_ids=tuple(rating_ids),
    )


def _mean_record(values: dict[str, Any] | None) -> MeanLabel | None:
    if values is None:
        return None
    interval = values["ci95"]
    return MeanLabel(**{**values, "ci95": None if interval is None else (interval[0], interval[1])})
