"""ROIs: frozen masks on pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, bindparam, exists, insert, literal, select, true
from sqlalchemy.orm import Session

from annotation_db.database import audit, content_hash, place_changes, row_ids
from annotation_db.database.schema import Image, Place, Project, Roi, RoiAlias, now
from annotation_db.errors import NotFound, Refused
from annotation_db.pictures import masks
from annotation_db.pictures.masks import Measured, Rle
from annotation_db.pictures.withdrawal import is_picture_withdrawn, is_withdrawn
from annotation_db.records import RoiLevel, RoiRecord

_PORTION: Final = 5000
_CACHE_KIB: Final = 64 * 1024
"""Of SQLite's pages while many ROIs are added: with its usual 2 MiB that takes longer."""


@dataclass(frozen=True, slots=True)
class NewRoi:
    """One ROI to be added, all its rules checked."""

    image_id: int
    external_id: str
    level: RoiLevel
    shape: Measured
    prompts: Mapping[str, Any] = field(default_factory=dict)
    segmenter: str = "imported"
    predicted_iou: float | None = None
    uid: str | None = None
    """Drawn if not given."""
    aliases: tuple[str, ...] = ()
    """Other uids that it is known by."""


def add(
    s: Session,
    *,
    image_id: int,
    mask: NDArray[np.bool_] | Rle | Measured,
    level: RoiLevel = "object",
    external_id: str | None = None,
    prompts: Mapping[str, Any] | None = None,
    segmenter: str = "manual",
    predicted_iou: float | None = None,
    uid: str | None = None,
    who: str,
) -> RoiRecord:
    """Add a ROI, with as many free places as the project wants ratings.

    Parameters
    ----------
    image_id : int
        The picture.
    mask : ndarray of bool, shape (H, W), or Rle, or Measured
        Of the displayed picture's size. `masks.measured` beforehand keeps the work of a large one out of
        the transaction.
    level : {"object", "component"}
        As in the paper, Sec. 3.1.
    external_id : str, optional
        Its id within the picture; "r1", "r2", ... if not given.
    prompts : mapping, optional
        The clicks, boxes and strokes the mask came from, as JSON values.
    segmenter : str
        Who or what drew the mask.
    predicted_iou : float, optional
        The segmenter's own estimate.
    uid : str, optional
        The one it has in the journal that it is put back from.
    who : str
        Name of the person.

    Raises
    ------
    NotFound
        If there is no such picture.
    Refused
        If the picture is withdrawn, the mask is empty, of another size, smaller than the project's
        limit or there already, or if the id is taken.
    """
    # On a server the picture's row is the lock under which its ROIs are named.
    size = s.execute(
        select(Image.height, Image.width, is_picture_withdrawn(), Image.path)
        .where(Image.id == image_id)
        .with_for_update(key_share=True)
    ).one_or_none()
    if size is None:
        raise NotFound(f"There is no picture number {image_id} in this project.")
    if size[2]:
        raise Refused(f"The picture {size[3]} is withdrawn; bring it back first, or mark another one.")
    if level not in ("object", "component"):
        raise Refused(f"A ROI's level is object or component, not {level!r}.")
    shape = mask if isinstance(mask, Measured) else masks.measured(mask)
    _check_mask(s, shape, (size.height, size.width))
    same = s.scalar(
        select(Roi.external_id).where(
            Roi.image_id == image_id, Roi.counts == shape.rle.counts, ~is_withdrawn()
        )
    )
    if same is not None:
        raise Refused(f"ROI {same} of this picture has exactly the same mask; nothing was added.")
    # Held until the ROI is stored: another number wanted holds for it too.
    s.scalars(select(Project.raters_wanted).with_for_update(read=True)).one()
    new = NewRoi(
        image_id=image_id,
        external_id=_free_id(s, image_id, external_id),
        level=level,
        shape=shape,
        prompts=dict(prompts or {}),
        segmenter=segmenter,
        predicted_iou=predicted_iou,
        uid=uid,
    )
    row = Roi(**_values(new, who))
    s.add(row)
    s.flush()
    _open_places(s, [row.id])
    audit.record(s, who, "roi.add", f"roi {row.id}", {"image": image_id, "area": row.area})
    return record(row, False)


