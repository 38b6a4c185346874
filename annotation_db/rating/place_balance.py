"""As many places as wanted: the one function that adds and closes them, whatever happened before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session

from annotation_db.database.schema import Exclusion, Place, Project, Rating, Roi, now
from annotation_db.database.standing import exclusion_stands, is_standing, set_apart
from annotation_db.rating.places import HELD, WAITING, is_open, is_rated, server_time
from annotation_db.rating.rating_rules import is_latest

_PORTION: Final = 5_000
"""ROIs of one statement: databases limit the number of parameters."""

# The order in which the places of a ROI are kept, until there are as many as wanted.
_RATED, _BUNDLED, _LEASED, _ASSIGNED, _EXTRA, _FORMER, _EXPIRED, _FREE = range(8)


def rebalance(
    s: Session, roi_ids: Iterable[int] | None = None, *, entered: Select[int, int, int] | None = None
) -> None:
    """Give ROIs exactly as many places as they want; call it after anything that may change that.

    Ratings without a place get one, a free one if there is, else a closed one: an extra. Places of
    excluded annotators and of excluded ratings are closed, and what is missing then is opened anew:
    first for extras that count, then for annotators whose place was closed before they rated, then
    for anybody. Where there are too many, free ones go first, then expired claims, then assigned
    ones, then ratings become extras; what somebody is at work on stays.

    Parameters
    ----------
    roi_ids : iterable of int, optional
        The ROIs; all of them if not given.
    entered : select, optional
        ROI, annotator and a number that orders them, of all first revisions that may have no place yet, if
        that is known; otherwise it is looked for among all ratings of the ROIs.
    """
    apart = _set_apart(s)
    for scope in _scopes(roi_ids):
        lock(s, scope)
        _enter_ratings(s, scope, entered)
        if apart is None or (apart if scope is None else apart.intersection(scope)):
            _close_what_does_not_count(s, scope)
        unsettled = _unsettled(s, scope)
        for some in _scopes(unsettled):
            _keep_the_wanted(s, some)
            _add_missing(s, some)


def settle(s: Session, rated: Sequence[tuple[int, int]]) -> None:
    """Bring places into line with ratings just stored, each given as (ROI, annotator)."""
    if len(rated) > 1:
        rebalance(s, {roi_id for roi_id, _ in rated})
    elif rated:
        ((roi_id, annotator_id),) = rated
        own = and_(Place.roi_id == roi_id, Place.annotator_id == annotator_id)
        filled = update(Place).where(own, Place.state.in_(HELD)).values(state="rated", lease_until=None)
        if s.execute(filled.returning(Place.id)).first() is None:
            rebalance(s, [roi_id])


def lock(s: Session, scope: list[int] | None) -> None:
    """On a server, keep others from changing these ROIs' places until the transaction ends."""
    if s.get_bind().dialect.name != "postgresql":
        return
    rois, places = select(Roi.id).order_by(Roi.id), select(Place.id).order_by(Place.id)
    if scope is not None:
        rois, places = rois.where(Roi.id.in_(scope)), places.where(Place.roi_id.in_(scope))
    s.execute(rois.with_for_update()).all()
    s.execute(places.with_for_update()).all()


def wanted() -> ColumnElement[int]:
    """SQL: how many ratings this ROI is to have."""
    each = select(Project.raters_wanted).scalar_subquery()
    return case((Roi.raters_floor > each, Roi.raters_floor), else_=each) + Roi.raters_more


def counts() -> ColumnElement[bool]:
    """SQL: neither the annotator of this place nor their latest rating of its ROI is excluded."""
    dropped = (
        select(Exclusion.id)
        .join(Rating, Rating.id == Exclusion.target_id)
        .where(
            Exclusion.kind == "rating",
            is_standing(),
            Rating.kind == "rating",
            Rating.roi_id == Place.roi_id,
            Rating.annotator_id == Place.annotator_id,
            is_latest(),
        )
    )
    return and_(~_holder_excluded(), ~dropped.exists())


def _scopes(roi_ids: Iterable[int] | None) -> Iterator[list[int] | None]:
    if roi_ids is None:
        yield None
        return
    listed = sorted(set(roi_ids))
    for start in range(0, len(listed), _PORTION):
        yield listed[start : start + _PORTION]


def _within(column: ColumnElement[int], scope: list[int] | None) -> ColumnElement[bool]:
    return true() if scope is None else column.in_(scope)


def _holder_excluded() -> ColumnElement[bool]:
    return exclusion_stands("annotator", Place.annotator_id)


def _set_apart(s: Session) -> set[int] | None:
    """The ROIs of excluded ratings; None if an annotator is excluded, who may have any place.

    Most ROIs have neither, and need not be looked through for what does not count.
    """
    if s.scalar(set_apart("annotator").limit(1)) is not None:
        return None
    dropped = select(Rating.roi_id).join(Exclusion, Exclusion.target_id == Rating.id)
    return set(s.scalars(dropped.where(Exclusion.kind == "rating", is_standing())))


