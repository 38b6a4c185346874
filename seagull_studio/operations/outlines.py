"""Outlines of ROIs for the canvas, computed where they do not hold the window up."""

from __future__ import annotations

from annotation_db.pictures import masks
from annotation_db.pictures.masks import Rle
from annotation_db.records import RoiRecord
from seagull_studio.state.outlines import RoiOutline


def outline(roi: RoiRecord) -> RoiOutline:
    """What the canvas draws of a ROI."""
    x, y, width, height = roi.bbox
    mask = masks.decode(Rle(roi.size, roi.counts))[y : y + height, x : x + width]
    return RoiOutline.from_mask(roi.id, mask, origin=(x, y), label=roi.external_id, level=roi.level)


def outlines(rois: tuple[RoiRecord, ...]) -> tuple[RoiOutline, ...]:
    return tuple(outline(roi) for roi in rois)