def prepared(new: Sequence[NewRoi], who: str) -> list[dict[str, Any]]:
    """The rows of ROIs, sealed: made before the transaction of `add_many`, which others wait for."""
    return [_values(roi, who) for roi in new]


def add_many(
    s: Session, new: Sequence[NewRoi], who: str, rows: Sequence[dict[str, Any]] | None = None
) -> list[int]:
    """Add ROIs that an import has checked under the rules of `add`; their ids, in the same order.

    Parameters
    ----------
    rows : sequence of dict, optional
        What `prepared` made of the same ROIs.
    """
    table = Roi.metadata.tables[Roi.__tablename__]
    ids = row_ids.reserve(s, table, len(new))
    if not ids:
        return []
    if rows is None:
        rows = prepared(new, who)
    if s.get_bind().dialect.name == "sqlite":
        s.connection().exec_driver_sql(f"PRAGMA cache_size=-{_CACHE_KIB}")
    for roi_id, row in zip(ids, rows, strict=True):
        row["id"] = roi_id
    # Held until the ROIs are stored: another number wanted holds for them too.
    s.scalars(select(Project.raters_wanted).with_for_update(read=True)).one()
    s.execute(insert(table), list(rows))
    add_aliases(s, {uid: roi_id for roi_id, roi in zip(ids, new, strict=True) for uid in roi.aliases})
    with place_changes.in_bulk(s, len(ids)):
        _open_places(s, ids)
    told = [
        (f"roi {roi_id}", {"image": roi.image_id, "area": roi.shape.area})
        for roi_id, roi in zip(ids, new, strict=True)
    ]
    audit.record_many(s, who, "roi.add", told)
    return ids


def by_uid(s: Session, uids: Iterable[str]) -> dict[str, int]:
    """The ROIs of some uids, their own or aliases; what is no ROI's uid is left out."""
    found: dict[str, int] = {}
    listed = sorted(set(uids))
    for start in range(0, len(listed), _PORTION):
        some = listed[start : start + _PORTION]
        for table in (select(Roi.uid, Roi.id), select(RoiAlias.uid, RoiAlias.roi_id)):
            column = table.selected_columns[0]
            found.update((row[0], row[1]) for row in s.execute(table.where(column.in_(some))))
    return found


def aliases(s: Session) -> dict[int, tuple[str, ...]]:
    """The other uids of ROIs that are known by several, in the order in which they came."""
    found: dict[int, tuple[str, ...]] = {}
    for roi_id, uid in s.execute(select(RoiAlias.roi_id, RoiAlias.uid).order_by(RoiAlias.id)):
        found[roi_id] = (*found.get(roi_id, ()), uid)
    return found


def add_aliases(s: Session, uids: Mapping[str, int]) -> None:
    """Let ROIs be known by more uids, which no ROI has (see `by_uid`)."""
    if uids:
        table = RoiAlias.metadata.tables[RoiAlias.__tablename__]
        s.execute(insert(table), [{"uid": uid, "roi_id": roi_id} for uid, roi_id in uids.items()])


