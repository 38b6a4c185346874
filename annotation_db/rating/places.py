"""Places: the wanted ratings of each ROI as rows, and who holds them.

A place is *free*, *assigned* (the lead handed it out: it never expires), *bundled* (until the bundle
is returned), *claimed* (a lease, kept alive while the ROI is in front of its annotator) or *rated*. A
claim whose lease ran out is free for whoever comes first, and its annotator's until then. A *closed*
place is none of the wanted ones: its rating is an extra, or does not count, or nobody waits for it.

Every rating that is no practice has its place, so what was handed out is known from places alone.

On a server, whoever changes the places of a ROI as a whole (`place_balance.rebalance`) holds the row of
the ROI; whoever takes one free place locks only that, passing over what others have locked; and
whoever hands places to an annotator holds the annotator's row, so that nobody else does meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from annotation_db.database import plain_rows
from annotation_db.database.schema import Annotator, Place, Rating, Roi, now
from annotation_db.errors import NotFound, Refused
from annotation_db.pictures.withdrawal import is_withdrawn
from annotation_db.rating import annotators as people

LEASE: Final = timedelta(minutes=30)
"""How long a claimed place is kept for its annotator after the last sign of them."""

HELD: Final = ("assigned", "bundled", "claimed", "rated")
"""States of the wanted places that somebody holds."""

WAITING: Final = ("assigned", "bundled", "claimed")
"""Those of them whose rating is still to come."""

_Id = int | SQLColumnExpression[int] | SQLColumnExpression[int | None]


def server_time(s: Session) -> datetime:
    """The time by which leases run: the server's own, since clocks of people's machines differ."""
    if s.get_bind().dialect.name == "postgresql":
        found: datetime = s.execute(select(func.clock_timestamp())).scalar_one()
        return found
    return now()


def is_open(at: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    """SQL: this place can be taken by anybody."""
    return or_(Place.state == "free", and_(Place.state == "claimed", Place.lease_until <= at))


def is_rated(place: type[Place] = Place) -> ColumnElement[bool]:
    """SQL: the annotator of this place has rated its ROI."""
    return _has_rated(place.roi_id, place.annotator_id)


def is_rated_by(annotator_id: int | ColumnElement[int]) -> ColumnElement[bool]:
    """SQL: this annotator has rated this ROI."""
    return _has_rated(Roi.id, annotator_id)


def _has_rated(roi_id: SQLColumnExpression[int], annotator_id: _Id) -> ColumnElement[bool]:
    # Revisions start at 1, so whoever has rated has a first one; practice is none.
    return exists().where(
        Rating.roi_id == roi_id,
        Rating.annotator_id == annotator_id,
        Rating.kind == "rating",
        Rating.revision == 1,
    )


def is_owed(annotator_id: int | ColumnElement[int]) -> ColumnElement[bool]:
    """SQL: this annotator holds a place of this ROI and is to rate it; bundled ones are rated elsewhere."""
    own = and_(Place.roi_id == Roi.id, Place.annotator_id == annotator_id)
    return and_(exists().where(own, Place.state.in_(("assigned", "claimed"))), ~is_withdrawn())


def is_offered(
    annotator_id: int | ColumnElement[int], at: datetime | ColumnElement[datetime]
) -> ColumnElement[bool]:
    """SQL: an annotator who holds no place of this ROI, and has not rated it, may take one."""
    own = aliased(Place)
    mine = exists().where(
        own.roi_id == Roi.id, own.annotator_id == annotator_id, or_(own.state != "closed", is_rated(own))
    )
    return and_(exists().where(Place.roi_id == Roi.id, is_open(at)), ~mine, ~is_withdrawn())


def claim(s: Session, roi_id: int, annotator_id: int) -> int:
    """Take a free place of a ROI for one annotator, or renew the lease of the one they hold.

    Call it in a transaction of its own when the ROI is put before them, and now and then while it
    is.

    Returns
    -------
    int
        Id of the place.

    Raises
    ------
    NotFound
        If there is no such ROI or annotator.
    Refused
        If the ROI is withdrawn or has annotators enough, or the annotator is excluded.
    """
    if (taken := _taken_at_once(s, roi_id, annotator_id)) is not None:
        return taken
    found = _held_facts(s, roi_id, annotator_id)
    if found.merged_with is not None:
        annotator_id = people.person(s, annotator_id)
        found = _held_facts(s, roi_id, annotator_id)
    if found.roi_id is None:
        raise NotFound(f"There is no ROI number {roi_id} in this project.")
    if found.excluded:
        raise Refused(f"{found.name} is excluded from this project; lift that first.")
    own = None if found.place_id is None else _Own(found.place_id, found.state, bool(found.rated))
    place_id = None
    if not found.withdrawn:
        place_id = _renewed(s, annotator_id, own, found) or _taken(s, annotator_id, own, found)
    if place_id is None:
        raise Refused(f"ROI number {roi_id} is withdrawn or has annotators enough; take the next one.")
    return place_id


def _taken_at_once(s: Session, roi_id: int, annotator_id: int) -> int | None:
    """A free place taken in one statement, as nearly every turn wants; None where more is to be found out."""
    if s.get_bind().dialect.name == "postgresql":  # others may be taking places at this moment: see `hold`
        return None
    at = server_time(s)
    given = {"roi": roi_id, "annotator": annotator_id, "at": at, "until": at + LEASE}
    place_id: int | None = plain_rows.run(s, _TAKE, given).scalar()
    return place_id


class _Facts(NamedTuple):
    """What stands of an annotator and a ROI: the time and a row of `_FACTS`."""

    at: datetime
    name: str
    excluded: bool
    merged_with: int | None
    roi_id: int | None
    withdrawn: bool
    place_id: int | None
    """The annotator's place of the ROI; the next two are of it."""
    state: str
    rated: bool
    open_id: int | None
    """A place of the ROI that can be taken, if nobody else is just doing that."""


