"""Why a ROI's label is another one in a later label run: what happened to its ratings in between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, Literal, NamedTuple, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_db.database.schema import Exclusion, Rating, Roi
from annotation_db.labels.label_rules import label_roi
from annotation_db.rating.ratings import VOTE_COLUMNS
from annotation_db.records import LabelRunRecord, RoiLabel
from annotation_db.vocabulary.scales import Votes

Cause = Literal[
    "new ratings",
    "corrections",
    "excluded",
    "readmitted",
    "policy",
    "withdrawn",
    "restored",
    "new ROI",
    "other",
]
CAUSES: Final[tuple[Cause, ...]] = get_args(Cause)
"""In the order in which they are told."""

_PORTION: Final = 500


class _Given(NamedTuple):
    """A rating that entered one of the labels."""

    id: int
    roi_id: int
    annotator_id: int
    revision: int
    submitted_at: datetime
    votes: Votes


class _Span(NamedTuple):
    """When an exclusion stood."""

    begin: datetime
    end: datetime | None

    def holds(self, at: datetime) -> bool:
        return self.begin <= at and (self.end is None or self.end > at)


class Causes:
    """Tells of each ROI what happened between the older and the newer of two runs.

    Parameters
    ----------
    first, second : LabelRunRecord
        The runs, in any order.
    of_first, of_second : mapping
        ROI id -> its label, where the runs do not share it.
    """

    def __init__(
        self,
        s: Session,
        first: LabelRunRecord,
        second: LabelRunRecord,
        of_first: Mapping[int, RoiLabel],
        of_second: Mapping[int, RoiLabel],
    ) -> None:
        turned = first.id > second.id
        self._then, self._now = (second, first) if turned else (first, second)
        self._old, self._new = (of_second, of_first) if turned else (of_first, of_second)
        self._other_votes = self._then.policy.votes != self._now.policy.votes
        self._ratings = _read(s, {i for found in (of_first, of_second) for i in _ids(found.values())})
        self._spans = _spans(s)

    def of(self, roi_id: int) -> tuple[Cause, ...]:
        """The causes for one ROI, in the order of `CAUSES`."""
        old, new = self._old.get(roi_id), self._new.get(roi_id)
        if old is None or new is None:
            return (self._came_or_went(roi_id, came=old is None),)
        given, taken = self._by_annotator(old), self._by_annotator(new)
        found: set[Cause] = set()
        for annotator_id in {*given, *taken}:
            before, after = given.get(annotator_id), taken.get(annotator_id)
            if before is None and after is not None:
                found.add(self._why_more(after))
            elif after is None and before is not None:
                found.add(self._why_less(before))
            elif before is not None and after is not None and before.id != after.id:
                late = not self._other_votes or after.submitted_at > self._then.created_at
                found.add("corrections" if late and after.revision > before.revision else "policy")
        if self._rules_differ(old, list(given.values())):
            found.add("policy")
        return tuple(cause for cause in CAUSES if cause in found) or ("other",)

    def _came_or_went(self, roi_id: int, *, came: bool) -> Cause:
        moment = self._then.created_at if came else self._now.created_at
        if self._stood("roi", roi_id, moment):
            return "restored" if came else "withdrawn"
        return "new ROI" if came else "other"

    def _why_more(self, rating: _Given) -> Cause:
        if rating.submitted_at > self._then.created_at:
            return "new ratings"
        if self._left_out(rating, self._then.created_at):
            return "readmitted"
        return "policy" if self._other_votes else "new ratings"  # imported later than it was given

    def _why_less(self, rating: _Given) -> Cause:
        if self._left_out(rating, self._now.created_at):
            return "excluded"
        return "policy" if self._other_votes else "other"

    def _left_out(self, rating: _Given, at: datetime) -> bool:
        by_rating = self._spans.get(("rating", rating.roi_id, rating.annotator_id), ())
        return any(span.holds(at) for span in by_rating) or self._stood("annotator", rating.annotator_id, at)

    def _stood(self, kind: str, target: int, at: datetime) -> bool:
        return any(span.holds(at) for span in self._spans.get((kind, target, 0), ()))

    def _rules_differ(self, old: RoiLabel, given: list[_Given]) -> bool:
        """Whether the older ratings alone come to something else under the newer policy."""
        if self._then.policy == self._now.policy:
            return False
        again = label_roi(given, self._now.policy, roi_id=old.roi_id)
        mine = label_roi(given, self._then.policy, roi_id=old.roi_id)
        return again != mine

    def _by_annotator(self, label: RoiLabel) -> dict[int, _Given]:
        entered = (self._ratings[i] for i in label.rating_ids if i in self._ratings)
        return {rating.annotator_id: rating for rating in entered}


def _ids(labels: Iterable[RoiLabel]) -> Iterable[int]:
    return (rating_id for label in labels for rating_id in label.rating_ids)


def _read(s: Session, ids: set[int]) -> dict[int, _Given]:
    columns = (Rating.id, Rating.roi_id, Rating.annotator_id, Rating.revision, Rating.submitted_at)
    ordered = sorted(ids)
    found: dict[int, _Given] = {}
    for start in range(0, len(ordered), _PORTION):
        query = select(*columns, *VOTE_COLUMNS).where(Rating.id.in_(ordered[start : start + _PORTION]))
        for row in s.execute(query):
            found[row[0]] = _Given(row[0], row[1], row[2], row[3], row[4], Votes(*row[5:]))
    return found


def _spans(s: Session) -> dict[tuple[str, int, int], list[_Span]]:
    """All exclusions, by kind and target: of a rating by its ROI and annotator, of a picture by its ROIs.

    Whoever's newest revision is excluded does not count at all, whatever came before it.
    """
    found: dict[tuple[str, int, int], list[_Span]] = {}
    columns = (Exclusion.kind, Exclusion.target_id, Exclusion.at, Exclusion.lifted_at)
    for kind, target, at, lifted in s.execute(
        select(*columns).where(Exclusion.kind.in_(("annotator", "roi")))
    ):
        found.setdefault((kind, target, 0), []).append(_Span(at, lifted))
    of_picture = select(Roi.id, Exclusion.at, Exclusion.lifted_at).where(Exclusion.kind == "image")
    for roi_id, at, lifted in s.execute(of_picture.join(Roi, Roi.image_id == Exclusion.target_id)):
        found.setdefault(("roi", roi_id, 0), []).append(_Span(at, lifted))
    of_rating = select(Rating.roi_id, Rating.annotator_id, Exclusion.at, Exclusion.lifted_at)
    joined = of_rating.join(Exclusion, Exclusion.target_id == Rating.id).where(Exclusion.kind == "rating")
    for roi_id, annotator_id, at, lifted in s.execute(joined):
        found.setdefault(("rating", roi_id, annotator_id), []).append(_Span(at, lifted))
    return found
