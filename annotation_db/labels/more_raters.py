"""More raters where they matter: which ROIs to ask one rating more of, and what that costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


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
    left = {"test": 0, "accepted": 0, "waiting": 0}
    chosen: list[int] = []
    order = np.argsort(least, kind="stable")
    for at in order[unstable[order]].tolist():
        roi_id = int(roi_ids[at])
        if in_test[at]:
            left["test"] += 1
        elif roi_id in accepted:
            left["accepted"] += 1
        elif waiting.get(roi_id):
            left["waiting"] += 1
        else:
            chosen.append(at)
    known = seconds[~np.isnan(seconds)]
    return MorePlan(
        roi_ids=tuple(int(roi_ids[at]) for at in chosen),
        at_most=int((aim.most - votes[chosen]).sum()),
        seconds_each=float(np.median(known)) if len(known) else float("nan"),
        in_test=left["test"],
        waiting=left["waiting"],
        accepted=left["accepted"],
    )
