"""The eight votes of a rating as one number: a million of those are read in half the time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import product
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement

from annotation_db.rating.ratings import VOTE_COLUMNS
from annotation_db.vocabulary.scales import SCALES

BITS: Final = 3
"""Of each vote, in the order of `scales.SCALE_NAMES`, the first one lowest."""
LEVELS: Final = tuple(len(scale.levels) for scale in SCALES.values())
"""Of each scale, in that order."""
VALUES: Final = max(LEVELS)
_HALF: Final = 4
_LOW: Final = (1 << BITS * _HALF) - 1
_SHIFTS: Final = BITS * np.arange(len(SCALES))


def packed() -> ColumnElement[int]:
    """SQL: the votes of `Rating` as one number."""
    parts: list[ColumnElement[Any]] = [
        column * (1 << BITS * place) if place else column.expression
        for place, column in enumerate(VOTE_COLUMNS)
    ]
    return reduce(lambda left, right: left + right, parts)


def counted(votes: NDArray[np.int64], group: NDArray[np.int64], groups: int) -> NDArray[np.int64]:
    """How often each value was given on each scale, per group.

    Parameters
    ----------
    votes : ndarray of int64, shape (N,)
        Packed.
    group : ndarray of int64, shape (N,)
        0 .. groups - 1.

    Returns
    -------
    ndarray of int64, shape (groups, 8, VALUES)
        Values that a scale does not have are 0.
    """
    found = np.empty((groups, len(SCALES), VALUES), dtype=np.int64)
    for place, shift in enumerate(_SHIFTS.tolist()):
        at = group * VALUES + (votes >> shift & (1 << BITS) - 1)
        found[:, place] = np.bincount(at, minlength=groups * VALUES).reshape(groups, VALUES)
    return found


def counts_of(votes: Sequence[int]) -> list[tuple[int, ...]]:
    """How many packed votes each level of each scale has, scale by scale."""
    given = np.array(votes, dtype=np.int64)
    (scales,) = counted(given, np.zeros_like(given), 1).tolist()
    return [tuple(levels[:n]) for levels, n in zip(scales, LEVELS, strict=True)]


def as_text(votes: int) -> str:
    """Packed votes with commas in between."""
    return f"{_TEXTS[votes & _LOW]},{_TEXTS[votes >> BITS * _HALF]}"


_TEXTS: Final = [",".join(map(str, reversed(values))) for values in product(range(1 << BITS), repeat=_HALF)]
