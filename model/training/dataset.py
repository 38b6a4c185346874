"""What a run is trained and validated on: which ROIs of an export, and what is left out and why."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from annotation_db.vocabulary.scales import OVERALL, SCALES
from model.training.config import TrainingConfig
from model.training.errors import TrainingError
from model.training.export_folder import Export, ExportedImage, ExportedRoi
from model.training.vote_counts import RoiVotes

FEWEST_ROIS: Final = 8
"""Training ROIs without which nothing begins."""
FEWEST_GROUPS: Final = 2
"""Groups of training images: one at least is held out."""


@dataclass(frozen=True, slots=True)
class TrainingRoi:
    """A ROI with the votes that count."""

    number: int
    """Among those of its picture in this part."""
    roi: ExportedRoi
    votes: RoiVotes


@dataclass(frozen=True, slots=True)
class TrainingImage:
    """A picture with those of its ROIs that are used."""

    image: ExportedImage
    rois: tuple[TrainingRoi, ...]

    def name_of(self, number: int) -> str:
        """A ROI for sentences."""
        return f"ROI {self.rois[number].roi.id} of {self.image.name}"


@dataclass(frozen=True, slots=True)
class Dataset:
    """An export, divided."""

    train: tuple[TrainingImage, ...]
    validation: tuple[TrainingImage, ...]
    test: tuple[TrainingImage, ...]
    own_validation: bool
    """The export had a validation part of its own."""
    min_votes: int
    left_out: int
    """ROIs of the training images that have fewer votes that count."""

    def counts(self) -> dict[str, Any]:
        """For people and files: images, groups, ROIs, votes and levels."""
        parts = {"train": self.train, "validation": self.validation, "test": self.test}
        return {
            **{
                part: {
                    "images": len(images),
                    "groups": len({unit(one.image) for one in images}),
                    "rois": sum(len(one.rois) for one in images),
                    "votes": sum(roi.votes.n for one in images for roi in one.rois),
                }
                for part, images in parts.items()
            },
            "levels": {scale: _levels(self.train, scale) for scale in OVERALL},
            "own_validation": self.own_validation,
            "min_votes": self.min_votes,
            "left_out": self.left_out,
        }


def divide(export: Export, config: TrainingConfig) -> Dataset:
    """Choose the ROIs, and hold out whole groups of training images for validation.

    The test part keeps every labelled ROI of the export, whatever votes count here: its labels are the
    export's.

    Raises
    ------
    TrainingError
        If there are no votes, too few labels or groups, or one level only, or a group lies in several parts.
    """
    _refuse_cut(export)
    least = config.min_votes or export.min_raters
    usable = [image for image in export.images if image.part == "train"]
    every = [roi for image in usable for roi in image.rois]
    if not any(roi.votes[config.votes].n for roi in every):
        told = f"{export.folder} has no vote on its training images"
        if any(roi.votes["all"].n for roi in every):
            told += (
                " that was given without a model's suggestion in view; set votes=all to train on the others"
            )
        raise TrainingError(f"{told}.")
    train = [_of(image, config, least) for image in usable]
    used = [image for image in train if image.rois]
    left_out = len(every) - sum(len(image.rois) for image in used)
    _refuse_few(sum(len(image.rois) for image in used), export, least, left_out)
    own = [_of(image, config, least) for image in export.images if image.part == "val"]
    own = [image for image in own if image.rois]
    held = set() if own else held_out([one.image for one in used], config)
    rest = [one for one in used if unit(one.image) not in held]
    validation = own or [one for one in used if unit(one.image) in held]
    rois = [roi for one in rest for roi in one.rois]
    _refuse_few(len(rois), export, least, left_out)
    for scale in OVERALL:
        levels = {roi.votes.level(scale) for roi in rois}
        if len(levels) == 1:
            word = SCALES[scale].word(levels.pop())
            raise TrainingError(
                f"All {len(rois)} training ROIs of {export.folder} have the same level of {scale} ({word}), "
                "so there is nothing to tell apart; rate ROIs of other levels too."
            )
    test = [_of(image, config, None) for image in export.images if image.part == "test"]
    return Dataset(
        train=tuple(rest),
        validation=tuple(validation),
        test=tuple(one for one in test if one.rois),
        own_validation=bool(own),
        min_votes=least,
        left_out=left_out,
    )


def _refuse_cut(export: Export) -> None:
    """Refuse a group on both sides: what is measured on the held-out ones would flatter the model."""
    part_of: dict[str, str] = {}
    for image in export.images:
        part = part_of.setdefault(unit(image), image.part) if image.part else ""
        if part != image.part:
            raise TrainingError(
                f"The group {image.group} lies in the parts {part} and {image.part} of {export.folder}, so "
                "that what is learnt of it would be measured on it; export again."
            )


def _refuse_few(rois: int, export: Export, least: int, left_out: int) -> None:
    if rois < FEWEST_ROIS:
        raise TrainingError(
            f"{rois} ROIs of {export.folder} can be trained on, and {FEWEST_ROIS} are needed, each with "
            f"{least} votes that count or more ({left_out} have fewer); rate more, or lower min_votes."
        )


def held_out(images: Sequence[ExportedImage], config: TrainingConfig) -> set[str]:
    """Groups for validation: drawn by the seed until the share of images is reached; at least one.

    Raises
    ------
    TrainingError
        If there are fewer than two groups.
    """
    sizes: dict[str, int] = {}
    for image in images:
        sizes[unit(image)] = sizes.get(unit(image), 0) + 1
    if len(sizes) < FEWEST_GROUPS:
        raise TrainingError(
            f"The training images make {len(sizes)} group, and {FEWEST_GROUPS} are needed, because one is "
            "held out for validation; export more images, or a validation part."
        )
    order = sorted(sizes, key=lambda name: hashlib.sha256(f"{config.seed}/{name}".encode()).digest())
    wanted, chosen, taken = config.validation_share * len(images), set[str](), 0
    for name in order[: len(order) - 1]:
        # A group that would overshoot by more than what is missing is passed over.
        if chosen and (taken >= wanted or taken + sizes[name] - wanted > wanted - taken):
            continue
        chosen.add(name)
        taken += sizes[name]
    return chosen


def unit(image: ExportedImage) -> str:
    """What is never divided: the image's group, or the image alone."""
    return f"group/{image.group}" if image.group else f"image/{image.name}"


def _of(image: ExportedImage, config: TrainingConfig, least: int | None) -> TrainingImage:
    """The ROIs of a picture with enough votes that count; with None those that the export labels."""
    chosen = [
        roi for roi in image.rois if (roi.labelled if least is None else roi.votes[config.votes].n >= least)
    ]
    return TrainingImage(
        image, tuple(TrainingRoi(n, roi, roi.votes[config.votes]) for n, roi in enumerate(chosen))
    )


def _levels(images: Iterable[TrainingImage], scale: str) -> dict[str, int]:
    found = [roi.votes.level(scale) for one in images for roi in one.rois]
    return {level.word: found.count(level.value) for level in SCALES[scale].levels}
