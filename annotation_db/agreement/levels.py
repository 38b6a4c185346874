"""Eq. 1 on arrays. The rule is `vocabulary.scales.eq1_level`; a test holds them together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from annotation_db.vocabulary.scales import LEVELS, MAX_SCORE, NON_EXISTENT

Integers = NDArray[np.int64]


def eq1_levels(sums: Integers, votes: Integers | int) -> Integers:
    """The levels of means.

    Parameters
    ----------
    sums : ndarray of int
        Sums of votes; one above 4 n is taken as 4 n, as that of a severity which non-existent votes enter.
    votes : ndarray of int, or int
        n, at least 1; broadcast against `sums`.

    Returns
    -------
    ndarray of int64
        0 .. 4.
    """
    most = MAX_SCORE * np.asarray(votes, dtype=np.int64)
    return np.maximum(0, -(-LEVELS * np.minimum(sums, most) // most) - 1)


def verdicts(sums: Integers, votes: Integers, absent: Integers, *, fives: bool) -> Integers:
    """What votes on a distortion say: absent where more than half are non-existent, else its level.

    The rule is `labels.label_rules.distortion_label`; a test holds them together.

    Parameters
    ----------
    sums, votes : ndarray of int
        Of the votes 0 to 4.
    absent : ndarray of int
        Non-existent votes.
    fives : bool
        They enter the severity as 5.

    Returns
    -------
    ndarray of int64
        0 .. 4, or 5 for absent.
    """
    n = votes + absent
    of_all = eq1_levels(sums + NON_EXISTENT * absent, n) if fives else eq1_levels(sums, np.maximum(votes, 1))
    return np.where(2 * absent > n, NON_EXISTENT, of_all)
