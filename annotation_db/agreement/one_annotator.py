"""What a page about one annotator shows besides figures: confusion with the others, deviant ROIs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from annotation_db.agreement.levels import eq1_levels, verdicts
from annotation_db.agreement.observer_model import ObserverModel
from annotation_db.agreement.vote_columns import VoteColumns
from annotation_db.vocabulary.scales import DISTORTIONS, NON_EXISTENT, SCALES

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


def confusion(table: VoteColumns, scale: str, annotator: int) -> Integers:
    """How an annotator's votes meet the level of the others' votes on the same ROI.

    Parameters
    ----------
    annotator : int
        Their place in `table.annotator_ids`.

    Returns
    -------
    ndarray of int64, shape (levels, levels)
        [others, own]: ROIs. The others' level is that of a label made of them, of a distortion the whole
        verdict by the rule of the paper; ROIs that nobody else rated do not enter.
    """
    levels = len(SCALES[scale].levels)
    mine, told = others_levels(table, scale, annotator)
    own = table.column(scale)[mine]
    return np.bincount(told * levels + own, minlength=levels * levels).reshape(levels, levels)


def others_levels(table: VoteColumns, scale: str, annotator: int) -> tuple[Integers, Integers]:
    """What the others say of the ROIs that an annotator rated.

    Parameters
    ----------
    annotator : int
        Their place in `table.annotator_ids`.

    Returns
    -------
    tuple of ndarray of int64, shape (M,)
        Rows of the annotator's ratings that another one shares, and the others' level on each.
    """
    mine = np.flatnonzero((table.annotator == annotator) & (table.per_roi[table.roi] > 1))
    own = table.column(scale)[mine]
    others = table.counts(scale)[table.roi[mine]]
    others[np.arange(len(mine)), own] -= 1
    below = others[:, :NON_EXISTENT]
    sums, votes = below @ np.arange(below.shape[1]), below.sum(axis=1)
    if scale in DISTORTIONS:
        told = verdicts(sums, votes, others[:, NON_EXISTENT], fives=False)
    else:
        told = eq1_levels(sums, votes)
    return mine, told


def most_deviant(table: VoteColumns, model: ObserverModel, annotator: int, most: int = 20) -> Integers:
    """The ratings in which an annotator's vote lies farthest from score and bias, the farthest first.

    Parameters
    ----------
    table : VoteColumns
    model : ObserverModel
        As `observer_model.fit` made it of one scale of the table.
    annotator : int
        Place in `table.annotator_ids`.
    most : int
        How many at most.

    Returns
    -------
    ndarray of int64, shape (at most `most`,)
        Rows of the table.
    """
    mine = np.flatnonzero(table.annotator == annotator)
    order = np.argsort(-np.abs(model.residual[mine]), kind="stable")
    return mine[order[:most]]
