"""Every rating that was ever given, one after the other as they stand in the database, and what they count.

Of a million ratings only some thousand are in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_db.database.iso_times import as_iso
from annotation_db.database.schema import Rating
from annotation_db.exports.export_data import ExportData
from annotation_db.exports.staging import as_fields
from annotation_db.rating.ratings import VOTE_COLUMNS
from annotation_db.records import VotesUsed
from annotation_db.vocabulary.scales import SCALES

_PORTION: Final = 5000
_COLUMNS: Final[tuple[Any, ...]] = (
    Rating.roi_id,
    Rating.annotator_id,
    Rating.kind,
    Rating.revision,
    *VOTE_COLUMNS,
    as_iso(Rating.submitted_at),
    Rating.duration_ms,
    Rating.prefill,
    Rating.prediction_id,
    Rating.outcomes,
    Rating.origin,
    Rating.id,
    Rating.uid,
)
_VOTES: Final = slice(4, 4 + len(VOTE_COLUMNS))
_ID: Final = -2
_OPINION: Final = itemgetter(0, 1, 2)
"""ROI, annotator and kind: what all revisions of a rating have in common."""
_NOTHING_SHOWN: Final = ("", "")
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


class RoiVotes(NamedTuple):
    """All ratings of one ROI as lines of `tables.VOTE_HEADER`."""

    current: str
    """Those that belong into votes.csv."""
    history: str
    """All of them, each with whether it is the annotator's latest."""


def of_rois(s: Session, data: ExportData, tally: Tally) -> Iterator[RoiVotes]:
    """All ratings by ROI, annotator and revision, practice and withdrawn ROIs too."""
    ordered = (Rating.roi_id, Rating.annotator_id, Rating.kind, Rating.revision)
    s.flush()
    # By the connection: the ORM would take half as long again over a million rows.
    found: Iterable[Sequence[Any]] = s.connection().execute(
        select(*_COLUMNS).order_by(*ordered).execution_options(yield_per=_PORTION)
    )
    for roi_id, of_roi in groupby(found, key=itemgetter(0)):
        if roi_id not in data.all_rois:
            continue  # a filter leaves it out
        opinions = [list(group) for _, group in groupby(of_roi, key=_OPINION)]
        # Not in the order in which people joined: that would tell who is behind a pseudonym.
        opinions.sort(key=lambda one: (data.display_names[one[0][1]], one[0][2]))
        _count(tally, data, roi_id, opinions)
        yield _lines(data, tally, roi_id, opinions)


def _lines(
    data: ExportData, tally: Tally, roi_id: int, opinions: Sequence[Sequence[Sequence[Any]]]
) -> RoiVotes:
    roi = data.all_rois[roi_id]
    image = data.images[roi.image_id]
    # What may need quotes is written once for many rows; numbers, uids and words of the program need none.
    region = as_fields(data.names[roi.image_id], roi.external_id)
    place = as_fields(data.split.get(roi.image_id, ""), roi.level, image.source, roi.uid)
    current: list[str] = []
    history: list[str] = []
    for revisions in opinions:
        person = data.annotators[revisions[0][1]]
        tally.annotators.add(person.id)
        called, simulated = as_fields(data.display_names[person.id]), int(person.simulated)
        for number, row in enumerate(revisions, start=1):
            _, _, kind, revision, *eight, at, took, prefill, predicted, outcomes, origin, rating_id, uid = row
            latest = number == len(revisions)
            shown = _NOTHING_SHOWN if predicted is None else data.shown[predicted]
            line = (
                f"{region},{called},{','.join(map(str, eight))},{at},{'' if took is None else took},"
                f"{revision},{kind},{as_fields(*data.exclusion_of(rating_id, person.id, roi_id))},"
                f"{simulated},{place},{uid},{as_fields(data.origin(origin))},{prefill},"
                f"{as_fields(*shown, words(outcomes))}"
            )
            history.append(f"{line},{int(latest)}\n")
            tally.assisted += latest and not _unassisted(prefill, revision)
            if latest and kind == "rating" and not roi.withdrawn:
                tally.ratings += 1
                current.append(f"{line}\n")
    return RoiVotes("".join(current), "".join(history))


def _count(tally: Tally, data: ExportData, roi_id: int, opinions: list[list[Sequence[Any]]]) -> None:
    counted: dict[frozenset[int], list[int]] = {}
    for used, levels in tally.votes.items():
        entered = data.counted_ratings[used]
        if entered is None:
            ids = frozenset(one[-1][_ID] for one in opinions if _counts_now(data, one[-1]))
        else:
            ids = frozenset(entered.get(roi_id, ()))
        if ids not in counted:
            votes = [row[_VOTES] for one in opinions for row in one if row[_ID] in ids]
            at = np.array(votes, dtype=np.intp).reshape(-1, len(_SIZES)) + _FIRST_LEVEL
            counted[ids] = np.bincount(at.ravel(), minlength=sum(_SIZES)).tolist()
        levels[roi_id] = counted[ids]


def _counts_now(data: ExportData, latest: Sequence[Any]) -> bool:
    """As `rating_rules.is_counting` has it of all votes."""
    apart, _ = data.exclusion_of(latest[_ID], latest[1], latest[0])
    return latest[2] == "rating" and not apart


def _by_scale(levels: Sequence[int]) -> CountsOfRoi:
    ends = (*_FIRST_LEVEL[1:], len(_NONE))
    return {
        name: list(levels[first:end]) for name, first, end in zip(SCALES, _FIRST_LEVEL, ends, strict=True)
    }


def _unassisted(prefill: str, revision: int) -> bool:
    return prefill in ("none", "control") or (prefill == "revealed" and revision == 1)


def words(values: Sequence[object] | None) -> str:
    """Values of a row, separated by blanks, "-" for none."""
    return "" if values is None else " ".join("-" if value is None else str(value) for value in values)
