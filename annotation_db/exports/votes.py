"""Every rating that was ever given, one after the other as they stand in the database, and what they count.

Of a million ratings only some thousand are in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_db.database.iso_times import as_iso
from annotation_db.database.schema import Rating
from annotation_db.exports.export_data import ExportData
from annotation_db.exports.staging import as_fields
from annotation_db.rating.packed_votes import LEVELS, as_text, counts_of, packed
from annotation_db.records import RoiLabel, VotesUsed
from annotation_db.vocabulary.scales import SCALES

_PORTION: Final = 5000
_COLUMNS: Final[tuple[Any, ...]] = (
    Rating.roi_id,
    Rating.annotator_id,
    Rating.kind,
    Rating.revision,
    packed(),
    as_iso(Rating.submitted_at),
    Rating.duration_ms,
    Rating.prefill,
    Rating.prediction_id,
    Rating.outcomes,
    Rating.origin,
    Rating.id,
    Rating.uid,
)
_VOTES: Final = 4
_ID: Final = -2
_OPINION: Final = itemgetter(0, 1, 2)
"""ROI, annotator and kind: what all revisions of a rating have in common."""
_NOTHING_SHOWN: Final = ("", "")

Counts = tuple[int, ...]
_NONE: Final[tuple[Counts, ...]] = tuple((0,) * levels for levels in LEVELS)
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
    votes: dict[VotesUsed, dict[int, Sequence[Counts]]] = field(
        default_factory=lambda: {"all": {}, "unassisted": {}}
    )
    """By ROI, how many votes each level of each scale has, scale by scale (see `counts_of`)."""

    def counts_of(self, roi_id: int) -> dict[VotesUsed, CountsOfRoi]:
        """How often each level of each scale was given: of all votes, and of those given unassisted."""
        return {
            used: dict(zip(SCALES, map(list, found.get(roi_id, _NONE)), strict=True))
            for used, found in self.votes.items()
        }


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
    portions: Iterable[Sequence[Sequence[Any]]] = (
        s.connection()
        .execute(select(*_COLUMNS).order_by(*ordered).execution_options(yield_per=_PORTION))
        .partitions()
    )
    lines = _Lines(data, tally)
    for roi_id, of_roi in groupby(chain.from_iterable(portions), key=itemgetter(0)):
        if roi_id not in data.all_rois:
            continue  # a filter leaves it out
        opinions = [list(group) for _, group in groupby(of_roi, key=_OPINION)]
        # Not in the order in which people joined: that would tell who is behind a pseudonym.
        opinions.sort(key=lambda one: (data.display_names[one[0][1]], one[0][2]))
        _count(tally, data, roi_id, opinions)
        yield lines.of(roi_id, opinions)


class _Lines:
    """Makes the lines of ratings, each text that many rows share once."""

    def __init__(self, data: ExportData, tally: Tally) -> None:
        self._data = data
        self._tally = tally
        self._people = {
            person.id: (as_fields(data.display_names[person.id]), int(person.simulated))
            for person in data.annotators.values()
        }
        self._origins: dict[str, str] = {}
        self._excludes = bool(data.exclusion_reasons)

    def of(self, roi_id: int, opinions: Sequence[Sequence[Sequence[Any]]]) -> RoiVotes:
        data, tally = self._data, self._tally
        roi = data.all_rois[roi_id]
        image = data.images[roi.image_id]
        # What may need quotes is written once for many rows; numbers, uids and our own words need none.
        region = as_fields(data.names[roi.image_id], roi.external_id)
        place = as_fields(data.split.get(roi.image_id, ""), roi.level, image.source, roi.uid)
        current: list[str] = []
        history: list[str] = []
        for revisions in opinions:
            person_id = revisions[0][1]
            tally.annotators.add(person_id)
            called, simulated = self._people[person_id]
            last = len(revisions)
            for number, row in enumerate(revisions, start=1):
                _, _, kind, revision, eight, at, took, prefill, shown, outcomes, origin, rating_id, uid = row
                apart = as_fields(*data.exclusion_of(rating_id, person_id, roi_id)) if self._excludes else ","
                line = (
                    f"{region},{called},{as_text(eight)},{at},{'' if took is None else took},"
                    f"{revision},{kind},{apart},{simulated},{place},{uid},{self._origin(origin)},{prefill},"
                    f"{',,' if shown is None and outcomes is None else self._seen(shown, outcomes)}"
                )
                latest = number == last
                history.append(f"{line},1\n" if latest else f"{line},0\n")
                if latest:
                    tally.assisted += not _unassisted(prefill, revision)
                    if kind == "rating" and not roi.withdrawn:
                        current.append(f"{line}\n")
        tally.ratings += len(current)
        return RoiVotes("".join(current), "".join(history))

    def _origin(self, origin: str) -> str:
        found = self._origins.get(origin)
        if found is None:
            found = self._origins[origin] = as_fields(self._data.origin(origin))
        return found

    def _seen(self, prediction_id: int | None, outcomes: Sequence[str | None] | None) -> str:
        shown = _NOTHING_SHOWN if prediction_id is None else self._data.shown[prediction_id]
        return as_fields(*shown, words(outcomes))


def _count(tally: Tally, data: ExportData, roi_id: int, opinions: list[list[Sequence[Any]]]) -> None:
    counted: dict[frozenset[int], Sequence[Counts]] = {}
    for used, levels in tally.votes.items():
        labels = data.counted_labels[used]
        label = None if labels is None else labels.get(roi_id)
        told = None if label is None else _told(label)
        if told is not None:
            levels[roi_id] = told
            continue
        if labels is None:
            ids = frozenset(one[-1][_ID] for one in opinions if _counts_now(data, one[-1]))
        else:
            ids = frozenset(() if label is None else label.rating_ids)
        if ids not in counted:
            votes = [row[_VOTES] for one in opinions for row in one if row[_ID] in ids]
            counted[ids] = counts_of(votes)
        levels[roi_id] = counted[ids]


def _told(label: RoiLabel) -> list[Counts] | None:
    """The votes on each level of each scale, if the label tells them."""
    overall = {"quality": label.quality, "importance": label.importance}
    of_scales = [overall[name] if name in overall else label.distortions.get(name) for name in SCALES]
    counts = [None if one is None else one.counts for one in of_scales]
    told = [one for one in counts if one is not None]
    return told if len(told) == len(counts) else None


def _counts_now(data: ExportData, latest: Sequence[Any]) -> bool:
    """As `rating_rules.is_counting` has it of all votes."""
    apart, _ = data.exclusion_of(latest[_ID], latest[1], latest[0])
    return latest[2] == "rating" and not apart


def _unassisted(prefill: str, revision: int) -> bool:
    return prefill in ("none", "control") or (prefill == "revealed" and revision == 1)


def words(values: Sequence[object] | None) -> str:
    """Values of a row, separated by blanks, "-" for none."""
    return "" if values is None else " ".join("-" if value is None else str(value) for value in values)
