"""Whether votes drift while an annotator sits there: the mean residual by position in the session.

Sessions are those of ITU-R BT.500 and ITU-T P.910: they end where nothing was rated for a while.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from annotation_db.agreement.vote_columns import VoteColumns

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

PAUSE: Final = 10 * 60 * 1_000_000
"""Microseconds without a rating that end a session."""
TOGETHER: Final = 500_000
"""Microseconds: nobody gives eight votes in less."""
STEP: Final = 10
"""Ratings of a session that are told together."""
NOWHERE: Final = -1


@dataclass(frozen=True, slots=True)
class Places:
    """Where in its annotator's sessions each rating stands."""

    position: Integers
    """Shape (N,), 0 for the first of a session; `NOWHERE` for ratings whose time tells nothing."""
    sessions: Integers
    """How many each annotator had, shape (A,)."""


@dataclass(frozen=True, slots=True)
class DriftStep:
    """Some positions of all of an annotator's sessions."""

    first: int
    """From 1 on."""
    last: int
    ratings: int
    mean_residual: dict[str, float]
    """Scale -> mean of vote - score - bias, in levels."""


def places(table: VoteColumns) -> Places:
    """Find the sessions.

    Ratings of one annotator less than half a second apart were stored together, as an import does; nobody
    knows their order, and they stand nowhere.
    """
    order = np.lexsort((table.at, table.annotator))
    person, at = table.annotator[order], table.at[order]
    same = np.zeros(len(order), dtype=np.bool_)
    if len(order):
        twins = (person[1:] == person[:-1]) & (at[1:] - at[:-1] < TOGETHER)
        same[1:] |= twins
        same[:-1] |= twins
    order, person, at = order[~same], person[~same], at[~same]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (person[1:] != person[:-1]) | (at[1:] - at[:-1] > PAUSE)
    starts = np.flatnonzero(first)
    position = np.full(len(table.roi), NOWHERE, dtype=np.int64)
    if len(order):
        position[order] = np.arange(len(order)) - starts[np.cumsum(first) - 1]
    sessions = np.bincount(person[first], minlength=len(table.annotator_ids))
    return Places(position, sessions)


def drift(table: VoteColumns, found: Places, residuals: dict[str, Floats]) -> list[list[DriftStep]]:
    """Mean residual by position, of each annotator.

    Parameters
    ----------
    found : Places
        From `places`.
    residuals : dict of str to ndarray of float64, shape (N,)
        Scale -> `ObserverModel.residual`.

    Returns
    -------
    list of list of DriftStep
        In the order of `table.annotator_ids`; steps without a rating are left out.
    """
    known = np.flatnonzero(found.position != NOWHERE)
    step = found.position[known] // STEP
    steps = int(step.max()) + 1 if len(step) else 0
    people = len(table.annotator_ids)
    cell = table.annotator[known] * steps + step
    n = np.bincount(cell, minlength=people * steps).reshape(people, steps)
    means = {
        scale: np.bincount(cell, values[known], minlength=people * steps).reshape(people, steps)
        / np.maximum(n, 1)
        for scale, values in residuals.items()
    }
    return [
        [
            DriftStep(
                STEP * k + 1,
                STEP * (k + 1),
                int(n[person, k]),
                {scale: float(mean[person, k]) for scale, mean in means.items()},
            )
            for k in np.flatnonzero(n[person]).tolist()
        ]
        for person in range(people)
    ]
