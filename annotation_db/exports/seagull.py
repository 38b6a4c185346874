"""The published SEAGULL inference format, with more keys that it ignores: ids, labels and counts of votes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from annotation_db.exports.export_data import ExportData
from annotation_db.exports.export_format import ExportFormat
from annotation_db.exports.votes import Tally
from annotation_db.labels.label_json import told as told_label
from annotation_db.labels.label_stability import Stabilities
from annotation_db.records import RoiLabel, RoiRecord
from annotation_db.vocabulary.scales import NON_EXISTENT, OVERALL, SCALES

if TYPE_CHECKING:
    from annotation_db.exports.writer import Writer


def entry(data: ExportData, roi: RoiRecord, tally: Tally) -> dict[str, Any]:
    """One ROI: picture, mask ("rle" with its "size"), box ("points"), and what the ratings add up to.

    The published program passes "rle" on as the counts of a COCO mask of the picture's size.
    """
    return {
        "img": data.names[roi.image_id],
        "id": roi.external_id,
        "uid": roi.uid,
        "aliases": list(data.aliases.get(roi.id, ())),
        "level": roi.level,
        "rle": roi.counts,
        "size": list(roi.size),
        "points": list(roi.bbox),
        "split": data.split.get(roi.image_id, ""),
        "label": label_json(data.labels[roi.id], data.stability),
        "votes": data.votes_of(roi),
        "vote_counts": tally.counts_of(roi.id),
    }


def label_json(label: RoiLabel, stability: Stabilities) -> dict[str, Any] | None:
    """A label as plain JSON values with the word of each level; None while there are too few ratings."""
    if label.status != "labelled":
        return None
    told: dict[str, Any] = {"n": label.n, **told_label(label, stability)}
    for scale in OVERALL:
        _name_level(told[scale], scale)
    for scale, distortion in told["distortions"].items():
        severity = distortion["severity"]
        distortion["word"] = SCALES[scale].word(NON_EXISTENT if severity is None else severity["level"])
        if severity is not None:
            _name_level(severity, scale)
    return told


def _name_level(mean: dict[str, Any], scale: str) -> None:
    mean["word"] = SCALES[scale].word(mean["level"])


def _write(writer: Writer) -> None:
    writer.in_parts("rois", writer.out.json_list, lambda roi: entry(writer.data, roi, writer.tally))


FORMAT: Final = ExportFormat(
    "seagull",
    "SEAGULL: regions and labels as JSON",
    {
        "rois.json": "all ROIs in the published SEAGULL format (`img`, `rle`, `points`) "
        "with labels and counts",
        "rois_train.json": "the labelled ROIs of the training images",
        "rois_val.json": "the labelled ROIs of the validation images",
        "rois_test.json": "the labelled ROIs of the test images",
    },
    _write,
)
