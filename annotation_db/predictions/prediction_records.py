"""Frozen records of models, their predictions, and the pre-fill policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from annotation_db.records import PrefillMode

PredictorKind = Literal["seagull", "baseline", "plugin"]
Policy = Literal["off", "prefill", "reveal"]
"""No predictions are shown; shown in the rating panel beforehand; shown after submitting only."""


@dataclass(frozen=True, slots=True)
class PredictorInfo:
    """A model as it presents itself."""

    name: str
    """Shown to people."""
    kind: PredictorKind
    signature: str
    """Hash of weights (or of the labels it was fitted to) and version; another one is another model."""
    card: Mapping[str, Any] = field(default_factory=dict)
    """What it was trained on, counts, cross-validation, source path: JSON values."""
    untrained: bool = False
    """Random weights, for trying and for tests; every screen says so."""


@dataclass(frozen=True, slots=True)
class PredictorRecord:
    """A model that the project knows. Fields as in `PredictorInfo`."""

    id: int
    uid: str
    name: str
    kind: PredictorKind
    signature: str
    card: dict[str, Any]
    untrained: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DistortionPrediction:
    """What a model says of one distortion."""

    present_probability: float
    """0..1."""
    severity_probabilities: tuple[float, ...] | None
    """Of the severities 0..4, given that it is there; None where the reply could not be read."""
    value: float | None
    """Expected vote, 0..5; None where it could not be read."""


@dataclass(frozen=True, slots=True)
class NewPrediction:
    """What a model says of one ROI, to be stored."""

    roi_id: int
    votes: Sequence[int | None]
    """Eight, in the order of `scales.SCALE_NAMES`: what a pre-fill shows. None is never guessed."""
    confidences: Sequence[float | None]
    """Eight probabilities of those votes, 0..1; None without one."""
    quality_probabilities: Sequence[float] | None = None
    """Of the levels 0..4; None when unreadable."""
    quality_score: float | None = None
    """0..4."""
    importance_probabilities: Sequence[float] | None = None
    importance_score: float | None = None
    distortions: Mapping[str, DistortionPrediction] = field(default_factory=dict)
    raw_text: str = ""
    unreadable: Sequence[str] = ()
    """Names of the scales whose reply could not be read. A scale that the model is not made for has
    no vote either, and is not named here."""
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class PredictionRecord:
    """What one model says of one ROI. Fields as in `NewPrediction`."""

    id: int
    uid: str
    roi_id: int
    predictor_id: int
    votes: tuple[int | None, ...]
    confidences: tuple[float | None, ...]
    quality_probabilities: tuple[float, ...] | None
    quality_score: float | None
    importance_probabilities: tuple[float, ...] | None
    importance_score: float | None
    distortions: dict[str, DistortionPrediction]
    raw_text: str
    unreadable: tuple[str, ...]
    computed_at: datetime
    seconds: float | None


@dataclass(frozen=True, slots=True)
class StoreReport:
    """What became of predictions to be stored."""

    stored: int
    kept: int
    """Left as they were, because ratings name them as what their annotator saw."""


@dataclass(frozen=True, slots=True)
class PrefillPolicy:
    """What the project shows of predictions."""

    policy: Policy
    predictor: PredictorRecord | None
    control_share: float
    """Share of each annotator's ROIs, 0..1, that stay without a suggestion."""


@dataclass(frozen=True, slots=True)
class Prefill:
    """What one annotator is to see for one ROI. Hand `mode` and `prediction_id` on to `ratings.submit`."""

    mode: PrefillMode
    prediction: PredictionRecord | None = None
    """To be shown: before rating ("shown") or after submitting ("revealed"); never for "control"."""
    prediction_id: int | None = None
    """The prediction shown, or withheld from a control."""
