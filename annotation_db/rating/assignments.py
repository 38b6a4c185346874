"""Who is to rate what: handing ROIs out, and each annotator's queue.

What may be handed out is a ROI's places (see `places`), so that no ROI goes to more annotators than
wanted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import and_, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from annotation_db.database import audit, place_changes
from annotation_db.database.schema import Image, ImageRoot, Place, Project, Roi
from annotation_db.errors import NotFound, Refused
from annotation_db.pictures import images, rois
from annotation_db.pictures.withdrawal import is_picture_withdrawn, is_withdrawn
from annotation_db.rating import annotators as people
from annotation_db.rating.place_balance import counts, lock, rebalance, wanted
from annotation_db.rating.places import HELD, hold, is_open, is_rated, server_time
from annotation_db.rating.queue_order import mix64, random_key
from annotation_db.rating.queues import Queue
from annotation_db.records import (
    MOST_RATERS,
    AnnotatorRecord,
    AssignReport,
    QueueEntry,
    QueueProgress,
    check_raters,
)

_PORTION: Final = 5_000
"""Places of one statement: databases limit the number of parameters."""


def assign(
    s: Session, *, raters: int | None = None, annotators: Sequence[int] | None = None, who: str
) -> AssignReport:
    """Hand every ROI to as many annotators as wanted, as evenly as can be.

    Each ROI, in an order drawn by the project's seed, goes to the annotators who have the fewest,
    ties drawn. What was handed out before stays, and counts.

    Parameters
    ----------
    raters : int, optional
        Annotators per ROI; as many as are wanted of each by default. Above that, ROIs want as many
        more as are found.
    annotators : sequence of int, optional
        Whom to hand ROIs to; by default everyone in the role of annotator who is neither excluded nor
        simulated.

    Raises
    ------
    NotFound
        If there is no such annotator.
    Refused
        If there is nobody to hand ROIs to, or an excluded one is named, or `raters` is below 1 or
        above `records.MOST_RATERS`.
    """
    project = s.get_one(Project, 1)
    each = project.raters_wanted if raters is None else raters
    check_raters(each)
    chosen = _chosen(s, annotators)
    hold(s, chosen)
    if each > project.raters_wanted:  # places will be added: that is done under the ROIs' own locks
        lock(s, None)
    free = _free_places(s)
    have: dict[int, set[int]] = {}
    load: Counter[int] = Counter()
    held: Counter[int] = Counter()
    places = select(Place.roi_id, Place.annotator_id, Place.state).where(Place.annotator_id.is_not(None))
    for roi_id, annotator_id, state in s.execute(places):
        assert annotator_id is not None
        have.setdefault(roi_id, set()).add(annotator_id)
        load[annotator_id] += 1
        held[roi_id] += state in HELD
    wants = {row[0]: row[1] for row in s.execute(select(Roi.id, wanted()).where(~is_withdrawn()))}
    filled: dict[int, list[int]] = {}
    touched = 0
    added: dict[int, list[int]] = {}
    new: Counter[int] = Counter()
    short = 0
    for roi_id in sorted(wants, key=random_key(project.seed)):
        want = wants[roi_id] if raters is None else each
        missing = want - held[roi_id]
        if missing <= 0:
            continue
        tie = random_key(mix64(project.seed) ^ roi_id)
        taken = have.get(roi_id, set())
        able = sorted((a for a in chosen if a not in taken), key=lambda a: (load[a], tie(a)))
        short += missing > len(able)
        there = free.get(roi_id, [])
        given = able[: min(missing, len(there) + max(0, want - wants[roi_id]))]
        touched += bool(given)
        for place, a in zip(there, given, strict=False):
            filled.setdefault(a, []).append(place)
        if len(given) > len(there):
            added[roi_id] = given[len(there) :]
        load.update(given)
        new.update(given)
    with place_changes.in_bulk(s, touched):
        _fill(s, filled)
        _add_assigned(s, added)
    assigned = new.total()
    audit.record(s, who, "assign", "project", {"assigned": assigned, "raters": each})
    return AssignReport(
        assigned=assigned, rois=len(wants), short=short, per_annotator={a: new[a] for a in chosen}
    )


def take_back(s: Session, annotator_id: int, who: str) -> int:
    """Free the places assigned to an annotator that they have not rated.

    Returns
    -------
    int
        How many; others may take them from now on.

    Raises
    ------
    NotFound
        If there is no such annotator.
    """
    people.get(s, annotator_id)
    theirs = and_(Place.annotator_id == annotator_id, Place.state == "assigned")
    freed = update(Place).where(theirs).values(state="free", annotator_id=None).returning(Place.roi_id)
    roi_ids = list(s.scalars(freed))
    rebalance(s, roi_ids)
    audit.record(s, who, "assign.take_back", f"annotator {annotator_id}", {"places": len(roi_ids)})
    return len(roi_ids)


def ask_for_more(s: Session, roi_ids: Iterable[int], n: int, who: str) -> None:
    """Ask for `n` ratings more of some ROIs than were wanted, or given, so far.

    Raises
    ------
    NotFound
        If there is no such ROI.
    Refused
        If `n` is below 1, or more would be wanted than `records.MOST_RATERS`.
    """
    if n < 1:
        raise Refused(f"Ask for at least 1 rating more, not {n}.")
    chosen = sorted(set(roi_ids))
    known = rois.get_many(s, chosen)
    for roi_id in chosen:
        if roi_id not in known:
            raise NotFound(f"There is no ROI number {roi_id} in this project.")
    rebalance(s, chosen)
    extra = and_(Place.roi_id.in_(chosen), Place.state == "closed", is_rated(), counts())
    extras = Counter(s.scalars(select(Place.roi_id).where(extra)))
    for roi_id, want in s.execute(select(Roi.id, wanted()).where(Roi.id.in_(chosen))):
        if want + extras[roi_id] + n > MOST_RATERS:
            raise Refused(f"At most {MOST_RATERS:,} ratings can be wanted of a ROI; ask for fewer.")
    raised = {roi_id: n + extras[roi_id] for roi_id in chosen}
    _want_more(s, raised)
    rebalance(s, chosen)
    detail = {"rois": chosen, "more": n, "raised": [raised[roi_id] for roi_id in chosen]}
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
    found = s.execute(_ENTRIES, {"annotator": queue.annotator_id, "rois": [c.roi_id for c in up]})
    entries = {
        row[0].id: QueueEntry(
            rois.record(row[0], row[1]), images.record(s, row[2], row[3], row[4]), row[5], row[6]
        )
        for row in found
    }
    return [entries[c.roi_id] for c in up]


_ENTRIES: Final = (
    select(Roi, is_withdrawn(), Image, ImageRoot.path, is_picture_withdrawn(), Place.id, Place.lease_until)
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


def _chosen(s: Session, annotators: Sequence[int] | None) -> list[int]:
    if annotators is None:
        # Simulated annotators never open a window: ROIs handed to them would wait for ever.
        able = [a for a in people.list_all(s) if a.role == "annotator" and not a.excluded]
        chosen = [a.id for a in able if not a.simulated]
        if not chosen and able:
            raise Refused(
                "Simulated annotators are handed nothing, and there are no others; add people with "
                "seagull-studio annotator add, or with Add annotator on the Project page."
            )
        if not chosen:
            raise Refused("There is no annotator to hand ROIs to; add annotators first.")
        return chosen
    for annotator_id in annotators:
        record = people.get(s, annotator_id)
        if record.excluded:
            raise Refused(f"{record.name} is excluded from this project; lift that first.")
    if not annotators:
        raise Refused("There is no annotator to hand ROIs to; choose at least one.")
    return list(dict.fromkeys(annotators))


def _free_places(s: Session) -> dict[int, list[int]]:
    """Per ROI its open places, locked; expired claims are let go. What others hold is passed over."""
    query = select(Place.id, Place.roi_id, Place.state).where(is_open(server_time(s)))
    query = query.order_by(Place.roi_id, Place.slot).with_for_update(skip_locked=True)
    free: dict[int, list[int]] = {}
    expired: list[dict[str, int]] = []
    for place_id, roi_id, state in s.execute(query):
        free.setdefault(roi_id, []).append(place_id)
        if state == "claimed":
            expired.append({"place": place_id})
    if expired:
        let_go = update(Place).where(Place.id == bindparam("place"))
        let_go = let_go.values(state="free", annotator_id=None, lease_until=None)
        s.connection().execute(let_go, expired)
    return free


def _fill(s: Session, filled: dict[int, list[int]]) -> None:
    """Hand places over, each annotator theirs."""
    for annotator_id, place_ids in filled.items():
        for start in range(0, len(place_ids), _PORTION):
            handed = update(Place).where(Place.id.in_(place_ids[start : start + _PORTION]))
            s.connection().execute(handed.values(state="assigned", annotator_id=annotator_id))


def _add_assigned(s: Session, added: dict[int, list[int]]) -> None:
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
