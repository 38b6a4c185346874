"""The published SEAGULL inference format, with more keys that it ignores: ids, labels and counts of votes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from annotation_db.exports.export_format import ExportFormat
from annotation_db.exports.material import Material
from annotation_db.exports.votes import Tally
from annotation_db.records import MeanLabel, RoiLabel, RoiRecord
from annotation_db.vocabulary.scales import NON_EXISTENT, SCALES

if TYPE_CHECKING:
    from annotation_db.exports.writer import Writer


def entry(material: Material, roi: RoiRecord, tally: Tally) -> dict[str, Any]:
    """One ROI: picture, mask ("rle" with its "size"), box ("points"), and what the ratings add up to.

    The published program passes "rle" on as the counts of a COCO mask of the picture's size.
    """
    return {
        "img": material.names[roi.image_id],
        "id": roi.external_id,
        "uid": roi.uid,
        "aliases": list(material.aliases.get(roi.id, ())),
        "level": roi.level,
        "rle": roi.counts,
        "size": list(roi.size),
        "points": list(roi.bbox),
        "split": material.split.get(roi.image_id, ""),
        "label": label_json(material.labels[roi.id]),
        "votes": material.votes_of(roi),
        "vote_counts": tally.counts_of(roi.id),
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
                "present": distortion.present,
                "non_existent": distortion.non_existent,
                "n": distortion.n,
                "tie": distortion.tie,
                "thin": distortion.thin,
                "severity": _mean(distortion.severity, name),
                "word": SCALES[name].word(
                    NON_EXISTENT if distortion.severity is None else distortion.severity.level
                ),
            }
            for name, distortion in label.distortions.items()
        },
    }


def _mean(mean: MeanLabel | None, scale: str) -> dict[str, Any] | None:
    if mean is None:
        return None
    return {
        "sum": mean.sum,
        "n": mean.n,
        "mean": mean.mean,
        "sd": mean.sd,
        "ci95": mean.ci95,
        "level": mean.level,
        "word": SCALES[scale].word(mean.level),
    }


def _write(writer: Writer) -> None:
    writer.in_parts("rois", writer.out.json_list, lambda roi: entry(writer.material, roi, writer.tally))


FORMAT: Final = ExportFormat(
    "seagull",
    "SEAGULL: regions and labels as JSON",
    {
        "rois.json": "all ROIs in the published SEAGULL format (`img`, `rle`, `points`) "
        "with labels and counts",
        "rois_train.json": "the labelled ROIs of the training images",
        "rois_test.json": "the labelled ROIs of the test images",
    },
    _write,
)
