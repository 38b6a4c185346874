"""What handing ROIs out would come to: the one rule, for the preview and for doing it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_db.database.schema import Place, Project, Roi
from annotation_db.errors import Refused
from annotation_db.pictures.withdrawal import is_withdrawn
from annotation_db.rating import annotators as people
from annotation_db.rating.place_balance import lock, wanted
from annotation_db.rating.places import HELD, WAITING, hold, is_open, server_time
from annotation_db.rating.queue_order import mix64, random_key
from annotation_db.records import AssignReport, check_raters


@dataclass(frozen=True, slots=True)
class AssignWish:
    """What is to be handed out, and to whom.

    Attributes
    ----------
    raters : int or None
        Annotators per ROI; as many as are wanted of each if None. Above that, ROIs want as many more as are
        found.
    annotators : sequence of int or None
        Whom to hand ROIs to; everyone in the role of annotator who is neither excluded nor simulated if None.
    rois : collection of int or None
        Only these ROIs.
    most_rois : int or None
        Hand out so many ROIs at most, the first in the project's order.
    most_open : int or None
        Nobody gets more than so many ROIs that they have yet to rate, those they have already among them.
    """

    raters: int | None = None
    annotators: Sequence[int] | None = None
    rois: Collection[int] | None = None
    most_rois: int | None = None
    most_open: int | None = None


@dataclass(frozen=True, slots=True)
class AssignPlan:
    """Which places go to whom.

    Attributes
    ----------
    filled : mapping of int to list of int
        Annotator -> open places that become theirs.
    added : mapping of int to list of int
        ROI -> annotators for whom places are added.
    expired : list of int
        Places whose claim ran out: open again.
    raters : int
        Annotators per ROI that were asked for, or the project's.
    report : AssignReport
    """

    filled: Mapping[int, list[int]]
    added: Mapping[int, list[int]]
    expired: list[int]
    raters: int
    report: AssignReport


def plan(s: Session, wish: AssignWish, *, locked: bool = False) -> AssignPlan:
    """Work out what would be handed out; nothing is written.

    Each ROI, in an order drawn by the project's seed, goes to the annotators who have the fewest, ties
    drawn. What was handed out before stays, and counts.

    Parameters
    ----------
    locked : bool
        On a server, keep others from what is planned until the transaction ends.

    Raises
    ------
    NotFound
        If there is no such annotator.
    Refused
        If there is nobody to hand ROIs to, or an excluded one is named, or a number is below 1 or above
        `records.MOST_RATERS`.
    """
    project = s.get_one(Project, 1)
    each = project.raters_wanted if wish.raters is None else wish.raters
    check_raters(each)
    for number, what in ((wish.most_rois, "ROI"), (wish.most_open, "open ROI of each annotator")):
        if number is not None and number < 1:
            raise Refused(f"At least 1 {what} is needed as a limit, not {number}; or give no limit.")
    chosen = _chosen(s, wish.annotators)
    if locked:
        hold(s, chosen)
        if each > project.raters_wanted:  # places will be added: that is done under the ROIs' own locks
            lock(s, None)
    free, expired = _open_places(s, server_time(s), locked)
    have: dict[int, set[int]] = {}
    load: Counter[int] = Counter()
    owed: Counter[int] = Counter()
    held: Counter[int] = Counter()
    wants = {row[0]: row[1] for row in s.execute(select(Roi.id, wanted()).where(~is_withdrawn()))}
    let_go = set(expired)
    places = select(Place.id, Place.roi_id, Place.annotator_id, Place.state)
    for place_id, roi_id, annotator_id, state in s.execute(places.where(Place.annotator_id.is_not(None))):
        if place_id in let_go:
            continue
        assert annotator_id is not None
        have.setdefault(roi_id, set()).add(annotator_id)
        load[annotator_id] += 1
        held[roi_id] += state in HELD
        owed[annotator_id] += state in WAITING and roi_id in wants
    filled: dict[int, list[int]] = {}
    added: dict[int, list[int]] = {}
    new: Counter[int] = Counter()
    touched = short = loaded = left = 0
    considered = wants.keys() if wish.rois is None else wants.keys() & set(wish.rois)
    for roi_id in sorted(considered, key=random_key(project.seed)):
        want = wants[roi_id] if wish.raters is None else each
        missing = want - held[roi_id]
        if missing <= 0:
            continue
        if wish.most_rois is not None and touched >= wish.most_rois:
            left += 1
            continue
        tie = random_key(mix64(project.seed) ^ roi_id)
        taken = have.get(roi_id, set())
        others = [a for a in chosen if a not in taken]
        able = [a for a in others if wish.most_open is None or owed[a] < wish.most_open]
        able.sort(key=lambda a: (load[a], tie(a)))
        short += missing > len(able)
        loaded += len(able) < min(missing, len(others))
        there = free.get(roi_id, [])
        given = able[: min(missing, len(there) + max(0, want - wants[roi_id]))]
        touched += bool(given)
        for place, a in zip(there, given, strict=False):
            filled.setdefault(a, []).append(place)
        if len(given) > len(there):
            added[roi_id] = given[len(there) :]
        for count in (load, owed, new):
            count.update(given)
    report = AssignReport(
        assigned=new.total(),
        rois=len(considered),
        short=short,
        per_annotator={a: new[a] for a in chosen},
        touched=touched,
        loaded=loaded,
        left=left,
        open={a: owed[a] for a in chosen},
    )
    return AssignPlan(filled, added, expired, each, report)


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


def _open_places(s: Session, at: datetime, locked: bool) -> tuple[dict[int, list[int]], list[int]]:
    """Per ROI its open places, and those of them whose claim ran out. What others hold is passed over."""
    query = select(Place.id, Place.roi_id, Place.state).where(is_open(at))
    query = query.order_by(Place.roi_id, Place.slot)
    if locked:
        query = query.with_for_update(skip_locked=True)
    free: dict[int, list[int]] = {}
    expired: list[int] = []
    for place_id, roi_id, state in s.execute(query):
        free.setdefault(roi_id, []).append(place_id)
        if state == "claimed":
            expired.append(place_id)
    return free, expired
