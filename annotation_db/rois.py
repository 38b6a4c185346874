"""ROIs: frozen masks on pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Select, and_, exists, insert, select
from sqlalchemy.orm import Session

from annotation_db import audit, content_hash, masks
from annotation_db.errors import NotFound, Refused
from annotation_db.masks import Rle
from annotation_db.records import Level, RoiRecord
from annotation_db.schema import Exclusion, Image, Place, Project, Roi


def is_withdrawn() -> ColumnElement[bool]:
    """SQL: an exclusion of this ROI stands."""
    return exists().where(
        and_(Exclusion.kind == "roi", Exclusion.target_id == Roi.id, Exclusion.lifted_at.is_(None))
    )


def add(
    s: Session,
    *,
    image_id: int,
    mask: NDArray[np.bool_] | Rle,
    level: Level = "object",
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
    mask : ndarray of bool, shape (H, W), or Rle
        Of the displayed picture's size.
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
        If the mask is empty, of another size, smaller than the project's limit or there already,
        or if the id is taken.
    """
    # On a server the picture's row is the lock under which its ROIs are named.
    size = s.execute(
        select(Image.height, Image.width).where(Image.id == image_id).with_for_update(key_share=True)
    ).one_or_none()
    if size is None:
        raise NotFound(f"There is no picture number {image_id} in this project.")
    if level not in ("object", "component"):
        raise Refused(f"A ROI's level is object or component, not {level!r}.")
    rle = masks.encode(mask) if isinstance(mask, np.ndarray) else masks.checked(mask)
    _check_mask(s, rle, (size.height, size.width))
    same = s.scalar(
        select(Roi.external_id).where(Roi.image_id == image_id, Roi.counts == rle.counts, ~is_withdrawn())
    )
    if same is not None:
        raise Refused(f"ROI {same} of this picture has exactly the same mask; nothing was added.")
    x, y, width, height = masks.bbox(rle)
    # Held until the ROI is stored: another number wanted holds for it too.
    wanted = s.scalars(select(Project.raters_wanted).with_for_update(read=True)).one()
    new = {
        "image_id": image_id,
        "external_id": _free_id(s, image_id, external_id),
        "level": level,
        "mask_height": rle.size[0],
        "mask_width": rle.size[1],
        "counts": rle.counts,
        "area": masks.area(rle),
        "box_x": x,
        "box_y": y,
        "box_width": width,
        "box_height": height,
        "prompts": dict(prompts or {}),
        "segmenter": segmenter,
        "predicted_iou": predicted_iou,
        "created_by": who,
        **({"uid": uid} if uid is not None else {}),
    }
    row = Roi(**content_hash.sealed("roi", new))
    s.add(row)
    s.flush()
    s.execute(insert(Place), [{"roi_id": row.id, "slot": slot + 1} for slot in range(wanted)])
    audit.record(s, who, "roi.add", f"roi {row.id}", {"image": image_id, "area": row.area})
    return _record(row, False)


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
    return _record(row[0], row[1])


def get_many(s: Session, roi_ids: Iterable[int]) -> dict[int, RoiRecord]:
    """Several ROIs by id; unknown ids are left out."""
    rows = s.execute(_query().where(Roi.id.in_(list(roi_ids))))
    return {row[0].id: _record(row[0], row[1]) for row in rows}


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
    return _record(row[0], row[1])


def of_image(s: Session, image_id: int, *, withdrawn: bool = False) -> list[RoiRecord]:
    """The ROIs of one picture in the order they were made; withdrawn ones only if asked for."""
    return _list(s, _query().where(Roi.image_id == image_id), withdrawn)


def list_all(s: Session, *, withdrawn: bool = False) -> list[RoiRecord]:
    """All ROIs in the order they were made; withdrawn ones only if asked for."""
    return _list(s, _query(), withdrawn)


def _list(s: Session, query: Select[Roi, bool], withdrawn: bool) -> list[RoiRecord]:
    if not withdrawn:
        query = query.where(~is_withdrawn())
    return [_record(row[0], row[1]) for row in s.execute(query.order_by(Roi.id))]


def _check_mask(s: Session, rle: Rle, size: tuple[int, int]) -> None:
    if rle.size != size:
        raise Refused(
            f"The mask is {rle.size[1]} x {rle.size[0]} pixels but the picture is {size[1]} x {size[0]}; "
            "draw or export it on this picture."
        )
    area = masks.area(rle)
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


def _record(row: Roi, withdrawn: bool) -> RoiRecord:
    return RoiRecord(
        id=row.id,
        uid=row.uid,
        image_id=row.image_id,
        external_id=row.external_id,
        level=cast(Level, row.level),
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
