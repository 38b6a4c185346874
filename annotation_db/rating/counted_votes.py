"""What labels are made of, per ROI: the ratings that count, and how many votes each level has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_db.database.schema import Rating
from annotation_db.rating.packed_votes import LEVELS, counted, packed
from annotation_db.rating.rating_rules import is_counting
from annotation_db.records import VotesUsed

_PORTION: Final = 20_000
_ROIS: Final = 1000
"""ROIs whose counts are made into records together."""


class CountedVotes(NamedTuple):
    """The votes on one ROI."""

    roi_id: int
    rating_ids: tuple[int, ...]
    """In order of their annotators' ids."""
    counts: list[tuple[int, ...]]
    """Votes on each level of each scale, in the order of `scales.SCALES`."""


def read(s: Session, votes: VotesUsed) -> Iterator[CountedVotes]:
    """Of all ROIs that have a counting rating (`rating_rules.is_counting`), in order of their ids."""
    ids, rois, given = _columns(s, votes)
    roi_ids, first, of_roi = np.unique(rois, return_index=True, return_inverse=True)
    ends = [*first[1:].tolist(), len(ids)]
    by_level = counted(given, of_roi.astype(np.int64), len(roi_ids))
    for start in range(0, len(roi_ids), _ROIS):
        some = slice(start, start + _ROIS)
        portion = zip(
            roi_ids[some].tolist(), first[some].tolist(), ends[some], by_level[some].tolist(), strict=True
        )
        for roi_id, begin, end, scales in portion:
            counts = [tuple(levels[:n]) for levels, n in zip(scales, LEVELS, strict=True)]
            yield CountedVotes(roi_id, tuple(ids[begin:end].tolist()), counts)


def _columns(s: Session, votes: VotesUsed) -> NDArray[np.int64]:
    """Ids, ROIs and packed votes, shape (3, N)."""
    query = select(Rating.id, Rating.roi_id, packed()).where(is_counting(votes))
    ordered = query.order_by(Rating.roi_id, Rating.annotator_id).execution_options(yield_per=_PORTION)
    s.flush()
    # By the connection: the ORM would take half as long again.
    found = [
        np.array(list(zip(*rows, strict=True)), dtype=np.int64)
        for rows in s.connection().execute(ordered).partitions()
    ]
    return np.concatenate([np.empty((3, 0), dtype=np.int64), *found], axis=1)
