"""Everything that one export tells, read from the project at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_db import project
from annotation_db.database.schema import Prediction, Predictor, Rating
from annotation_db.errors import Refused
from annotation_db.exports.pseudonyms import display_names
from annotation_db.exports.unassisted import unassisted_labels
from annotation_db.filters.matching import matching
from annotation_db.filters.roi_filter import RoiFilter
from annotation_db.labels import labels
from annotation_db.labels.intervals import INTERVAL
from annotation_db.labels.label_stability import Stabilities
from annotation_db.labels.splits import folds_of, split_images
from annotation_db.pictures import frozen_splits, groups, images, rois
from annotation_db.pictures.frozen_splits import Frozen
from annotation_db.pictures.picture_names import image_names
from annotation_db.pictures.split_wish import Part, SplitWish
from annotation_db.rating import annotators, exclusions, ratings
from annotation_db.records import (
    AnnotatorRecord,
    ImageRecord,
    LabelPolicy,
    LabelRunRecord,
    ProjectRecord,
    RoiLabel,
    RoiRecord,
    VotesUsed,
)
from annotation_db.version import program_version
from annotation_db.vocabulary.scales import SCALE_NAMES

_PORTION: Final = 500
"""ROIs whose ratings are looked at together."""


@dataclass(frozen=True, slots=True)
class ExportData:
    """What the writers of all formats draw on, but for the ratings: `votes.of_rois` reads those."""

    version: str
    created_at: datetime
    project: ProjectRecord
    policy: LabelPolicy
    run: LabelRunRecord | None
    """The stored label run that is exported; None when labels were computed for this export."""
    roi_filter: RoiFilter
    """Only ROIs that it takes are exported."""
    wish: SplitWish
    """What the split was to be."""
    frozen: Frozen | None
    """The split that was frozen when the export began."""
    freeze: bool
    """The split is to be frozen where none is."""
    read_only: bool
    """Nothing can be written to the project: images that are new to a frozen split cannot join it."""
    test_votes: VotesUsed
    """Which votes the labels of the test part are made of."""
    images: dict[int, ImageRecord]
    """All images of the project by id, in the order of their names."""
    names: dict[int, str]
    """What each image is called in the export; unique."""
    rois: list[RoiRecord]
    """By image name, then in the order they were made."""
    labels: dict[int, RoiLabel]
    stability: Stabilities
    """Of all of them."""
    counted_labels: dict[VotesUsed, dict[int, RoiLabel] | None]
    """By ROI, the labels whose votes are counted: of all votes, and of unassisted ones; None where no label
    tells (they are all of unassisted votes), so that all ratings that count now are taken."""
    relabelled: frozenset[int]
    """ROIs of the test part whose label some assisted votes were kept out of."""
    split: dict[int, Part]
    """By image id; images without a labelled ROI have no part."""
    folds: dict[int, int]
    """By id of the training images, from 1 on; empty where no folds are wished."""
    annotators: dict[int, AnnotatorRecord]
    display_names: dict[int, str]
    """By annotator, their name or pseudonym."""
    pseudonyms: bool
    all_rois: dict[int, RoiRecord]
    """Withdrawn ones too, unless there is a filter."""
    aliases: dict[int, tuple[str, ...]]
    """By ROI, its other uids."""
    exclusion_reasons: dict[tuple[str, int], str]
    """Reasons of standing exclusions, by kind and target id."""
    shown: dict[int, tuple[str, str]]
    """What annotators were shown, or what was withheld from them: by the prediction's id the model's name and
    the eight votes that it suggested."""

    def part(self, part: Part) -> list[RoiRecord]:
        """The labelled ROIs of one part of the split."""
        return [
            roi
            for roi in self.rois
            if self.labels[roi.id].status == "labelled" and self.split.get(roi.image_id) == part
        ]

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that there are, in their order."""
        return self.wish.parts

    def groups(self) -> dict[str, list[str]]:
        """The names of the pictures of each group, of those that are in the split."""
        divided = ((self.images[image_id], self.images[image_id].group) for image_id in self.split)
        return {
            group: [self.names[image.id] for image in of_group]
            for group, of_group in groups.members(divided).items()
        }

    def votes_of(self, roi: RoiRecord) -> VotesUsed:
        """Which votes the label of a ROI is made of."""
        return self.test_votes if self.split.get(roi.image_id) == "test" else self.policy.votes

    def simulated(self, rated: set[int]) -> list[AnnotatorRecord]:
        """The simulated annotators among those who rated."""
        return [person for person in self.annotators.values() if person.simulated and person.id in rated]

    def exclusion_of(self, rating_id: int, annotator_id: int, roi_id: int) -> tuple[str, str]:
        """What keeps a rating from counting ("rating", "annotator", "roi", "image" or ""), and the reason.

        A reason is a person's own text, which may hold names: beside pseudonyms it is left out.
        """
        if not self.exclusion_reasons:
            return "", ""
        image_id = self.all_rois[roi_id].image_id
        targets = (("rating", rating_id), ("annotator", annotator_id), ("roi", roi_id), ("image", image_id))
        for kind, target in targets:
            if (kind, target) in self.exclusion_reasons:
                return kind, "" if self.pseudonyms else self.exclusion_reasons[kind, target]
        return "", ""

    def origin(self, origin: str) -> str:
        """Where a rating came from; beside pseudonyms without the name of a file, which may be a person's."""
        return origin.partition(":")[0] if self.pseudonyms else origin


