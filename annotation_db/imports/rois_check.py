"""The project's rules for new ROIs, applied to one entry of a file after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_db import names
from annotation_db.database.schema import Roi
from annotation_db.errors import Refused
from annotation_db.imports.candidates import Candidate
from annotation_db.names import shown
from annotation_db.pictures import masks, rois
from annotation_db.pictures.masks import Measured
from annotation_db.pictures.rois import NewRoi
from annotation_db.pictures.withdrawal import is_withdrawn
from annotation_db.records import ImageRecord, RoiLevel

_PORTION = 5000


@dataclass(frozen=True, slots=True)
class DrawnRoi:
    """An entry with its mask, large enough to be a ROI."""

    entry: int
    where: str
    """The picture as the file names it, to begin a complaint with."""
    image_id: int
    external_id: str | None
    level: RoiLevel
    shape: Measured
    uids: tuple[str, ...]
    on_withdrawn: bool = False
    """Whether its picture is withdrawn."""


def draw(candidate: Candidate, image: ImageRecord, least: int) -> DrawnRoi:
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
    return DrawnRoi(
        candidate.entry,
        where,
        image.id,
        candidate.external_id,
        candidate.level,
        shape,
        candidate.uids,
        image.withdrawn,
    )


@dataclass(frozen=True, slots=True)
class _There:
    """A mask that is there already: in the project, or in an earlier entry of the file."""

    where: str
    roi_id: int | None
    """None for an entry of the file."""


class NewRoiFinder:
    """Which entries are new to the project, and under what ids and uids.

    Attributes
    ----------
    already : int
        Entries whose very mask the project has.
    renamed : int
        Entries that get a new id, because another region of the picture has theirs.
    aliases : dict
        Uids of the file for ROIs that are there already: uid -> ROI.
    """

    def __init__(
        self, s: Session, drawn: Iterable[DrawnRoi], image_ids: Iterable[int], *, rename: bool
    ) -> None:
        self.already = 0
        self.renamed = 0
        self.aliases: dict[str, int] = {}
        self._rename = rename
        self._ids: defaultdict[int, dict[str, str]] = defaultdict(dict)
        """Per image: id -> counts."""
        self._masks: defaultdict[int, dict[str, _There]] = defaultdict(dict)
        """Per image: counts -> where it stands."""
        self._uids: dict[str, int | str] = dict(rois.by_uid(s, (uid for one in drawn for uid in one.uids)))
        """Uid -> the ROI that has it, or the entry of the file."""
        listed = sorted(image_ids)
        for start in range(0, len(listed), _PORTION):
            some = Roi.image_id.in_(listed[start : start + _PORTION])
            columns = (Roi.image_id, Roi.id, Roi.external_id, Roi.counts)
            # Of a region that was withdrawn and marked again, the one that stands comes last.
            query = select(*columns).where(some).order_by(is_withdrawn().desc(), Roi.id)
            for image_id, roi_id, external_id, counts in s.execute(query):
                self._ids[image_id][external_id] = counts
                self._masks[image_id][counts] = _There("the project", roi_id)

    def is_new(self, one: DrawnRoi) -> bool:
        """Whether the project has an entry's mask not yet.

        Raises
        ------
        Refused
            If its id or uid belongs to another ROI, the file has the mask twice, or the picture of a new
            one is withdrawn.
        """
        counts = one.shape.rle.counts
        ids, known = self._ids[one.image_id], self._masks[one.image_id]
        there = known.get(counts)
        if there is not None and there.roi_id is None:
            raise Refused(f"{one.where}the same mask stands in {there.where}; leave one of them out.")
        roi_id = None if there is None else there.roi_id
        for uid in one.uids:
            if self._uids.get(uid, roi_id) != roi_id:
                raise Refused(
                    f"{one.where}the uid {uid} belongs to another ROI of the project or the file, so this is "
                    "not the region that it once was; leave it out, or remove its uid."
                )
        own_id = one.external_id
        is_taken = own_id is not None and ids.get(own_id, counts) != counts
        if is_taken and not self._rename:
            has = "is taken by" if roi_id is None else "belongs to"
            raise Refused(
                f'{one.where}the id "{shown(own_id)}" {has} another ROI of this picture, with another mask; '
                "leave this one out, or let it get a new id (--on-conflict rename)."
            )
        if roi_id is not None:
            self.aliases.update((uid, roi_id) for uid in one.uids if uid not in self._uids)
            self._uids.update(dict.fromkeys(one.uids, roi_id))
            self.already += 1
            return False
        if one.on_withdrawn:
            raise Refused(f"{one.where}the picture is withdrawn; bring it back first, or leave its ROIs out.")
        self._uids.update(dict.fromkeys(one.uids, f"entry {one.entry}"))
        known[counts] = _There(f"entry {one.entry}", None)
        if own_id is not None and not is_taken:
            ids[own_id] = counts
        return True

    def named(self, planned: list[DrawnRoi]) -> tuple[NewRoi, ...]:
        """The ROIs to add; those without an id of their own get one that neither project nor file uses."""
        return tuple(self._new(self._named(one)) for one in planned)

    def _new(self, one: DrawnRoi) -> NewRoi:
        uid, *others = one.uids or (None,)
        aliases = tuple(other for other in others if other is not None)
        return NewRoi(one.image_id, one.external_id or "", one.level, one.shape, uid=uid, aliases=aliases)

    def _named(self, one: DrawnRoi) -> DrawnRoi:
        ids, counts = self._ids[one.image_id], one.shape.rle.counts
        if one.external_id is None:
            name = _free(ids, "r", len(ids) + 1)
        elif ids[one.external_id] != counts:
            self.renamed += 1
            name = _free(ids, f"{one.external_id[: names.MAX_LENGTH - 10]}-", 2)
        else:
            return one
        ids[name] = counts
        return replace(one, external_id=name)


def _free(taken: Mapping[str, str], stem: str, number: int) -> str:
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"
