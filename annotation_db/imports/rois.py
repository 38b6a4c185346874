"""Import of ROI files: planned first, stored as a whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotation_db import project
from annotation_db.database import audit, backups
from annotation_db.database.schema import Roi, RoiAlias
from annotation_db.database.store import Store
from annotation_db.errors import Cancelled, Complaint, ImportRefused, NotFound, Refused
from annotation_db.files.atomic_files import is_folder
from annotation_db.imports import coco, labelme, seagull
from annotation_db.imports.candidates import Reading
from annotation_db.imports.files import read_json
from annotation_db.imports.rois_check import DrawnRoi, NewRoiFinder, draw
from annotation_db.pictures import images, rois
from annotation_db.pictures.image_index import ImageIndex
from annotation_db.pictures.rois import NewRoi
from annotation_db.vocabulary.callbacks import CancelCheck, Progress

RoiFormat = Literal["auto", "seagull", "coco", "labelme"]
FORMATS: Final = ("auto", "seagull", "coco", "labelme")
_ALIASES: Final = 0
"""Where the number of aliases stands among those of the pictures, whose ids begin with 1."""


@dataclass(frozen=True, slots=True)
class RoiPlan:
    """What importing a file would do; made without writing anything."""

    rois: tuple[NewRoi, ...]
    already: int
    """Entries whose very mask the project has on that image."""
    aliases: Mapping[str, int]
    """Uids that the file has for some of them -> ROI."""
    renamed: int
    """Entries that get a new id."""
    complaints: tuple[Complaint, ...]


class RoisImport:
    """One import of one file: read, drawn and measured before the one transaction that stores it."""

    def __init__(
        self,
        store: Store,
        file: Path,
        fmt: RoiFormat = "auto",
        *,
        progress: Progress | None = None,
        cancelled: CancelCheck | None = None,
    ) -> None:
        """Read a ROI file and draw every entry's mask.

        Parameters
        ----------
        file : Path
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
        self._store = store
        self._file = file
        reading = read(file, fmt)
        self.format = reading.format
        with store.read() as s:
            index, least = ImageIndex(images.list_all(s)), project.get(s).min_roi_area
        self._drawn: list[DrawnRoi] = []
        for done, candidate in enumerate(reading.candidates):
            if cancelled is not None and cancelled():
                raise Cancelled("The import was stopped; nothing was changed.")
            if progress is not None:
                progress(done, len(reading.candidates), "ROIs checked")
            try:
                image = index.find(candidate.image, moved=reading.moved)
                self._drawn.append(draw(candidate, image, least))
            except (Refused, NotFound) as refusal:
                reading.complain(candidate.entry, str(refusal))
        if not reading.candidates and not reading.complaints:
            reading.complain(None, f"{file.name} holds no ROIs.")
        self._complaints = reading.complaints

    def look(self, *, rename: bool = False) -> RoiPlan:
        """Compare every entry with the project; nothing is written."""
        with self._store.read() as s:
            return self._plan(s, rename)[0]

    def store(self, who: str, *, skip: bool = False, rename: bool = False) -> RoiPlan:
        """Store what the file brings, as a whole or not at all.

        Parameters
        ----------
        skip : bool
            Leave entries with a complaint out, in place of refusing the file.
        rename : bool
            Give entries whose id another region of the picture has a new one, in place of a complaint.

        Returns
        -------
        RoiPlan
            If it has complaints and `skip` is not set, nothing was stored.
        """
        with self._store.read() as s:
            plan, seen = self._plan(s, rename)
        if plan.complaints and not skip:
            return plan
        if len(plan.rois) > backups.LARGE_IMPORT:
            backups.before(self._store, "import")
        rows = rois.prepared(plan.rois, who)
        with self._store.write(who) as s:
            if seen != self._standing(s):  # somebody marked or imported meanwhile
                plan, _ = self._plan(s, rename)
                rows = rois.prepared(plan.rois, who)
            if plan.complaints and not skip:
                return plan
            added = rois.add_many(s, plan.rois, who, rows)
            rois.add_aliases(s, plan.aliases)
            detail = {
                "format": self.format,
                "added": len(added),
                "renamed": plan.renamed,
                "aliases": len(plan.aliases),
                "left_out": len(plan.complaints),
            }
            audit.record(s, who, "import.rois", self._file.name, detail)
        return plan

    def _plan(self, s: Session, rename: bool) -> tuple[RoiPlan, dict[int, int]]:
        """The plan, and how many ROIs the pictures had that it was made for."""
        seen = self._standing(s)
        sorting = NewRoiFinder(s, self._drawn, seen, rename=rename)
        complaints = list(self._complaints)
        planned: list[DrawnRoi] = []
        for one in self._drawn:
            try:
                if sorting.is_new(one):
                    planned.append(one)
            except Refused as refusal:
                complaints.append(Complaint(one.entry, str(refusal)))
        complaints.sort(key=lambda c: (c.line is not None, c.line or 0))
        new = sorting.named(planned)
        plan = RoiPlan(new, sorting.already, sorting.aliases, sorting.renamed, tuple(complaints))
        return plan, seen

    def _standing(self, s: Session) -> dict[int, int]:
        """How many ROIs the file's pictures have, and aliases the project; it grows, and never falls."""
        counts: dict[int, int] = {one.image_id: 0 for one in self._drawn}
        counts[_ALIASES] = s.scalar(select(func.count()).select_from(RoiAlias)) or 0
        for image_id, count in s.execute(select(Roi.image_id, func.count()).group_by(Roi.image_id)):
            if image_id in counts:
                counts[image_id] = count
        return counts


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
    if coco.is_results(data):
        raise ImportRefused(
            f"{path.name} is a COCO results list, which names no pictures; give the COCO instances file that "
            'its masks belong into, or add "img" to each entry.'
        )
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
