"""The project's rules for new ROIs, applied to one entry of a file after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_db import masks
from annotation_db.errors import Refused
from annotation_db.imports.candidates import Candidate
from annotation_db.imports.files import shown
from annotation_db.masks import Measured
from annotation_db.records import ImageRecord, Level
from annotation_db.rois import NewRoi
from annotation_db.schema import Roi

_PORTION = 5000


@dataclass(frozen=True, slots=True)
class Drawn:
    """An entry with its mask, large enough to be a ROI."""

    entry: int
    where: str
    """The picture as the file names it, to begin a complaint with."""
    image_id: int
    external_id: str | None
    level: Level
    shape: Measured


def drawn(candidate: Candidate, image: ImageRecord, least: int) -> Drawn:
    """Draw and measure an entry's mask.

    Raises
    ------
    Refused
        If it does not fit the picture, or covers fewer than `least` pixels.
    """
    where = f"{shown(candidate.image)}: "
    try:
        mask = candidate.draw((image.height, image.width))
    except Refused as refusal:
        raise Refused(f"{where}{refusal}") from refusal
    area = masks.area(mask)
    if area < least:
        told = "is empty" if area == 0 else f"covers {area} pixels, but ROIs need {least} or more"
        raise Refused(f"{where}the mask {told}; leave it out, or draw it again.")
    shape = Measured(mask, area, masks.bbox(mask))
    return Drawn(candidate.entry, where, image.id, candidate.external_id, candidate.level, shape)


class Sorting:
    """Which entries are new to the project, and under what ids."""

    def __init__(self, s: Session, image_ids: Iterable[int]) -> None:
        self.already = 0
        self._ids: defaultdict[int, dict[str, str]] = defaultdict(dict)
        """Per image: id -> counts."""
        self._masks: defaultdict[int, dict[str, str]] = defaultdict(dict)
        """Per image: counts -> where it stands."""
        listed = sorted(image_ids)
        for start in range(0, len(listed), _PORTION):
            some = Roi.image_id.in_(listed[start : start + _PORTION])
            query = select(Roi.image_id, Roi.external_id, Roi.counts).where(some).order_by(Roi.id)
            for image_id, external_id, counts in s.execute(query):
                self._ids[image_id][external_id] = counts
                self._masks[image_id][counts] = "the project"

    def is_new(self, one: Drawn) -> bool:
        """Whether the project has an entry's mask not yet.

        Raises
        ------
        Refused
            If its id belongs to another ROI, or the file has the mask twice.
        """
        counts, own_id = one.shape.rle.counts, one.external_id
        ids, known = self._ids[one.image_id], self._masks[one.image_id]
        if counts in known and known[counts] == "the project":
            if own_id is not None and ids.get(own_id) not in {None, counts}:
                raise Refused(f'{one.where}the id "{shown(own_id)}" belongs to another ROI of this picture.')
            self.already += 1
            return False
        if counts in known:
            raise Refused(f"{one.where}the same mask stands in {known[counts]}; leave one of them out.")
        if own_id is not None and own_id in ids:
            raise Refused(f'{one.where}the id "{shown(own_id)}" is taken by another ROI of this picture.')
        known[counts] = f"entry {one.entry}"
        if own_id is not None:
            ids[own_id] = counts
        return True

    def named(self, planned: list[Drawn]) -> tuple[NewRoi, ...]:
        """The ROIs to add; those without an id are given one that neither project nor file uses."""
        whole = (one if one.external_id is not None else self._named(one) for one in planned)
        return tuple(NewRoi(one.image_id, one.external_id or "", one.level, one.shape) for one in whole)

    def _named(self, one: Drawn) -> Drawn:
        ids = self._ids[one.image_id]
        number = len(ids) + 1
        while f"r{number}" in ids:
            number += 1
        ids[f"r{number}"] = one.shape.rle.counts
        return replace(one, external_id=f"r{number}")
