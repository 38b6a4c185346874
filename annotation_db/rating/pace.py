"""How far a project is against its plan, and when it will be done if people go on as they do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

PRESENT: Final = timedelta(days=7)
"""The present pace is that of the last seven days."""
_LONGEST: Final = timedelta(days=36_500)


@dataclass(frozen=True, slots=True)
class Pace:
    """Progress against the plan."""

    wanted: int
    """Ratings that the plan asks for."""
    missing: int
    """Of them not there yet; a ROI with more ratings than wanted makes up for no other one."""
    per_day: float
    """Ratings a day of late."""
    done_at: datetime | None
    """None where nothing was rated of late, or it would take a hundred years."""


def pace(per_roi: Integers, wanted_each: Integers | int, at: Integers, now: datetime) -> Pace:
    """Compute it.

    Parameters
    ----------
    per_roi : ndarray of int, shape (R,)
        Counting ratings of each ROI that is to be rated, 0 too.
    wanted_each : ndarray of int, shape (R,), or int
        Ratings wanted of each ROI: the project's number, and what was asked for beyond that.
    at : ndarray of int, shape (N,)
        When each rating was given, in microseconds since 1970.
    now : datetime
        Aware. A project younger than seven days is measured from its first rating on, a day at least.
    """
    wanted = int(np.broadcast_to(wanted_each, per_roi.shape).sum())
    missing = int(np.maximum(wanted_each - per_roi, 0).sum())
    moment = round(now.timestamp() * 1e6)
    span = round(PRESENT.total_seconds() * 1e6)
    day = span / PRESENT.days
    recent = at[(at > moment - span) & (at <= moment)]
    first = int(at.min(initial=moment))
    days = min(max(moment - first, day), span) / day
    per_day = len(recent) / days
    if not missing:
        return Pace(wanted, 0, per_day, now)
    left = timedelta(days=missing / per_day) if per_day > missing / _LONGEST.days else None
    return Pace(wanted, missing, per_day, None if left is None else now + left)
