"""The published SEAGULL inference format, with two more keys that it ignores and the labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from annotation_db.exports.material import Material
from annotation_db.records import MeanLabel, RoiLabel, RoiRecord
from annotation_db.scales import NON_EXISTENT, SCALES


def entries(material: Material, rois: list[RoiRecord]) -> Iterator[dict[str, Any]]:
    """One entry per ROI: picture, mask ("rle"), its box ("points"), and what the ratings add up to."""
    for roi in rois:
        yield {
            "img": material.names[roi.image_id],
            "id": roi.external_id,
            "uid": roi.uid,
            "level": roi.level,
            "rle": {"size": list(roi.size), "counts": roi.counts},
            "points": list(roi.bbox),
            "split": material.split.get(roi.image_id, ""),
            "label": label_json(material.labels[roi.id]),
            "votes": material.votes_of(roi),
        }


def label_json(label: RoiLabel) -> dict[str, Any] | None:
    """A label as plain JSON values with the word of each level; None while there are too few ratings."""
    if label.status != "labelled":
        return None
    return {
        "n": label.n,
        "quality": _mean(label.quality, "quality"),
        "importance": _mean(label.importance, "importance"),
        "distortions": {
            name: {
                **asdict(distortion),
                "severity": _mean(distortion.severity, name),
                "word": SCALES[name].word(
                    NON_EXISTENT if distortion.severity is None else distortion.severity.level
                ),
            }
            for name, distortion in label.distortions.items()
        },
    }


def _mean(mean: MeanLabel | None, scale: str) -> dict[str, Any] | None:
    return None if mean is None else {**asdict(mean), "word": SCALES[scale].word(mean.level)}
