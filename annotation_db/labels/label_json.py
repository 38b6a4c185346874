"""Labels as JSON values."""

from __future__ import annotations

from typing import Any

from annotation_db.labels.label_stability import Stabilities, as_stability
from annotation_db.records import MeanLabel, RoiLabel


def stored(label: RoiLabel) -> dict[str, Any]:
    """What the database keeps of a label: all but what follows from its counts of votes."""
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
                "counts": None if d.counts is None else list(d.counts),
                "severity": _mean(d.severity),
            }
            for name, d in label.distortions.items()
        },
    }


def told(label: RoiLabel, stability: Stabilities) -> dict[str, Any]:
    """What is stored of a label, and how stable it is: what people's scripts get."""
    result = stored(label)
    for name, mean in (("quality", label.quality), ("importance", label.importance)):
        if mean is not None:
            result[name]["stability"] = as_stability(stability.of_mean(mean))
    for name, distortion in label.distortions.items():
        told = result["distortions"][name]
        told["stability"] = as_stability(stability.of_verdict(distortion))
        if distortion.severity is not None:
            told["severity"]["stability"] = as_stability(stability.of_mean(distortion.severity))
    return result


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
        "overdispersed": label.overdispersed,
        "counts": None if label.counts is None else list(label.counts),
    }
