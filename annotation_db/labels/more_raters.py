"""More raters where they matter: which ROIs to ask one rating more of, and what that costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
LeftOut = Literal["test", "accepted", "waiting"]


@dataclass(frozen=True, slots=True)
class Aim:
    """Until when to ask."""

    stability: float
    """At 14 raters, of the least stable scale of a ROI, 0 .. 1."""
    most: int
    """Ratings of a ROI at which to stop in any case."""


@dataclass(frozen=True, slots=True)
class MorePlan:
    """One rating more of each of these ROIs, the least stable first."""

    roi_ids: tuple[int, ...]
    at_most: int
    """Ratings that it may come to until each has reached the aim's `most`."""
    seconds_each: float
    """Median time of one rating; NaN where no time is known."""
    in_test: int
    """Unstable ROIs left out because they are in the last export's test part."""
    waiting: int
    """Left out because ratings that were asked for are still to come."""
    accepted: int
    """Left out because a lead took them as they are."""


def left_out(*, in_test: bool, accepted: bool, waiting: int) -> LeftOut | None:
    """Why a ROI is not asked for, if it is not: the first of these that holds.

    Parameters
    ----------
    in_test : bool
        It lies on a test image.
    accepted : bool
        A lead took it as it is.
    waiting : int
        Ratings that were asked for and are still to come.
    """
    if in_test:
        return "test"
    if accepted:
        return "accepted"
    return "waiting" if waiting else None


def plan(
    aim: Aim,
    roi_ids: Integers,
    votes: Integers,
    stability: Floats,
    *,
    seconds: Floats,
    in_test: NDArray[np.bool_],
    waiting: Mapping[int, int],
    accepted: frozenset[int],
) -> MorePlan:
    """Choose the ROIs.

    Parameters
    ----------
    roi_ids : ndarray of int, shape (R,)
    votes : ndarray of int, shape (R,)
        Counting ratings of each.
    stability : ndarray of float64, shape (R, 8)
        Of each scale's label.
    seconds : ndarray of float64, shape (N,)
        How long each rating took; NaN where nobody knows.
    in_test : ndarray of bool, shape (R,)
        ROIs that must not be asked for.
    waiting : mapping
        ROI id -> ratings still to come.
    accepted : frozenset of int
        ROI ids.
    """
    least = np.where(np.isnan(stability), np.inf, stability).min(axis=1, initial=np.inf)
    unstable = (least < aim.stability) & (votes < aim.most)
    left: Counter[LeftOut] = Counter()
    chosen: list[int] = []
    order = np.argsort(least, kind="stable")
    for at in order[unstable[order]].tolist():
        roi_id = int(roi_ids[at])
        why = left_out(in_test=bool(in_test[at]), accepted=roi_id in accepted, waiting=waiting.get(roi_id, 0))
        if why is None:
            chosen.append(at)
        else:
            left[why] += 1
    known = seconds[~np.isnan(seconds)]
    return MorePlan(
        roi_ids=tuple(int(roi_ids[at]) for at in chosen),
        at_most=int((aim.most - votes[chosen]).sum()),
        seconds_each=float(np.median(known)) if len(known) else float("nan"),
        in_test=left["test"],
        waiting=left["waiting"],
        accepted=left["accepted"],
    )
