"""Every rating that was ever given, one after the other as they stand in the database, and what they count.

Of a million ratings only some thousand are in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from annotation_db.exports.material import Material
from annotation_db.ratings import VOTE_COLUMNS
from annotation_db.records import VotesUsed
from annotation_db.scales import SCALES
from annotation_db.schema import Rating

_PORTION: Final = 5000
_COLUMNS: Final = (
    Rating.roi_id,
    Rating.annotator_id,
    Rating.kind,
    Rating.revision,
    *VOTE_COLUMNS,
    Rating.submitted_at,
    Rating.duration_ms,
    Rating.prefill,
    Rating.prediction_id,
    Rating.outcomes,
    Rating.origin,
    Rating.id,
    Rating.uid,
)
_VOTES: Final = slice(4, 4 + len(VOTE_COLUMNS))
_FIRST, _ONE_OPINION = 0, 3
"""A row's ROI; annotator and kind follow, and with it tell whose revisions belong together."""

_SIZES: Final = [len(scale.levels) for scale in SCALES.values()]
_FIRST_LEVEL: Final = [sum(_SIZES[:place]) for place in range(len(_SIZES))]
"""Where the levels of each scale begin among all of them."""
_NONE: Final = (0,) * sum(_SIZES)

CountsOfRoi = dict[str, list[int]]
"""Scale -> how many votes each of its levels has, from 0 on."""


@dataclass(slots=True)
class Tally:
    """What the rows that were written come to."""

    ratings: int = 0
    """The latest of each annotator and ROI; neither practice nor of withdrawn ROIs."""
    assisted: int = 0
    """The latest ones that were given after a prediction was seen, practice and withdrawn ROIs too."""
    annotators: set[int] = field(default_factory=set)
    votes: dict[VotesUsed, dict[int, list[int]]] = field(
        default_factory=lambda: {"all": {}, "unassisted": {}}
    )
    """By ROI, how many votes each level of each scale has (see `counts_of`)."""

    def counts_of(self, roi_id: int) -> dict[VotesUsed, CountsOfRoi]:
        """How often each level of each scale was given: of all votes, and of those given unassisted."""
        return {used: _by_scale(found.get(roi_id, _NONE)) for used, found in self.votes.items()}


@dataclass(frozen=True, slots=True)
class VoteRow:
    """One rating as a row of `tables.VOTE_HEADER`."""

    cells: tuple[Any, ...]
    latest: bool
    current: bool
    """It belongs into votes.csv."""


def rows(s: Session, material: Material, tally: Tally) -> Iterator[VoteRow]:
    """All ratings by ROI, annotator and revision, practice and withdrawn ROIs too."""
    ordered = (Rating.roi_id, Rating.annotator_id, Rating.kind, Rating.revision)
    found = s.execute(select(*_COLUMNS).order_by(*ordered).execution_options(yield_per=_PORTION))
    for roi_id, of_roi in groupby(found, key=lambda row: row[_FIRST]):
        opinions = [list(group) for _, group in groupby(of_roi, key=lambda row: row[:_ONE_OPINION])]
        # Not in the order in which people joined: that would tell who is behind a pseudonym.
        opinions.sort(key=lambda one: (material.called[one[0].annotator_id], one[0].kind))
        before, after = _of_roi(material, roi_id)
        withdrawn = material.all_rois[roi_id].withdrawn
        _count(tally, material, roi_id, opinions)
        for revisions in opinions:
            for row in revisions:
                latest = row is revisions[-1]
                current = latest and row.kind == "rating" and not withdrawn
                tally.ratings += current
                tally.assisted += latest and not _unassisted(row)
                tally.annotators.add(row.annotator_id)
                yield VoteRow((*before, *_cells(material, row, after)), latest, current)


def _count(tally: Tally, material: Material, roi_id: int, opinions: list[list[Row[Any]]]) -> None:
    for used, counted in tally.votes.items():
        entered = material.entered[used]
        ids = None if entered is None else set(entered.get(roi_id, ()))
        levels = list(_NONE)
        for revisions in opinions:
            for row in revisions:
                if row.id in ids if ids is not None else _counts_now(material, row, revisions[-1]):
                    for first, vote in zip(_FIRST_LEVEL, row[_VOTES], strict=True):
                        levels[first + vote] += 1
        counted[roi_id] = levels


def _counts_now(material: Material, row: Row[Any], latest: Row[Any]) -> bool:
    """As `ratings.is_counting` has it of all votes."""
    apart, _ = material.why_not(row.id, row.annotator_id, row.roi_id)
    return row is latest and row.kind == "rating" and not apart


def _by_scale(levels: Sequence[int]) -> CountsOfRoi:
    ends = (*_FIRST_LEVEL[1:], len(_NONE))
    return {
        name: list(levels[first:end]) for name, first, end in zip(SCALES, _FIRST_LEVEL, ends, strict=True)
    }


def _unassisted(row: Row[Any]) -> bool:
    return row.prefill in ("none", "control") or (row.prefill == "revealed" and row.revision == 1)


def _of_roi(material: Material, roi_id: int) -> tuple[tuple[str, str], tuple[str, str, str, str]]:
    roi = material.all_rois[roi_id]
    image = material.images[roi.image_id]
    split = material.split.get(roi.image_id, "")
    return (material.names[roi.image_id], roi.external_id), (split, roi.level, image.source, roi.uid)


def _cells(material: Material, row: Row[Any], of_roi: tuple[str, str, str, str]) -> tuple[Any, ...]:
    excluded, because = material.why_not(row.id, row.annotator_id, row.roi_id)
    return (
        material.called[row.annotator_id],
        *row[_VOTES],
        row.submitted_at.isoformat(),
        row.duration_ms,
        row.revision,
        row.kind,
        excluded,
        because,
        int(material.annotators[row.annotator_id].simulated),
        *of_roi,
        row.uid,
        material.origin(row.origin),
        row.prefill,
        *(("", "") if row.prediction_id is None else material.shown[row.prediction_id]),
        words(row.outcomes),
    )


def words(values: Sequence[object] | None) -> str:
    """Values of a row, separated by blanks, "-" for none."""
    return "" if values is None else " ".join("-" if value is None else str(value) for value in values)