def collect(
    s: Session,
    *,
    run_id: int | None,
    policy: LabelPolicy | None,
    asked: Mapping[str, Any],
    roi_filter: RoiFilter | None = None,
    freeze: bool = False,
    test_votes: VotesUsed = "unassisted",
    pseudonyms: bool = False,
    read_only: bool = False,
) -> ExportData:
    """Read all that an export tells.

    Parameters
    ----------
    run_id : int, optional
        A stored label run; otherwise labels are computed now under `policy` (the paper's if None).
    asked : mapping
        What was asked of the split (see `frozen_splits.wish_of`).
    roi_filter : RoiFilter, optional
        Only ROIs that it takes, and their ratings, by the labels that are exported.
    freeze : bool
        The split is to be frozen where none is.
    test_votes : {"unassisted", "all"}
        Which votes the labels of the test part are made of. A policy of unassisted votes holds
        for all parts.
    pseudonyms : bool
        Call annotators by names that say nothing.
    read_only : bool
        Nothing can be written to the project.

    Raises
    ------
    NotFound
        If there is no such run, or the filter names what is not there.
    Refused
        If the filter cannot be meant or takes nothing, the split cannot be as it was asked for, or there is
        nothing to freeze.
    """
    frozen = frozen_splits.get(s)
    wish = frozen_splits.wish_of(frozen, asked)
    all_images = images.list_all(s)
    names = image_names(all_images)
    ordered = sorted(all_images, key=lambda image: names[image.id])
    rank = {image.id: place for place, image in enumerate(ordered)}
    all_rois = {roi.id: roi for roi in rois.list_all(s, withdrawn=True)}
    run, found = _labels(s, run_id, policy)
    by_roi = {label.roi_id: label for label in found}
    used = replace(run.policy, interval=INTERVAL) if run is not None else policy or labels.POLICIES["paper"]
    if roi_filter is not None and not roi_filter.takes_all:
        taken = matching(s, roi_filter, found)
        if not taken:
            raise Refused(
                "The filter takes no ROI of this project, so there is nothing to export; change it."
            )
        all_rois = {roi_id: roi for roi_id, roi in all_rois.items() if roi_id in taken}
    current = sorted(
        (roi for roi in all_rois.values() if not roi.withdrawn), key=lambda roi: (rank[roi.image_id], roi.id)
    )
    for roi in current:
        # ROIs made after a stored run have no label in it.
        by_roi.setdefault(roi.id, RoiLabel(roi.id, 0, "insufficient"))
    test_votes = used.votes if used.votes == "unassisted" else test_votes
    labelled = {roi.image_id for roi in current if by_roi[roi.id].status == "labelled"}
    if freeze and frozen is None and not labelled:
        raise Refused(
            "No image has a ROI with enough ratings for a label yet, so there is no split to freeze; export "
            "without freezing it."
        )
    divided = [image for image in ordered if image.id in labelled]
    split = split_images(divided, wish, frozen.parts_with_groups(all_images) if frozen else None)
    folds = folds_of(divided, split, wish, frozen.folds_with_groups(all_images) if frozen else None)
    alone = _remade(s, [by_roi[roi.id] for roi in current], used)
    in_test = {roi.id for roi in current if split.get(roi.image_id) == "test"}
    if test_votes != "unassisted":
        in_test = set()
    remade = {roi_id: label for roi_id, label in alone.items() if roi_id in in_test}
    told = {**by_roi, **remade}
    people = annotators.list_all(s)
    return ExportData(
        version=program_version(),
        created_at=datetime.now(UTC).replace(microsecond=0),
        project=project.get(s),
        policy=used,
        run=run,
        roi_filter=roi_filter or RoiFilter(),
        wish=wish,
        frozen=frozen,
        freeze=freeze,
        read_only=read_only,
        test_votes=test_votes,
        images={image.id: image for image in ordered},
        names=names,
        rois=current,
        labels=told,
        stability=Stabilities(list(told.values()), used),
        counted_labels={
            "all": None if used.votes == "unassisted" else by_roi,
            "unassisted": {**by_roi, **alone},
        },
        relabelled=frozenset(remade),
        split=split,
        folds=folds,
        annotators={person.id: person for person in people},
        display_names=display_names(people, pseudonyms=pseudonyms),
        pseudonyms=pseudonyms,
        all_rois=all_rois,
        aliases=rois.aliases(s),
        exclusion_reasons={(entry.kind, entry.target_id): entry.reason for entry in exclusions.standing(s)},
        shown=_shown(s),
    )


