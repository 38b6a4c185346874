"""Where an annotator and the labels of finished ROIs differ: what they may see if a lead lets them.

A ROI is finished when none of its wanted ratings is missing. Nothing is told within a day of the annotator's
own rating, and from then on it is not corrected any more (`requests.settled_before`). Only ROIs that the
annotator rated are told, only the level that a label comes to, and only where at least `LEAST_OTHERS` others
stand behind it beside them: of fewer, a label and one's own vote give the other's vote away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from annotation_db.database.schema import Rating, Roi
from annotation_db.labels.label_changes import levels
from annotation_db.labels.label_rules import label_roi, policy_named
from annotation_db.pictures.withdrawal import is_withdrawn
from annotation_db.rating import check_turns, requests
from annotation_db.rating.rating_rules import is_counting, is_latest
from annotation_db.rating.ratings import VOTE_COLUMNS
from annotation_db.vocabulary.scales import SCALE_NAMES, Votes

LEAST_OTHERS: Final = 2
_PORTION: Final = 1000
_RULES: Final = policy_named("paper", min_raters=1)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One ROI, as its annotator and its label see it."""

    roi_id: int
    own: Mapping[str, int]
    """By scale, the level that they gave."""
    label: Mapping[str, int]
    """By scale, the level of the label; 5 for a distortion that is not there."""

    @property
    def differs_on(self) -> tuple[str, ...]:
        """The scales on which they differ."""
        return tuple(name for name in SCALE_NAMES if self.own[name] != self.label[name])

    @property
    def distance(self) -> int:
        """All differences together, in levels."""
        return sum(abs(self.own[name] - self.label[name]) for name in SCALE_NAMES)


class _Vote(NamedTuple):
    id: int
    roi_id: int
    votes: Votes
    annotator_id: int


def comparisons(s: Session, annotator_id: int) -> list[Comparison]:
    """Own levels beside the labels, of all finished ROIs of an annotator that have a label to be told.

    Those that differ most come first. A ROI that they are to be shown again is told afterwards.
    """
    waiting = check_turns.pending(s, annotator_id)
    given = s.execute(_own(annotator_id, requests.settled_before(s)))
    mine = {row[0]: Votes._make(row[1:]) for row in given if row[0] not in waiting}
    found: list[Comparison] = []
    wanted = sorted(mine)
    for start in range(0, len(wanted), _PORTION):
        query = (
            select(Rating.id, Rating.roi_id, Rating.annotator_id, *VOTE_COLUMNS)
            .where(is_counting(), Rating.roi_id.in_(wanted[start : start + _PORTION]))
            .order_by(Rating.roi_id, Rating.annotator_id)
        )
        votes: Iterator[_Vote] = (_Vote(row[0], row[1], Votes(*row[3:]), row[2]) for row in s.execute(query))
        for roi_id, counted in groupby(votes, key=lambda vote: vote.roi_id):
            behind = list(counted)
            if sum(vote.annotator_id != annotator_id for vote in behind) >= LEAST_OTHERS:
                label = label_roi(behind, _RULES, roi_id=roi_id)
                found.append(Comparison(roi_id, mine[roi_id]._asdict(), levels(label)))
    return sorted(found, key=lambda one: (-one.distance, one.roi_id))


def _own(annotator_id: int, settled_before: datetime) -> Select[int]:
    query = select(Rating.roi_id, *VOTE_COLUMNS).join(Roi, Roi.id == Rating.roi_id)
    own = Rating.annotator_id == annotator_id
    told = (is_latest(), ~is_withdrawn(), requests.is_finished(), Rating.submitted_at <= settled_before)
    return query.where(own, Rating.kind == "rating", *told)