def _unsettled(s: Session, scope: list[int] | None) -> list[int]:
    """The ROIs that have other than the wanted number of places, or one that anybody may take.

    In the others no place changes: those that are held are as many as wanted, and go before all others.
    """
    active = func.count(case((Place.state != "closed", 1)))
    taken = func.count(case((is_open(server_time(s)), 1)))
    query = (
        select(Roi.id)
        .outerjoin(Place, Place.roi_id == Roi.id)
        .where(_within(Roi.id.expression, scope))
        .group_by(Roi.id, Roi.raters_more, Roi.raters_floor)
        .having(or_(active != wanted(), taken > 0))
    )
    return list(s.scalars(query))


def _enter_ratings(s: Session, scope: list[int] | None, entered: Select[int, int, int] | None) -> None:
    """Every rating has its place: one that nobody waited for begins as an extra."""
    if entered is None:
        first = Rating.kind == "rating", Rating.revision == 1
        entered = select(Rating.roi_id, Rating.annotator_id, Rating.id).where(*first)
    new = entered.subquery("entered")
    roi_id, annotator_id, order = new.c
    placed = exists().where(Place.roi_id == roi_id, Place.annotator_id == annotator_id)
    top = select(Place.roi_id, func.max(Place.slot).label("slot")).group_by(Place.roi_id)
    if scope is not None:
        top = top.where(Place.roi_id.in_(scope))
    last = top.subquery()
    number = func.row_number().over(partition_by=roi_id, order_by=order)
    at = literal(now(), Place.created_at.type)
    missing = (
        select(
            roi_id,
            func.coalesce(last.c.slot, 0) + number,
            annotator_id,
            literal("closed"),
            at,
            at,
        )
        .outerjoin(last, last.c.roi_id == roi_id)
        .where(~placed, _within(roi_id, scope))
    )
    columns = ["roi_id", "slot", "annotator_id", "state", "created_at", "changed_at"]
    s.execute(insert(Place).from_select(columns, missing))
    owed = and_(_within(Place.roi_id.expression, scope), Place.state.in_(WAITING))
    s.execute(update(Place).where(owed, is_rated()).values(state="rated", lease_until=None))


def _close_what_does_not_count(s: Session, scope: list[int] | None) -> None:
    among = _within(Place.roi_id.expression, scope)
    left = and_(among, Place.state == "claimed", _holder_excluded())
    s.execute(update(Place).where(left).values(state="free", annotator_id=None, lease_until=None))
    held = and_(among, Place.state.in_(HELD))
    s.execute(update(Place).where(held, ~counts()).values(state="closed", lease_until=None))


def _keep_the_wanted(s: Session, scope: list[int] | None) -> None:
    leased = and_(Place.state == "claimed", Place.lease_until > server_time(s))
    standing = case(
        (Place.state == "rated", _RATED),
        (Place.state == "bundled", _BUNDLED),
        (leased, _LEASED),
        (Place.state == "assigned", _ASSIGNED),
        (and_(Place.state == "closed", is_rated()), _EXTRA),
        (Place.state == "closed", _FORMER),
        (Place.state == "claimed", _EXPIRED),
        else_=_FREE,
    )
    eligible = (
        select(Place.id, Place.roi_id, Place.slot, standing.label("standing"))
        .where(_within(Place.roi_id.expression, scope), or_(Place.state != "closed", counts()))
        .subquery()
    )
    rank = func.row_number().over(
        partition_by=eligible.c.roi_id, order_by=(eligible.c.standing, eligible.c.slot)
    )
    ranked = (
        select(eligible.c.id, eligible.c.standing, (rank <= wanted()).label("kept"))
        .join(Roi, Roi.id == eligible.c.roi_id)
        .subquery()
    )
    changing = or_(
        and_(ranked.c.kept, ranked.c.standing.in_((_EXTRA, _FORMER))),
        and_(~ranked.c.kept, ranked.c.standing.in_((_RATED, _ASSIGNED, _EXPIRED, _FREE))),
    )
    groups: dict[tuple[int, bool], list[int]] = {}
    for place_id, stands, kept in s.execute(select(ranked).where(changing)):
        groups.setdefault((stands, bool(kept)), []).append(place_id)
    for (stands, kept), place_ids in groups.items():
        for start in range(0, len(place_ids), _PORTION):
            chosen = Place.id.in_(place_ids[start : start + _PORTION])
            if kept:
                state = "rated" if stands == _EXTRA else "assigned"
                s.execute(update(Place).where(chosen).values(state=state))
            elif stands in (_FREE, _EXPIRED):
                s.execute(delete(Place).where(chosen))
            else:
                s.execute(update(Place).where(chosen).values(state="closed"))


def _add_missing(s: Session, scope: list[int] | None) -> None:
    active = func.count(case((Place.state != "closed", 1)))
    query = (
        select(Roi.id, active, func.coalesce(func.max(Place.slot), 0), wanted())
        .outerjoin(Place, Place.roi_id == Roi.id)
        .where(_within(Roi.id.expression, scope))
        .group_by(Roi.id, Roi.raters_more, Roi.raters_floor)
        .having(active < wanted())
    )
    rows = [
        {"roi_id": roi_id, "slot": top + number + 1}
        for roi_id, there, top, want in s.execute(query)
        for number in range(want - there)
    ]
    if rows:
        s.execute(insert(Place), rows)