def get(s: Session, roi_id: int) -> RoiRecord:
    """One ROI, withdrawn or not.

    Raises
    ------
    NotFound
        If there is none of this id.
    """
    row = s.execute(_query().where(Roi.id == roi_id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no ROI number {roi_id} in this project.")
    return record(row[0], row[1])


def get_many(s: Session, roi_ids: Iterable[int]) -> dict[int, RoiRecord]:
    """Several ROIs by id; unknown ids are left out."""
    rows = s.execute(_SEVERAL, {"rois": list(roi_ids)})
    return {row[0].id: record(row[0], row[1]) for row in rows}


def find(s: Session, image_id: int, external_id: str) -> RoiRecord:
    """The ROI of this id within a picture.

    Raises
    ------
    NotFound
        If there is none.
    """
    row = s.execute(_query().where(Roi.image_id == image_id, Roi.external_id == external_id)).one_or_none()
    if row is None:
        path = s.scalar(select(Image.path).where(Image.id == image_id)) or f"number {image_id}"
        raise NotFound(f"There is no ROI {external_id} on the picture {path}; check its id.")
    return record(row[0], row[1])


def of_image(s: Session, image_id: int, *, withdrawn: bool = False) -> list[RoiRecord]:
    """The ROIs of one picture in the order they were made; withdrawn ones only if asked for."""
    return _list(s, _query().where(Roi.image_id == image_id), withdrawn)


def list_all(s: Session, *, withdrawn: bool = False) -> list[RoiRecord]:
    """All ROIs in the order they were made; withdrawn ones only if asked for."""
    return _list(s, _query(), withdrawn)


def _list(s: Session, query: Select[Roi, bool], withdrawn: bool) -> list[RoiRecord]:
    if not withdrawn:
        query = query.where(~is_withdrawn())
    return [record(row[0], row[1]) for row in s.execute(query.order_by(Roi.id))]


def _values(new: NewRoi, who: str) -> dict[str, Any]:
    x, y, width, height = new.shape.bbox
    values = {
        "image_id": new.image_id,
        "external_id": new.external_id,
        "level": new.level,
        "mask_height": new.shape.rle.size[0],
        "mask_width": new.shape.rle.size[1],
        "counts": new.shape.rle.counts,
        "area": new.shape.area,
        "box_x": x,
        "box_y": y,
        "box_width": width,
        "box_height": height,
        "prompts": dict(new.prompts),
        "segmenter": new.segmenter,
        "predicted_iou": new.predicted_iou,
        "created_by": who,
        **({"uid": new.uid} if new.uid is not None else {}),
    }
    return content_hash.with_hash("roi", values)


def _open_places(s: Session, roi_ids: Sequence[int]) -> None:
    """Give new ROIs as many free places as the project wants ratings, in one statement."""
    numbers = select(literal(1).label("slot")).cte("numbers", recursive=True)
    following = select(numbers.c.slot + 1).where(
        numbers.c.slot < select(Project.raters_wanted).scalar_subquery()
    )
    slots = numbers.union_all(following)
    at = literal(now(), Place.created_at.type)
    taken = exists().where(Place.roi_id == Roi.id)
    new = (
        select(Roi.id, slots.c.slot, literal("free"), at, at)
        .join(slots, true())
        .where(Roi.id.between(min(roi_ids), max(roi_ids)), ~taken)
    )
    columns = ["roi_id", "slot", "state", "created_at", "changed_at"]
    s.execute(insert(Place).from_select(columns, new.order_by(Roi.id, slots.c.slot)))


def _check_mask(s: Session, shape: Measured, size: tuple[int, int]) -> None:
    rle, area = shape.rle, shape.area
    if rle.size != size:
        raise Refused(
            f"The mask is {rle.size[1]} x {rle.size[0]} pixels but the picture is {size[1]} x {size[0]}; "
            "draw or export it on this picture."
        )
    smallest = s.scalars(select(Project.min_roi_area)).one()
    if area == 0:
        raise Refused("The mask is empty; mark at least one pixel.")
    if area < smallest:
        raise Refused(
            f"The mask has {area} pixels, fewer than the {smallest} this project asks for; "
            "mark a larger region."
        )


def _free_id(s: Session, image_id: int, wanted: str | None) -> str:
    taken = set(s.scalars(select(Roi.external_id).where(Roi.image_id == image_id)))
    if wanted is None:
        number = len(taken) + 1
        while f"r{number}" in taken:
            number += 1
        return f"r{number}"
    wanted = wanted.strip()
    if not wanted:
        raise Refused("A ROI's id is empty; leave it out, or give one.")
    if wanted in taken:
        raise Refused(f"The picture has a ROI {wanted} already; give this one another id.")
    return wanted


def _query() -> Select[Roi, bool]:
    return select(Roi, is_withdrawn())


_SEVERAL = _query().where(Roi.id.in_(bindparam("rois", expanding=True)))
"""Built once: every turn of an annotator asks this."""


def record(row: Roi, withdrawn: bool) -> RoiRecord:
    """What is handed out of a row."""
    return RoiRecord(
        id=row.id,
        uid=row.uid,
        image_id=row.image_id,
        external_id=row.external_id,
        level=cast(RoiLevel, row.level),
        size=(row.mask_height, row.mask_width),
        counts=row.counts,
        area=row.area,
        bbox=(row.box_x, row.box_y, row.box_width, row.box_height),
        prompts=dict(row.prompts),
        segmenter=row.segmenter,
        predicted_iou=row.predicted_iou,
        created_by=row.created_by,
        created_at=row.created_at,
        withdrawn=bool(withdrawn),
    )
