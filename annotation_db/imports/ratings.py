"""Import of ratings files: planned first, stored as a whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from annotation_db import annotators, audit, exclusions, images, names, predictions, ratings, rois
from annotation_db.errors import Cancelled, Complaint, ImportRefused, NotFound, Refused
from annotation_db.imports import ratings_csv
from annotation_db.imports.files import shown
from annotation_db.imports.lookup import ImageIndex
from annotation_db.imports.ratings_csv import CsvRating
from annotation_db.records import NewRating, RatingRecord, RoiRecord
from annotation_db.scales import SCALE_NAMES

FORMATS: Final = ("auto", "csv")
_EVERY: Final = 500
"""Lines between two looks at whether to stop."""


@dataclass(frozen=True, slots=True)
class PlannedRating:
    """One rating that the file would add."""

    roi_id: int
    annotator: str
    source: CsvRating
    revises: bool


@dataclass(frozen=True, slots=True)
class RatingPlan:
    """What importing a file would do; made without writing anything."""

    file: Path
    ratings: tuple[PlannedRating, ...]
    already: int
    """Lines that say what the project has as the annotator's latest rating."""
    new_annotators: tuple[str, ...]
    """In the order in which the file names them."""
    simulated: frozenset[str]
    """Those of the new ones that the file calls simulated."""
    images: int
    complaints: tuple[Complaint, ...]


def plan(
    s: Session,
    file: str | Path,
    *,
    revise: bool = False,
    progress: Callable[[int, int, str], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> RatingPlan:
    """Read a ratings file and check every line against the project.

    Parameters
    ----------
    revise : bool
        Let a line that differs from the annotator's latest rating become a new revision; otherwise
        it is complained of.

    Raises
    ------
    ImportRefused
        If the file is no ratings table at all.
    Cancelled
        If `cancelled` says so.
    """
    path = Path(file)
    lines, complaints = ratings_csv.read(path)
    check = _Check(s, revise)
    planned: list[PlannedRating] = []
    for done, line in enumerate(lines):
        if done % _EVERY == 0:
            if cancelled is not None and cancelled():
                raise Cancelled("The import was stopped; nothing was changed.")
            if progress is not None:
                progress(done, len(lines), "ratings checked")
        try:
            rating = check.planned(line)
        except (NotFound, Refused) as refusal:
            complaints.append(Complaint(line.line, str(refusal)))
        else:
            if rating is not None:
                planned.append(rating)
    return RatingPlan(
        file=path,
        ratings=tuple(planned),
        already=check.already,
        new_annotators=tuple(check.new),
        simulated=frozenset(name for name, simulated in check.new.items() if simulated),
        images=len(check.images),
        complaints=tuple(sorted(complaints, key=lambda c: c.line or 0)),
    )


def apply(s: Session, plan: RatingPlan, who: str) -> list[int]:
    """Store what was planned, new annotators first.

    Returns
    -------
    list of int
        Ids of the new ratings.

    Raises
    ------
    ImportRefused
        If there are complaints: a file is taken as a whole or not at all.
    """
    if plan.complaints:
        raise ImportRefused(
            f"{plan.file.name} was not imported: {len(plan.complaints)} of its lines cannot be taken; "
            "correct them and import it again.",
            plan.complaints,
        )
    for name in plan.new_annotators:
        annotators.add(s, name, simulated=name in plan.simulated, who=who)
    ids = {names.plain(person.name): person.id for person in annotators.list_all(s)}
    said = _predictions(s, {rating.source.prediction for rating in plan.ratings})
    stored = ratings.submit_many(
        s,
        [
            NewRating(
                roi_id=rating.roi_id,
                annotator_id=ids[rating.annotator],
                votes=rating.source.votes,
                duration_ms=rating.source.duration_ms,
                origin=f"import:{plan.file.name}",
                submitted_at=rating.source.submitted_at,
                prefill=rating.source.prefill,
                prediction_id=said.get((rating.roi_id, rating.source.prediction)),
                outcomes=rating.source.outcomes,
            )
            for rating in plan.ratings
        ],
    )
    for rating_id, rating in zip(stored, plan.ratings, strict=True):
        if rating.source.excluded is not None:
            exclusions.exclude(s, "rating", rating_id, reason=rating.source.excluded, who=who)
    detail = {
        "added": len(stored),
        "revised": sum(rating.revises for rating in plan.ratings),
        "already": plan.already,
        "new_annotators": list(plan.new_annotators),
    }
    audit.record(s, who, "import.ratings", plan.file.name, detail)
    return stored


def _predictions(s: Session, names: set[str]) -> dict[tuple[int, str], int]:
    """By ROI and name of the model, the prediction that the project has; of one name the newest model's.

    A rating whose prediction is not in the project keeps that one was shown, not which.
    """
    found: dict[tuple[int, str], int] = {}
    for model in reversed(predictions.predictors(s)):
        if model.name in names:
            for prediction in predictions.of_predictor(s, model.id):
                found[prediction.roi_id, model.name] = prediction.id
    return found


class _Check:
    """The project's rules for new ratings, applied to one line after the other."""

    def __init__(self, s: Session, revise: bool) -> None:
        self.already = 0
        self.new: dict[str, bool] = {}
        """Annotators new to the project -> simulated."""
        self.images: set[int] = set()
        self._revise = revise
        self._index = ImageIndex(images.list_all(s))
        self._rois: dict[tuple[int, str], RoiRecord] = {}
        for roi in rois.list_all(s, withdrawn=True):
            self._rois[roi.image_id, roi.external_id] = roi
            self._rois[roi.image_id, roi.uid] = roi
        self._people = {names.plain(person.name): person.id for person in annotators.list_all(s)}
        self._latest: dict[tuple[int, int], RatingRecord] = {
            (rating.roi_id, rating.annotator_id): rating for rating in ratings.all_latest(s)
        }
        self._seen: dict[tuple[int, str], int] = {}

    def planned(self, line: CsvRating) -> PlannedRating | None:
        """The rating to store, or None if the project has it.

        Raises
        ------
        NotFound, Refused
            With the reason why it cannot be stored.
        """
        image = self._index.find(line.image)
        roi = self._rois.get((image.id, line.roi))
        if roi is None:
            raise NotFound(f"no ROI {shown(line.roi)} is on {shown(line.image)}; import the ROIs first.")
        if roi.withdrawn:
            raise Refused(f"ROI {shown(line.roi)} of {shown(line.image)} is withdrawn; restore it first.")
        name = line.annotator
        first = self._seen.setdefault((roi.id, name), line.line)
        if first != line.line:
            raise Refused(
                f"{shown(name)} rated ROI {shown(line.roi)} of {shown(line.image)} in line {first} already; "
                "keep one of the two."
            )
        self.images.add(image.id)
        person = self._people.get(name)
        if person is None:
            self.new[name] = self.new.get(name, False) or line.simulated
            return PlannedRating(roi.id, name, line, revises=False)
        had = self._latest.get((roi.id, person))
        if had is not None and had.votes == line.votes:
            self.already += 1
            return None
        if had is not None and not self._revise:
            differing = [
                n for n, old, new in zip(SCALE_NAMES, had.votes, line.votes, strict=True) if old != new
            ]
            raise Refused(
                f"{shown(name)} has rated ROI {shown(line.roi)} of {shown(line.image)} otherwise "
                f"({', '.join(differing)}); ask for revisions if the file is to replace that."
            )
        return PlannedRating(roi.id, name, line, revises=had is not None)