def _held_facts(s: Session, roi_id: int, annotator_id: int) -> _Facts:
    hold(s, [annotator_id])
    at = server_time(s)
    given = {"roi": roi_id, "annotator": annotator_id, "at": at}
    found = plain_rows.run(s, _FACTS, given).one_or_none()
    if found is None:
        raise NotFound(f"There is no annotator number {annotator_id} in this project.")
    return _Facts(at, *found)


class _Own(NamedTuple):
    """The annotator's place of a ROI."""

    id: int
    state: str
    rated: bool


def hold(s: Session, annotator_ids: Sequence[int]) -> None:
    """On a server, keep others from handing places to these annotators until the transaction ends."""
    if s.get_bind().dialect.name != "postgresql":
        return
    query = select(Annotator.id).where(Annotator.id.in_(annotator_ids)).order_by(Annotator.id)
    s.execute(query.with_for_update(key_share=True)).all()


def _renewed(s: Session, annotator_id: int, own: _Own | None, found: _Facts) -> int | None:
    """The place that the annotator holds or has filled; None where they have to take one."""
    if own is None or (own.state == "closed" and not own.rated):
        return None
    if own.state != "claimed":
        return own.id
    # Somebody else may take it at this moment, if the lease has run out.
    given = {"roi": found.roi_id, "annotator": annotator_id, "until": found.at + LEASE}
    renewed: int | None = plain_rows.run(s, _RENEW, given).scalar()
    return renewed


def _taken(s: Session, annotator_id: int, own: _Own | None, found: _Facts) -> int | None:
    place_id = _locked_open(s, found)
    if place_id is None:
        return None
    # Closed before they rated: opened again in place of this. One that was claimed is somebody else's by now.
    if own is not None and own.state == "closed" and own.id != place_id:
        s.execute(delete(Place).where(Place.id == place_id))
        place_id = own.id
    plain_rows.run(s, _HOLD, {"place": place_id, "annotator": annotator_id, "until": found.at + LEASE})
    return place_id


def _locked_open(s: Session, found: _Facts) -> int | None:
    """An open place of a ROI that nobody else is just taking; None where there is none left."""
    if s.get_bind().dialect.name != "postgresql":  # there nobody else takes anything meanwhile
        return found.open_id
    given = {"roi": found.roi_id, "at": found.at}
    while s.scalar(_OPEN, given) is not None:
        place_id = s.scalar(_OPEN.with_for_update(skip_locked=True), given)
        if place_id is None:
            # All that are left are being taken, perhaps by an assign that will leave some: wait for it.
            place_id = s.scalar(_OPEN.with_for_update(), given)
        if place_id is not None:
            return place_id
    return None


# Built once: every turn of an annotator asks these.
_OPEN: Final = (
    select(Place.id)
    .where(Place.roi_id == bindparam("roi"), is_open(bindparam("at", type_=Place.lease_until.type)))
    .order_by(Place.state.desc(), Place.slot)
    .limit(1)
)
_FACTS: Final = (
    select(
        Annotator.name,
        people.is_excluded(),
        people.merged_with(),
        Roi.id,
        is_withdrawn(),
        Place.id,
        Place.state,
        is_rated(),
        _OPEN.correlate(None).scalar_subquery(),
    )
    .select_from(Annotator)
    .outerjoin(Roi, Roi.id == bindparam("roi"))
    .outerjoin(Place, and_(Place.roi_id == Roi.id, Place.annotator_id == Annotator.id))
    .where(Annotator.id == bindparam("annotator"))
)
_PLACES: Final = Place.metadata.tables[Place.__tablename__]
_UNTIL: Final = bindparam("until", type_=Place.lease_until.type)
_RENEW: Final = (
    update(_PLACES)
    .where(
        _PLACES.c.roi_id == bindparam("roi"),
        _PLACES.c.annotator_id == bindparam("annotator"),
        _PLACES.c.state == "claimed",
    )
    .values(lease_until=_UNTIL)
    .returning(_PLACES.c.id)
)
_HOLD: Final = (
    update(_PLACES)
    .where(_PLACES.c.id == bindparam("place"))
    .values(state="claimed", annotator_id=bindparam("annotator"), lease_until=_UNTIL)
)
_OWN: Final = aliased(Place)
_TAKE: Final = (
    update(_PLACES)
    .where(
        _PLACES.c.id == _OPEN.correlate(None).scalar_subquery(),
        exists().where(
            Annotator.id == bindparam("annotator"), ~people.is_excluded(), people.merged_with().is_(None)
        ),
        exists().where(Roi.id == bindparam("roi"), ~is_withdrawn()),
        ~exists().where(_OWN.roi_id == bindparam("roi"), _OWN.annotator_id == bindparam("annotator")),
    )
    .values(state="claimed", annotator_id=bindparam("annotator"), lease_until=_UNTIL)
    .returning(_PLACES.c.id)
)