def _remade(s: Session, made: list[RoiLabel], policy: LabelPolicy) -> dict[int, RoiLabel]:
    """Labels that assisted votes entered, made anew of the others (see `unassisted`)."""
    touched = set(
        s.scalars(select(Rating.roi_id).where(Rating.prefill.in_(("shown", "revealed"))).distinct())
    )
    affected = [label for label in made if label.roi_id in touched]
    remade: dict[int, RoiLabel] = {}
    for start in range(0, len(affected), _PORTION):
        some = affected[start : start + _PORTION]
        roi_ids = [label.roi_id for label in some]
        own = ratings.own_opinions(s, roi_ids)
        remade |= unassisted_labels(some, ratings.of_rois(s, roi_ids), own, policy)
    return remade


def _shown(s: Session) -> dict[int, tuple[str, str]]:
    seen = select(Rating.prediction_id).where(Rating.prediction_id.is_not(None))
    columns = (Prediction.id, Predictor.name, *(getattr(Prediction, name) for name in SCALE_NAMES))
    query = select(*columns).join(Predictor, Predictor.id == Prediction.predictor_id)
    return {
        row[0]: (row[1], " ".join("-" if vote is None else str(vote) for vote in row[2:]))
        for row in s.execute(query.where(Prediction.id.in_(seen)))
    }


def _labels(
    s: Session, run_id: int | None, policy: LabelPolicy | None
) -> tuple[LabelRunRecord | None, list[RoiLabel]]:
    if run_id is None:
        return None, labels.compute(s, policy or labels.POLICIES["paper"])
    run, found = labels.get_run(s, run_id), labels.run_labels(s, run_id)
    return run, found if run.policy.interval == INTERVAL else labels.told_anew(s, found, run.policy)
