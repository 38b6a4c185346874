"""Who is to rate what: handing ROIs out, and each annotator's queue.

What may be handed out is a ROI's places (see `places`), so that no ROI goes to more annotators than
wanted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import and_, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from annotation_db.database import audit, place_changes, plain_rows
from annotation_db.database.plain_rows import PlainRows
from annotation_db.database.schema import Image, ImageRoot, Place, Roi
from annotation_db.errors import NotFound, Refused
from annotation_db.pictures import images
from annotation_db.pictures import rois as regions
from annotation_db.pictures.withdrawal import is_picture_withdrawn, is_withdrawn
from annotation_db.rating import annotators as people
from annotation_db.rating import requests
from annotation_db.rating.assign_plan import AssignWish, plan
from annotation_db.rating.place_balance import counts, rebalance, wanted
from annotation_db.rating.places import HELD, is_rated
from annotation_db.rating.queues import Queue
from annotation_db.records import (
    AnnotatorRecord,
    AssignReport,
    QueueEntry,
    QueueProgress,
)
from annotation_db.vocabulary.scales import MOST_RATERS

_PORTION: Final = 5_000
"""Places of one statement: databases limit the number of parameters."""


def assign(
    s: Session,
    *,
    raters: int | None = None,
    annotators: Sequence[int] | None = None,
    rois: Collection[int] | None = None,
    most_rois: int | None = None,
    most_open: int | None = None,
    who: str,
) -> AssignReport:
    """Hand every ROI to as many annotators as wanted, as evenly as can be, as `assign_plan.plan` has it.

    Parameters
    ----------
    raters, annotators, rois, most_rois, most_open
        As in `assign_plan.AssignWish`.

    Raises
    ------
    NotFound, Refused
        As `assign_plan.plan`.
    """
    wish = AssignWish(raters, annotators, rois, most_rois, most_open)
    planned = plan(s, wish, locked=True)
    _let_go(s, planned.expired)
    with place_changes.in_bulk(s, planned.report.touched):
        _fill(s, planned.filled)
        _add_assigned(s, planned.added)
    detail: dict[str, Any] = {"assigned": planned.report.assigned, "raters": planned.raters}
    limits = {"among": None if rois is None else len(rois), "most_rois": most_rois, "most_open": most_open}
    detail |= {name: value for name, value in limits.items() if value is not None}
    audit.record(s, who, "assign", "project", detail)
    return planned.report


def take_back(s: Session, annotator_id: int | None, who: str, rois: Collection[int] | None = None) -> int:
    """Free places that were assigned and not rated.

    Parameters
    ----------
    annotator_id : int or None
        Whose; everybody's if None.
    rois : collection of int, optional
        Only of these ROIs.

    Returns
    -------
    int
        How many; others may take them from now on.

    Raises
    ------
    NotFound
        If there is no such annotator.
    """
    theirs = Place.state == "assigned"
    if annotator_id is not None:
        people.get(s, annotator_id)
        theirs = and_(theirs, Place.annotator_id == annotator_id)
    freed = update(Place).values(state="free", annotator_id=None).returning(Place.roi_id)
    roi_ids: list[int] = []
    if rois is None:
        roi_ids += s.scalars(freed.where(theirs))
    else:
        chosen = sorted(rois)
        for start in range(0, len(chosen), _PORTION):
            roi_ids += s.scalars(freed.where(theirs, Place.roi_id.in_(chosen[start : start + _PORTION])))
    rebalance(s, roi_ids)
    whose = "project" if annotator_id is None else f"annotator {annotator_id}"
    audit.record(s, who, "assign.take_back", whose, {"places": len(roi_ids)})
    return len(roi_ids)


def ask_for_more(s: Session, roi_ids: Iterable[int], n: int, who: str) -> None:
    """Ask for `n` ratings more of some ROIs than were wanted, or given, so far.

    Where more were given than wanted, as after the project's number was lowered, those given are the floor on
    which `n` comes: raising the project's number again asks for no more than the larger of the two.

    Raises
    ------
    NotFound
        If there is no such ROI.
    Refused
        If `n` is below 1, or more would be wanted than `records.MOST_RATERS`, or a ROI is withdrawn.
    """
    if n < 1:
        raise Refused(f"Ask for at least 1 rating more, not {n}.")
    chosen = sorted(set(roi_ids))
    known = regions.get_many(s, chosen)
    for roi_id in chosen:
        if roi_id not in known:
            raise NotFound(f"There is no ROI number {roi_id} in this project.")
    if gone := sum(roi.withdrawn for roi in known.values()):
        raise Refused(
            f"{gone} of {len(chosen)} ROIs are withdrawn, so nobody could rate them, and nothing was asked "
            "for; leave them out."
        )
    rebalance(s, chosen)
    extra = and_(Place.roi_id.in_(chosen), Place.state == "closed", is_rated(), counts())
    extras = Counter(s.scalars(select(Place.roi_id).where(extra)))
    floors: dict[int, int] = {}
    for roi_id, want, more in s.execute(select(Roi.id, wanted(), Roi.raters_more).where(Roi.id.in_(chosen))):
        if want + extras[roi_id] + n > MOST_RATERS:
            raise Refused(f"At most {MOST_RATERS:,} ratings can be wanted of a ROI; ask for fewer.")
        if extras[roi_id]:
            floors[roi_id] = want + extras[roi_id] - more
    _want_more(s, dict.fromkeys(chosen, n))
    requests.set_floors(s, floors)
    rebalance(s, chosen)
    detail: dict[str, Any] = {"rois": chosen, "more": n}
    if floors:
        detail["floors"] = {str(roi_id): floor for roi_id, floor in floors.items()}
    audit.record(s, who, "place.more", "project", detail)


def queue_of(s: Session, annotator_id: int) -> Queue:
    """A queue to be remembered between calls of `next_entries` and `progress`: they look at it much faster.

    Raises
    ------
    NotFound
        If there is no such annotator.
    """
    return Queue(annotator_id, people.get(s, annotator_id).order_seed)


def next_entries(
    s: Session,
    annotator_id: int,
    *,
    after_image: int | None = None,
    limit: int = 3,
    keep: int | None = None,
    queue: Queue | None = None,
) -> list[QueueEntry]:
    """What an annotator is to rate next; asking does not change the answer.

    Parameters
    ----------
    after_image : int, optional
        The picture shown just before: its other ROIs come later if that is possible.
    limit : int
        How many, the first to be shown, the others to be loaded meanwhile.
    keep : int, optional
        A ROI that comes first, if the annotator may rate it at all.
    queue : Queue, optional
        What `queue_of` gave for this annotator and this store, used in transactions that only read.

    Returns
    -------
    list of QueueEntry
        Empty when nothing is left, or when the annotator is excluded.

    Raises
    ------
    NotFound
        If there is no such annotator.
    """
    annotator = people.get(s, annotator_id)
    if annotator.excluded:
        return []
    queue = queue or Queue(annotator_id, annotator.order_seed)
    queue.look(s)
    return upcoming(s, queue, after_image=after_image, limit=limit, keep=keep)


def upcoming(
    s: Session, queue: Queue, *, after_image: int | None, limit: int, keep: int | None = None
) -> list[QueueEntry]:
    """What is next in a queue that was just looked at; parameters are those of `next_entries`."""
    up = queue.up(after_image, limit, keep)
    found = entries(s, queue.annotator_id, [c.roi_id for c in up])
    return [found[c.roi_id] for c in up]


def entries(s: Session, annotator_id: int, roi_ids: Sequence[int]) -> dict[int, QueueEntry]:
    """ROIs as an annotator meets them, by id."""
    given = {"annotator": annotator_id, "rois": list(roi_ids)}
    return {row[0]: _entry(s, row) for row in plain_rows.run(s, _ENTRIES, given)}


def _entry(s: Session, row: Sequence[Any]) -> QueueEntry:
    """Of a row of `_ENTRIES`."""
    roi, image = _ROI_ROWS.made(row[1:_ROI_END]), _IMAGE_ROWS.made(row[_ROI_END:_IMAGE_END])
    root, withdrawn, picture_withdrawn, place_id, lease_until = row[_IMAGE_END:]
    return QueueEntry(
        regions.record(roi, withdrawn),
        images.record(s, image, root, picture_withdrawn),
        place_id,
        lease_until,
    )


_ROI_ROWS: Final = PlainRows(Roi)
_IMAGE_ROWS: Final = PlainRows(Image)
_ROI_END: Final = 1 + len(_ROI_ROWS)
_IMAGE_END: Final = _ROI_END + len(_IMAGE_ROWS)
_ENTRIES: Final = (
    select(
        Roi.id,
        *_ROI_ROWS.columns,
        *_IMAGE_ROWS.columns,
        *(ImageRoot.path, is_withdrawn(), is_picture_withdrawn(), Place.id, Place.lease_until),
    )
    .join(Image, Image.id == Roi.image_id)
    .join(ImageRoot, ImageRoot.id == Image.root_id)
    .outerjoin(
        Place,
        and_(
            Place.roi_id == Roi.id,
            Place.annotator_id == bindparam("annotator"),
            Place.state.in_(HELD),
        ),
    )
    .where(Roi.id.in_(bindparam("rois", expanding=True)))
)
"""Built once: every turn of an annotator asks this."""


def progress(s: Session, annotator_id: int, queue: Queue | None = None) -> QueueProgress:
    """How far an annotator is; withdrawn ROIs do not enter. `queue` is as for `next_entries`.

    Raises
    ------
    NotFound
        If there is no such annotator.
    """
    annotator = people.get(s, annotator_id)
    queue = queue or Queue(annotator_id, annotator.order_seed)
    queue.look(s)
    return progress_of(queue, annotator)


def progress_of(queue: Queue, annotator: AnnotatorRecord) -> QueueProgress:
    """The same of a queue that was just looked at."""
    available = 0 if annotator.excluded else queue.offered
    return QueueProgress(done=queue.done, open=queue.owed, available=available)


def _let_go(s: Session, expired: Sequence[int]) -> None:
    if expired:
        let_go = update(Place).where(Place.id == bindparam("place"))
        let_go = let_go.values(state="free", annotator_id=None, lease_until=None)
        s.connection().execute(let_go, [{"place": place_id} for place_id in expired])


def _fill(s: Session, filled: Mapping[int, list[int]]) -> None:
    """Hand places over, each annotator theirs."""
    for annotator_id, place_ids in filled.items():
        for start in range(0, len(place_ids), _PORTION):
            handed = update(Place).where(Place.id.in_(place_ids[start : start + _PORTION]))
            s.connection().execute(handed.values(state="assigned", annotator_id=annotator_id))


def _add_assigned(s: Session, added: Mapping[int, list[int]]) -> None:
    """Per ROI, places beyond those it wanted so far, for these annotators."""
    if not added:
        return
    _want_more(s, {roi_id: len(people_of) for roi_id, people_of in added.items()})
    top = select(Place.roi_id, func.max(Place.slot)).group_by(Place.roi_id)
    last = {row[0]: row[1] for row in s.execute(top)}
    rows = [
        {"roi_id": roi_id, "slot": last.get(roi_id, 0) + number, "annotator_id": a, "state": "assigned"}
        for roi_id, people_of in added.items()
        for number, a in enumerate(people_of, 1)
    ]
    s.execute(insert(Place), rows)


def _want_more(s: Session, more: dict[int, int]) -> None:
    """Raise the numbers of ratings wanted of ROIs."""
    if more:
        raised = update(Roi).where(Roi.id == bindparam("roi"))
        raised = raised.values(raters_more=Roi.raters_more + bindparam("n"))
        s.connection().execute(raised, [{"roi": roi_id, "n": n} for roi_id, n in more.items()])
