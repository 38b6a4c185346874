"""Everything that one export tells, read from the project at one moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePath

from sqlalchemy.orm import Session

from annotation_db import annotators, exclusions, images, labels, predictions, project, ratings, rois
from annotation_db.exports.unassisted import unassisted_labels
from annotation_db.prediction_records import PredictionRecord, PredictorRecord
from annotation_db.records import (
    AnnotatorRecord,
    ImageRecord,
    LabelPolicy,
    LabelRunRecord,
    ProjectRecord,
    RatingRecord,
    RoiLabel,
    RoiRecord,
    VotesUsed,
)
from annotation_db.splits import Part, split_images
from annotation_db.version import program_version


@dataclass(frozen=True, slots=True)
class Revision:
    """One row of the complete history of votes."""

    rating: RatingRecord
    latest: bool


@dataclass(frozen=True, slots=True)
class Material:
    """What the writers of all formats draw on. ROIs that are withdrawn are only in `revisions`."""

    version: str
    created_at: datetime
    project: ProjectRecord
    policy: LabelPolicy
    run: LabelRunRecord | None
    """The stored label run that is exported; None when labels were computed for this export."""
    train: float
    seed: int
    test_votes: VotesUsed
    """Which votes the labels of the test part are made of."""
    images: dict[int, ImageRecord]
    """All images of the project by id, in the order of their names."""
    names: dict[int, str]
    """What each image is called in the export; unique."""
    rois: list[RoiRecord]
    """By image name, then in the order they were made."""
    labels: dict[int, RoiLabel]
    retold: frozenset[int]
    """ROIs of the test part whose label some assisted votes were kept out of."""
    split: dict[int, Part]
    """By image id; images without a labelled ROI have no part."""
    annotators: dict[int, AnnotatorRecord]
    revisions: list[Revision]
    """Every rating ever given, by ROI, annotator and revision."""
    all_rois: dict[int, RoiRecord]
    because: dict[tuple[str, int], str]
    """Reasons of standing exclusions, by kind and target id."""
    predictors: dict[int, PredictorRecord]
    predictions: dict[int, PredictionRecord]
    """What annotators were shown, or what was withheld from them, by id."""

    def part(self, part: Part) -> list[RoiRecord]:
        """The labelled ROIs of one part of the split."""
        return [
            roi
            for roi in self.rois
            if self.labels[roi.id].status == "labelled" and self.split.get(roi.image_id) == part
        ]

    def votes_of(self, roi: RoiRecord) -> VotesUsed:
        """Which votes the label of a ROI is made of."""
        return self.test_votes if self.split.get(roi.image_id) == "test" else self.policy.votes

    def simulated(self) -> list[AnnotatorRecord]:
        """The simulated annotators who rated."""
        rated = {revision.rating.annotator_id for revision in self.revisions}
        return [person for person in self.annotators.values() if person.simulated and person.id in rated]

    def why_not(self, rating: RatingRecord) -> tuple[str, str]:
        """What keeps a rating from counting ("rating", "annotator", "roi", "image" or ""), and the reason."""
        image_id = self.all_rois[rating.roi_id].image_id
        targets = (
            *(("rating", rating.id), ("annotator", rating.annotator_id)),
            *(("roi", rating.roi_id), ("image", image_id)),
        )
        for kind, target in targets:
            if (kind, target) in self.because:
                return kind, self.because[kind, target]
        return "", ""


def gather(
    s: Session,
    *,
    run_id: int | None,
    policy: LabelPolicy | None,
    train: float,
    seed: int,
    test_votes: VotesUsed = "unassisted",
) -> Material:
    """Read all that an export tells.

    Parameters
    ----------
    run_id : int, optional
        A stored label run; otherwise labels are computed now under `policy` (the paper's if None).
    test_votes : {"unassisted", "all"}
        Which votes the labels of the test part are made of. A policy of unassisted votes holds
        for all parts.

    Raises
    ------
    NotFound
        If there is no such run.
    Refused
        If `train` is not a share.
    """
    all_images = images.list_all(s)
    names = image_names(all_images)
    ordered = sorted(all_images, key=lambda image: names[image.id])
    rank = {image.id: place for place, image in enumerate(ordered)}
    all_rois = {roi.id: roi for roi in rois.list_all(s, withdrawn=True)}
    run, found = _labels(s, run_id, policy)
    by_roi = {label.roi_id: label for label in found}
    used = run.policy if run is not None else policy or labels.POLICIES["paper"]
    current = sorted(
        (roi for roi in all_rois.values() if not roi.withdrawn), key=lambda roi: (rank[roi.image_id], roi.id)
    )
    for roi in current:
        # ROIs made after a stored run have no label in it.
        by_roi.setdefault(roi.id, RoiLabel(roi.id, 0, "insufficient"))
    test_votes = used.votes if used.votes == "unassisted" else test_votes
    labelled = {roi.image_id for roi in current if by_roi[roi.id].status == "labelled"}
    split = split_images([image for image in ordered if image.id in labelled], train=train, seed=seed)
    revisions = _revisions(s)
    in_test = [by_roi[roi.id] for roi in current if split.get(roi.image_id) == "test"]
    remade: dict[int, RoiLabel] = {}
    if test_votes == "unassisted":
        remade = unassisted_labels(in_test, (revision.rating for revision in revisions), used)
    shown = {revision.rating.prediction_id for revision in revisions}
    return Material(
        version=program_version(),
        created_at=datetime.now(UTC).replace(microsecond=0),
        project=project.get(s),
        policy=used,
        run=run,
        train=train,
        seed=seed,
        test_votes=test_votes,
        images={image.id: image for image in ordered},
        names=names,
        rois=current,
        labels={**by_roi, **remade},
        retold=frozenset(remade),
        split=split,
        annotators={person.id: person for person in annotators.list_all(s)},
        revisions=revisions,
        all_rois=all_rois,
        because={(entry.kind, entry.target_id): entry.reason for entry in exclusions.standing(s)},
        predictors={model.id: model for model in predictions.predictors(s)},
        predictions=predictions.get_many(s, (number for number in shown if number is not None)),
    )


def image_names(images: list[ImageRecord]) -> dict[int, str]:
    """What each image is called: its path, with more before it where two would be called the same."""
    names = {image.id: image.path for image in images}
    before: Callable[[ImageRecord], str]
    for before in (lambda image: PurePath(image.root).name, lambda image: image.sha256[:12]):
        # Names that differ only in case are one file on some systems.
        taken = Counter(name.casefold() for name in names.values())
        for image in images:
            if taken[names[image.id].casefold()] > 1:
                names[image.id] = f"{before(image)}/{image.path}"
    return names


def _labels(
    s: Session, run_id: int | None, policy: LabelPolicy | None
) -> tuple[LabelRunRecord | None, list[RoiLabel]]:
    if run_id is None:
        return None, labels.compute(s, policy or labels.POLICIES["paper"])
    return labels.get_run(s, run_id), labels.run_labels(s, run_id)


def _revisions(s: Session) -> list[Revision]:
    found: list[Revision] = []
    for rating in ratings.all_latest(s, practice=True):
        if rating.revision > 1:
            earlier = ratings.history(s, rating.roi_id, rating.annotator_id, rating.kind)[:-1]
            found += [Revision(old, latest=False) for old in earlier]
        found.append(Revision(rating, latest=True))
    return found
