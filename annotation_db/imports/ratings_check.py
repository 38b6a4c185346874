"""The project's rules for new ratings, applied to some lines of a file at a time.

Of the project only what these lines name is looked up, so memory does not follow its size.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_db.database import row_ids
from annotation_db.database.schema import Annotator
from annotation_db.errors import Complaint, NotFound, Refused
from annotation_db.imports import project_rows as rows
from annotation_db.imports.people import Naming, People
from annotation_db.imports.project_rows import StoredRating
from annotation_db.imports.ratings_csv import CsvRating
from annotation_db.names import shown
from annotation_db.pictures import images
from annotation_db.pictures.image_index import ImageIndex
from annotation_db.rating import annotators
from annotation_db.rating.assistance import ShownPrefill, most_assisted
from annotation_db.vocabulary.scales import SCALE_NAMES


@dataclass(frozen=True, slots=True)
class Planned:
    """A line that becomes a rating."""

    source: CsvRating
    roi_id: int
    annotator_id: int | None
    """None for an annotator who is new to the project and has no id yet."""
    revision: int
    prediction_id: int | None
    """Of what the file names as shown or withheld."""
    seen: ShownPrefill
    suggested: tuple[int | None, ...] | None
    """The votes that were in view, where the line leaves open what became of them."""


@dataclass(frozen=True, slots=True)
class _Placed:
    line: CsvRating
    roi_id: int
    person: int | None


class Check:
    """What a file would do, counted while its lines are checked."""

    def __init__(self, s: Session, revise: bool, naming: Naming = "ask") -> None:
        self.complaints: list[Complaint] = []
        self.added = 0
        self.revised = 0
        self.already = 0
        """Lines that say what the project has as the annotator's latest rating."""
        self.new: dict[str, bool] = {}
        """Annotators new to the project, in the order in which the file names them -> simulated."""
        self.ids: dict[str, int] = {}
        """The ids set apart for them."""
        self.images: set[int] = set()
        self.people = People(naming)
        self.excluded: dict[int, str] = {}
        """Ratings that the project has and the file excludes -> why."""
        self.still_excluded = 0
        """Lines without an exclusion whose rating is excluded in the project, and stays so."""
        self._revise = revise
        self._index = ImageIndex(images.list_all(s))
        self._lines: defaultdict[str | int, dict[int, int]] = defaultdict(dict)
        """Annotator (name if new) -> ROI -> the line that rates it."""

    def planned(self, s: Session, lines: Sequence[CsvRating]) -> list[Planned]:
        """The ratings that some lines become; what is wrong with the others is added to `complaints`."""
        placed = self._placed(s, lines)
        roi_ids = {one.roi_id for one in placed}
        latest = rows.latest(s, roi_ids, {one.person for one in placed if one.person is not None})
        said = rows.predictions_of_models(
            s, roi_ids, {one.line.prediction for one in placed if one.line.prediction}
        )
        found: list[Planned] = []
        for one in placed:
            had = None if one.person is None else latest.get((one.roi_id, one.person))
            try:
                if self._is_new(one, had):
                    found.append(_plan(one, had, said))
            except Refused as refusal:
                self._complain(one.line, refusal)
        return _with_suggestions(s, found)

    def forget(self, revisions: Iterable[int]) -> None:
        """Do not count ratings that were planned before and are to be planned again."""
        for revision in revisions:
            self.revised -= revision > 1
            self.added -= revision == 1

    @property
    def lacks_ids(self) -> bool:
        return len(self.ids) < len(self.new)

    def set_ids_apart(self, s: Session) -> None:
        """Give new annotators ids, those of them that have none; in a transaction that writes."""
        without = [name for name in self.new if name not in self.ids]
        if without:
            largest = max(self.ids.values(), default=0)
            table = Annotator.metadata.tables[Annotator.__tablename__]
            drawn = row_ids.reserve(s, table, len(without), above=largest)
            self.ids.update(zip(without, drawn, strict=True))

    def outdated_ids(self, s: Session) -> list[int]:
        """The ids set apart that are no longer right; they are forgotten.

        Either somebody else added the annotator meanwhile, or SQLite gave the id to another one.
        """
        known = annotators.by_name(s)
        taken = set(s.scalars(select(Annotator.id).where(Annotator.id.in_(self.ids.values()))))
        outdated = [self.ids.pop(name) for name in self.new if name in known or self.ids.get(name) in taken]
        self.new = {name: simulated for name, simulated in self.new.items() if name not in known}
        return outdated

    def _placed(self, s: Session, lines: Sequence[CsvRating]) -> list[_Placed]:
        """The lines whose ROI can be rated, by someone who has no other line for it."""
        pictures: list[tuple[CsvRating, int]] = []
        for line in lines:
            try:
                pictures.append((line, self._index.find(line.image).id))
            except NotFound as refusal:
                self._complain(line, refusal)
        uids = {line.roi_uid for line, _ in pictures if line.roi_uid}
        regions = rows.Regions(s, {image_id for _, image_id in pictures}, uids)
        known = annotators.by_name(s)
        placed: list[_Placed] = []
        for told, image_id in pictures:
            line = told
            try:
                name = self.people.called(line.annotator, line.line, known)
                if name is None:
                    continue  # what is wrong with the name was said of the line before
                if name != line.annotator:
                    line = replace(line, annotator=name)
                person = known.get(name)
                roi_id = self._roi(line, person, regions.find(image_id, line.roi, line.roi_uid))
            except (NotFound, Refused) as refusal:
                self._complain(line, refusal)
                continue
            self.images.add(image_id)
            placed.append(_Placed(line, roi_id, person))
        return placed

    def _roi(self, line: CsvRating, person: int | None, roi: tuple[int, bool] | None) -> int:
        if roi is None:
            raise NotFound(f"no ROI {shown(line.roi)} is on {shown(line.image)}; import the ROIs first.")
        roi_id, withdrawn = roi
        if withdrawn:
            raise Refused(f"ROI {shown(line.roi)} of {shown(line.image)} is withdrawn; restore it first.")
        first = self._lines[line.annotator if person is None else person].setdefault(roi_id, line.line)
        if first != line.line:
            raise Refused(
                f"{shown(line.annotator)} rated ROI {shown(line.roi)} of {shown(line.image)} in line {first} "
                "already; keep one of the two."
            )
        return roi_id

    def _is_new(self, one: _Placed, had: StoredRating | None) -> bool:
        """Whether the project has this very rating not yet; it is counted.

        Raises
        ------
        Refused
            If it has another one that may not be revised.
        """
        line = one.line
        if one.person is None:
            self.new[line.annotator] = self.new.get(line.annotator, False) or line.simulated
        if had is None:
            self.added += 1
            return True
        if had.votes == line.votes:
            if line.excluded is not None and not had.excluded:
                self.excluded[had.rating_id] = line.excluded
            else:
                self.already += 1
                self.still_excluded += had.excluded and line.excluded is None
            return False
        if not self._revise:
            differing = [
                n for n, old, new in zip(SCALE_NAMES, had.votes, line.votes, strict=True) if old != new
            ]
            raise Refused(
                f"{shown(line.annotator)} has rated ROI {shown(line.roi)} of {shown(line.image)} otherwise "
                f"({', '.join(differing)}); ask for revisions if the file is to replace that."
            )
        self.revised += 1
        return True

    def _complain(self, line: CsvRating, refusal: NotFound | Refused) -> None:
        self.complaints.append(Complaint(line.line, str(refusal)))


def _plan(one: _Placed, had: StoredRating | None, said: Mapping[tuple[int, str], int]) -> Planned:
    prediction_id = said.get((one.roi_id, one.line.prediction))
    before = ShownPrefill() if had is None else had.seen
    return Planned(
        source=one.line,
        roi_id=one.roi_id,
        annotator_id=one.person,
        revision=1 if had is None else had.revision + 1,
        prediction_id=prediction_id,
        seen=most_assisted(before, ShownPrefill(one.line.prefill, prediction_id)),
        suggested=None,
    )


def _with_suggestions(s: Session, planned: list[Planned]) -> list[Planned]:
    """The same, with the votes that were in view where the file leaves open what became of them."""
    ids = {one.seen.prediction_id for one in planned if _is_open(one)}
    if not ids:
        return planned
    votes = rows.suggested(s, {number for number in ids if number is not None})
    return [
        replace(one, suggested=votes[cast(int, one.seen.prediction_id)]) if _is_open(one) else one
        for one in planned
    ]


def _is_open(one: Planned) -> bool:
    return one.source.outcomes is None and one.seen.prefill == "shown" and one.seen.prediction_id is not None
