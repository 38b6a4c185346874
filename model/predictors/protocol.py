"""What a model that predicts ratings is, and what it says of one ROI. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from annotation_db.vocabulary.scales import DISTORTIONS, NON_EXISTENT

Rgb = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
LevelProbabilities = tuple[float, ...]
"""Probabilities of the levels 0..4; they add up to 1."""
PredictorKind = Literal["seagull", "baseline", "plugin"]


class PredictorError(Exception):
    """A model can not be used; ``str(error)`` is one sentence for a person."""


class NotAssessable(PredictorError):
    """This picture or this mask can not be assessed; others can."""


class OutOfMemory(PredictorError):
    """The device or the machine has no memory left; others may yet be assessed."""


@dataclass(frozen=True, slots=True)
class DistortionProbabilities:
    """What a model says of one distortion of one ROI."""

    presence: float
    """Probability that it is there, 0..1."""
    severity: LevelProbabilities | None
    """Given that it is there; None where the model did not tell."""

    @property
    def value(self) -> float | None:
        """The expected vote, 0..5: absent counts 5."""
        if self.severity is None:
            return None
        there = sum(level * p for level, p in enumerate(self.severity))
        return (1.0 - self.presence) * NON_EXISTENT + self.presence * there

    def vote(self) -> tuple[int | None, float | None]:
        """The vote to suggest and its probability: by majority absent, else the likeliest severity.

        Both are None for one that is there with a severity that the model did not tell.
        """
        if self.presence <= 0.5:
            return NON_EXISTENT, 1.0 - self.presence
        if self.severity is None:
            return None, None
        level = likeliest_level(self.severity)
        return level, self.presence * self.severity[level]


@dataclass(frozen=True, slots=True)
class RoiPrediction:
    """What one model says of one ROI. A scale that it does not tell is None, never a guess."""

    quality: LevelProbabilities | None = None
    importance: LevelProbabilities | None = None
    distortions: Mapping[str, DistortionProbabilities] = field(default_factory=dict)
    """By name; those that the model is not made for are left out."""
    raw_text: str = ""
    unreadable: tuple[str, ...] = ()
    """Scales that the model was asked about and whose answer could not be read."""
    quality_value: float | None = None
    """0..4, from a model that gives a number and no probabilities."""
    note: str = ""
    """One sentence where the ROI is doubtful for this model."""

    @property
    def quality_score(self) -> float | None:
        """The expected quality, 0..4."""
        return self.quality_value if self.quality is None else expected_level(self.quality)

    @property
    def importance_score(self) -> float | None:
        """The expected importance, 0..4."""
        return None if self.importance is None else expected_level(self.importance)

    @property
    def votes(self) -> tuple[int | None, ...]:
        """What a pre-fill shows: eight, in the order of `SCALE_NAMES`."""
        return tuple(vote for vote, _ in self._suggested())

    @property
    def confidences(self) -> tuple[float | None, ...]:
        """The probabilities of the votes, 0..1; None where the model gives none."""
        return tuple(confidence for _, confidence in self._suggested())

    def _suggested(self) -> list[tuple[int | None, float | None]]:
        said = [self.distortions.get(name) for name in DISTORTIONS]
        found = [(None, None) if one is None else one.vote() for one in said]
        if self.quality is None and self.quality_value is not None:
            # Half way goes up, as everywhere in this project.
            found.append((int(self.quality_value + 0.5), None))
        else:
            found.append(_likeliest_or_none(self.quality))
        found.append(_likeliest_or_none(self.importance))
        return found


@runtime_checkable
class Predictor(Protocol):
    """A model that says something of ROIs. Others join through the entry points of `factory`."""

    @property
    def name(self) -> str:
        """Shown to people."""
        ...

    @property
    def kind(self) -> PredictorKind:
        """Models of others are of kind "plugin"."""
        ...

    @property
    def signature(self) -> str:
        """Changes whenever the same ROI may get another prediction: weights, labels, version."""
        ...

    @property
    def card(self) -> Mapping[str, Any]:
        """JSON values: what it was trained on, counts, cross-validation, source path."""
        ...

    @property
    def untrained(self) -> bool:
        """Random weights, for trying and for tests; every screen says so."""
        ...

    def predict(self, rgb: Rgb, masks: Sequence[Mask]) -> list[RoiPrediction]:
        """What the model says of the ROIs of one picture.

        Parameters
        ----------
        rgb : ndarray of uint8, shape (H, W, 3)
        masks : sequence of ndarray of bool, shape (H, W)
            Each with at least one pixel.

        Returns
        -------
        list of RoiPrediction
            One per mask, in order.

        Raises
        ------
        NotAssessable
            If one of them, or the picture, can not be assessed.
        PredictorError
            If the model can not go on.
        """
        ...


def expected_level(probabilities: LevelProbabilities) -> float:
    """The mean of the levels 0..4 under their probabilities."""
    return sum(level * p for level, p in enumerate(probabilities))


def likeliest_level(probabilities: LevelProbabilities) -> int:
    """The most probable level; of equal ones the lower."""
    return max(range(len(probabilities)), key=probabilities.__getitem__)


def check_inputs(rgb: Rgb, masks: Sequence[Mask]) -> None:
    """Refuse what no model here can read.

    Raises
    ------
    NotAssessable
        If the picture is no 8-bit RGB, or a mask is empty or of another size.
    """
    if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.size == 0:
        raise NotAssessable(f"A picture must be 8-bit RGB, not {rgb.dtype} of shape {rgb.shape}.")
    for mask in masks:
        if mask.shape != rgb.shape[:2]:
            raise NotAssessable(
                f"A mask of shape {mask.shape} does not fit a picture of shape {rgb.shape[:2]}; mark the ROI "
                "again."
            )
        if not mask.any():
            raise NotAssessable("The mask is empty; mark the ROI again.")


def as_json(prediction: RoiPrediction) -> dict[str, Any]:
    """A prediction as JSON values, for `from_json`."""
    return asdict(prediction)


def from_json(values: Mapping[str, Any]) -> RoiPrediction:
    """The prediction that `as_json` wrote.

    Raises
    ------
    KeyError, TypeError, ValueError
        If it is none.
    """
    known = {name: values[name] for name in (f.name for f in fields(RoiPrediction))}
    return RoiPrediction(
        **{
            **known,
            "quality": _level_probabilities(known["quality"]),
            "importance": _level_probabilities(known["importance"]),
            "distortions": {
                name: DistortionProbabilities(float(said["presence"]), _level_probabilities(said["severity"]))
                for name, said in known["distortions"].items()
            },
            "unreadable": tuple(known["unreadable"]),
        }
    )


def _likeliest_or_none(probabilities: LevelProbabilities | None) -> tuple[int | None, float | None]:
    if probabilities is None:
        return None, None
    level = likeliest_level(probabilities)
    return level, probabilities[level]


def _level_probabilities(values: Sequence[float] | None) -> LevelProbabilities | None:
    return None if values is None else tuple(float(value) for value in values)
