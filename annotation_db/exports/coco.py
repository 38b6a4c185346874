"""COCO instances with the labels as attributes."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Final

from annotation_db.exports.export_data import ExportData
from annotation_db.exports.export_format import ExportFormat
from annotation_db.exports.staging import JsonList
from annotation_db.records import RoiRecord
from annotation_db.vocabulary.scales import OVERALL, SCALES

if TYPE_CHECKING:
    from annotation_db.exports.writer import Writer

_CATEGORIES: Final = {"object": 1, "component": 2}


def head(data: ExportData, rois: list[RoiRecord]) -> dict[str, Any]:
    """What stands before the annotations, as `pycocotools.coco.COCO` reads it.

    The categories are the two ROI levels.
    """
    used = {roi.image_id for roi in rois}
    return {
        "info": {
            "description": f"ROIs of {data.project.name}",
            "version": data.version,
            "date_created": data.created_at.isoformat(),
        },
        "licenses": [],
        "categories": [
            {"id": number, "name": name, "supercategory": "roi"} for name, number in _CATEGORIES.items()
        ],
        "images": [
            {
                "id": image.id,
                "file_name": data.names[image.id],
                "width": image.width,
                "height": image.height,
                "source": image.source,
                "split": data.split.get(image.id, ""),
            }
            for image in data.images.values()
            if image.id in used
        ],
    }


def annotation(data: ExportData, roi: RoiRecord) -> dict[str, Any]:
    """One ROI, its label as attributes."""
    return {
        "id": roi.id,
        "image_id": roi.image_id,
        "category_id": _CATEGORIES[roi.level],
        "segmentation": {"size": list(roi.size), "counts": roi.counts},
        "area": roi.area,
        "bbox": list(roi.bbox),
        "iscrowd": 0,
        "attributes": _attributes(data, roi),
    }


def _attributes(data: ExportData, roi: RoiRecord) -> dict[str, Any]:
    label = data.labels[roi.id]
    attributes: dict[str, Any] = {
        "roi": roi.external_id,
        "uid": roi.uid,
        "aliases": list(data.aliases.get(roi.id, ())),
        "level": roi.level,
        "status": label.status,
        "n": label.n,
        "votes": data.votes_of(roi),
    }
    for name in OVERALL:
        mean = label.quality if name == "quality" else label.importance
        if mean is not None:
            attributes[name] = SCALES[name].word(mean.level)
            attributes[f"{name}_mean"] = mean.mean
            attributes[f"{name}_level"] = mean.level
    for name, distortion in label.distortions.items():
        severity = distortion.severity
        attributes[name] = (
            SCALES[name].levels[-1].word if severity is None else SCALES[name].word(severity.level)
        )
        attributes[f"{name}_mean"] = None if severity is None else severity.mean
        attributes[f"{name}_level"] = None if severity is None else severity.level
    return attributes


def _write(writer: Writer) -> None:
    data = writer.data

    def opened(name: str) -> AbstractContextManager[JsonList]:
        rois = {f"coco_{part}.json": data.part(part) for part in data.parts}.get(name, data.rois)
        return writer.out.json_ending_in_list(name, head(data, rois), "annotations")

    writer.in_parts("coco", opened, lambda roi: annotation(data, roi))


FORMAT: Final = ExportFormat(
    "coco",
    "COCO: masks that other tools read",
    {
        "coco.json": "all ROIs as COCO instances, labels as attributes",
        "coco_train.json": "the labelled ROIs of the training images",
        "coco_val.json": "the labelled ROIs of the validation images",
        "coco_test.json": "the labelled ROIs of the test images",
    },
    _write,
)
