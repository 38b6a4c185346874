"""Import of ROI files: planned first, stored as a whole or not at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from sqlalchemy.orm import Session

from annotation_db import audit, images, masks, project, rois
from annotation_db.atomic_files import is_folder
from annotation_db.errors import Cancelled, Complaint, ImportRefused, NotFound, Refused
from annotation_db.imports import coco, labelme, seagull
from annotation_db.imports.candidates import Candidate, Reading
from annotation_db.imports.files import read_json, shown
from annotation_db.imports.lookup import ImageIndex
from annotation_db.masks import Rle
from annotation_db.records import ImageRecord, Level, RoiRecord

RoiFormat = Literal["auto", "seagull", "coco", "labelme"]
FORMATS: Final = ("auto", "seagull", "coco", "labelme")
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class PlannedRoi:
    """One ROI that the file would add."""

    entry: int
    image: ImageRecord
    external_id: str | None
    """None only until all ids of the file are known."""
    level: Level
    mask: Rle


@dataclass(frozen=True, slots=True)
class RoiPlan:
    """What importing a file would do; made without writing anything."""

    file: Path
    format: str
    rois: tuple[PlannedRoi, ...]
    already: int
    """Entries whose very mask the project has on that image."""
    complaints: tuple[Complaint, ...]


def plan(
    s: Session,
    file: str | Path,
    fmt: RoiFormat = "auto",
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> RoiPlan:
    """Read a ROI file and check every entry against the project.

    Parameters
    ----------
    file : str or Path
        A JSON file, or for labelme also a folder of them.
    fmt : {"auto", "seagull", "coco", "labelme"}
        Format; "auto" tells it by what the file holds.

    Raises
    ------
    ImportRefused
        If the file cannot be read, or is of none of the formats.
    Cancelled
        If `cancelled` says so.
    """
    path = Path(file)
    reading = read(path, fmt)
    check = _Check(s, reading.moved)
    planned: list[PlannedRoi] = []
    for done, candidate in enumerate(reading.candidates):
        if cancelled is not None and cancelled():
            raise Cancelled("The import was stopped; nothing was changed.")
        if progress is not None:
            progress(done, len(reading.candidates), "ROIs checked")
        try:
            roi = check.planned(candidate)
        except (Refused, NotFound) as refusal:
            reading.complain(candidate.entry, str(refusal))
        else:
            if roi is not None:
                planned.append(roi)
    if not reading.candidates and not reading.complaints:
        reading.complain(None, f"{path.name} holds no ROIs.")
    complaints = sorted(reading.complaints, key=lambda c: (c.line is not None, c.line or 0))
    return RoiPlan(path, reading.format, check.named(planned), check.already, tuple(complaints))


def apply(s: Session, plan: RoiPlan, who: str, *, skip: bool = False) -> list[RoiRecord]:
    """Store what was planned.

    Parameters
    ----------
    skip : bool
        Leave entries with a complaint out, in place of refusing the file.

    Raises
    ------
    ImportRefused
        If there are complaints and `skip` is not set.
    """
    if plan.complaints and not skip:
        raise ImportRefused(
            f"{plan.file.name} was not imported: {len(plan.complaints)} of its entries cannot be taken; "
            "correct them, or leave them out.",
            plan.complaints,
        )
    added = [
        rois.add(
            s,
            image_id=roi.image.id,
            mask=roi.mask,
            level=roi.level,
            external_id=roi.external_id,
            segmenter="imported",
            who=who,
        )
        for roi in plan.rois
    ]
    audit.record(
        s,
        who,
        "import.rois",
        plan.file.name,
        {"format": plan.format, "added": len(added), "left_out": len(plan.complaints)},
    )
    return added


def read(path: Path, fmt: RoiFormat) -> Reading:
    """Parse a file of a known or unknown format, without looking at the project.

    Raises
    ------
    ImportRefused
        If the file cannot be read, or is of another format.
    """
    if is_folder(path):
        if fmt not in {"auto", "labelme"}:
            raise ImportRefused(f"{path} is a folder; give a {fmt} file (only labelme may be a folder).")
        return labelme.read_folder(path)
    data = read_json(path)
    found = _format_of(data)
    if found is None or fmt not in {"auto", found}:
        wanted = "a SEAGULL list, COCO instances or a labelme file" if fmt == "auto" else f"a {fmt} file"
        raise ImportRefused(f"{path.name} is not {wanted}; check the file, or name its format.")
    if found == "seagull":
        return seagull.read(data)
    return coco.read(data) if found == "coco" else labelme.read(data)


def _format_of(data: object) -> str | None:
    if isinstance(data, list):
        return "seagull"
    if isinstance(data, dict) and isinstance(data.get("shapes"), list):
        return "labelme"
    if isinstance(data, dict) and "annotations" in data:
        return "coco"
    return None


class _Check:
    """The project's rules for new ROIs, applied to one candidate after the other."""

    def __init__(self, s: Session, moved: bool) -> None:
        self.already = 0
        self._moved = moved
        self._index = ImageIndex(images.list_all(s))
        self._least = project.get(s).min_roi_area
        self._ids: defaultdict[int, dict[str, str]] = defaultdict(dict)
        """Per image: id -> counts."""
        self._masks: defaultdict[int, dict[str, str]] = defaultdict(dict)
        """Per image: counts -> where it stands."""
        for roi in rois.list_all(s, withdrawn=True):
            self._ids[roi.image_id][roi.external_id] = roi.counts
            self._masks[roi.image_id][roi.counts] = "the project"

    def planned(self, candidate: Candidate) -> PlannedRoi | None:
        """The ROI to add, or None if the project has it.

        Raises
        ------
        NotFound, Refused
            With the reason why it cannot be added.
        """
        image = self._index.find(candidate.image, moved=self._moved)
        try:
            mask = candidate.draw((image.height, image.width))
        except Refused as refusal:
            raise Refused(f"{shown(candidate.image)}: {refusal}") from refusal
        where = f"{shown(candidate.image)}: "
        area = masks.area(mask)
        if area < self._least:
            told = "is empty" if area == 0 else f"covers {area} pixels, but ROIs need {self._least} or more"
            raise Refused(f"{where}the mask {told}; leave it out, or draw it again.")
        own_id = candidate.external_id
        ids, known = self._ids[image.id], self._masks[image.id]
        if mask.counts in known and known[mask.counts] == "the project":
            if own_id is not None and ids.get(own_id) not in {None, mask.counts}:
                raise Refused(f'{where}the id "{shown(own_id)}" belongs to another ROI of this picture.')
            self.already += 1
            return None
        if mask.counts in known:
            raise Refused(f"{where}the same mask stands in {known[mask.counts]}; leave one of them out.")
        if own_id is not None and own_id in ids:
            raise Refused(f'{where}the id "{shown(own_id)}" is taken by another ROI of this picture.')
        known[mask.counts] = f"entry {candidate.entry}"
        if own_id is not None:
            ids[own_id] = mask.counts
        return PlannedRoi(candidate.entry, image, own_id, candidate.level, mask)

    def named(self, planned: list[PlannedRoi]) -> tuple[PlannedRoi, ...]:
        """The same ROIs, those without an id given one that neither project nor file uses."""
        return tuple(roi if roi.external_id is not None else self._named(roi) for roi in planned)

    def _named(self, roi: PlannedRoi) -> PlannedRoi:
        ids = self._ids[roi.image.id]
        number = len(ids) + 1
        while f"r{number}" in ids:
            number += 1
        ids[f"r{number}"] = roi.mask.counts
        return replace(roi, external_id=f"r{number}")
