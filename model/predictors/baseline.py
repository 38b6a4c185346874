"""The baseline: classical measures and ordinal regression, fitted to a project's own labels.

It needs no download and no GPU, and is called "baseline" wherever it shows. Scales that it could not tell
better than by their plain frequencies, in cross-validation, it leaves out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

import numpy as np

from annotation_db.vocabulary.callbacks import Progress
from annotation_db.vocabulary.scales import DISTORTIONS, NON_EXISTENT, SCALE_NAMES, SCALES
from model.plain_files import FileRefused, read_object, write_whole
from model.predictors import features
from model.predictors.baseline_fit import (
    FALSE_ALARM_RATE,
    MEASURES,
    FittedScale,
    LabelledRoi,
    fit_scales,
    is_predicted,
)
from model.predictors.ordinal import Floats, OrdinalModel
from model.predictors.protocol import (
    DistortionProbabilities,
    LevelProbabilities,
    Mask,
    PredictorError,
    PredictorKind,
    Rgb,
    RoiPrediction,
)

FILE: Final = "baseline.json"
_FORMAT: Final = 2
"""1 told scales that chance had brought as well."""
_LEAST: Final = 1e-9


class Baseline:
    """A fitted baseline. Make one with `fit` or `load`."""

    kind: PredictorKind = "baseline"
    untrained = False

    def __init__(self, scales: Mapping[str, FittedScale], card: Mapping[str, Any]) -> None:
        self._scales = dict(scales)
        self._card = dict(card)
        told = self._card["cross_validation"]["scales"]
        self._predicted = {name for name in SCALE_NAMES if is_predicted(told[name])}
        content = json.dumps(
            [_FORMAT, features.VERSION, self._numbers(), sorted(self._predicted)], sort_keys=True
        )
        self._digest = hashlib.sha256(content.encode()).hexdigest()

    @classmethod
    def fit(
        cls,
        rois: Sequence[LabelledRoi],
        *,
        card: Mapping[str, Any] | None = None,
        seed: int = 0,
        progress: Progress | None = None,
    ) -> Self:
        """Fit to labelled ROIs, in seconds.

        Parameters
        ----------
        rois : sequence of LabelledRoi
        card : mapping, optional
            JSON values to stand in the card beside counts and cross-validation.
        seed : int
            Of the folds.

        Raises
        ------
        TooFewLabels
            Below `baseline_needs.MIN_ROIS` ROIs or `MIN_IMAGES` pictures.
        """
        scales, validation = fit_scales(rois, seed=seed, progress=progress)
        made = {
            **(card or {}),
            "rois": len(rois),
            "images": len({roi.image for roi in rois}),
            "votes": int(sum(roi.votes[0].sum() for roi in rois)),
            "cross_validation": {
                "by": "picture",
                "strength": "chosen inside each fold",
                "false_alarms": FALSE_ALARM_RATE,
                "told": [name for name in SCALE_NAMES if is_predicted(validation[name])],
                "scales": validation,
            },
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        return cls(scales, made)

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Read what `save` wrote.

        Raises
        ------
        PredictorError
            If it is missing, damaged, or of another version of this program.
        """
        path = Path(folder)
        path = path / FILE if path.is_dir() else path
        try:
            content = read_object(path)
            if (content["format"], content["measures"]) != (_FORMAT, features.VERSION):
                raise PredictorError(
                    f"{path} was made by another version of this program; fit the baseline again."
                )
            scales = {name: _scale(name, content["scales"][name]) for name in SCALE_NAMES}
            return cls(scales, dict(content["card"]))
        except FileNotFoundError:
            raise PredictorError(f"There is no baseline in {folder}; fit one first.") from None
        except FileRefused as error:
            raise PredictorError(str(error)) from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
            told = str(error)[:200] if type(error) is ValueError else "it is not what this program writes"
            raise PredictorError(f"{path} can not be read ({told}); fit the baseline again.") from error

    def save(self, folder: str | Path) -> Path:
        """Write it into a folder, whole or not at all; returns the file.

        Raises
        ------
        PredictorError
            If the disk is full or not writable.
        """
        target = Path(folder)
        content = {
            "format": _FORMAT,
            "measures": features.VERSION,
            "scales": self._numbers(),
            "card": self._card,
        }
        try:
            write_whole(target / FILE, json.dumps(content, indent=1, allow_nan=False))
        except OSError as error:
            raise PredictorError(
                f"The baseline could not be written to {target} ({error.strerror}); make room there."
            ) from error
        return target / FILE

    @property
    def name(self) -> str:
        return f"baseline {self._digest[:8]}"

    @property
    def signature(self) -> str:
        return f"baseline-{self._digest[:16]}"

    @property
    def predicted(self) -> frozenset[str]:
        """The scales that it predicts."""
        return frozenset(self._predicted)

    @property
    def card(self) -> Mapping[str, Any]:
        return self._card

    def predict(self, rgb: Rgb, masks: Sequence[Mask]) -> list[RoiPrediction]:
        """See `protocol.Predictor`."""
        measures = features.measure(rgb, masks)
        if not masks:
            return []
        said = {
            name: self._scales[name].probabilities(measures)
            for name in SCALE_NAMES
            if name in self._predicted
        }
        return [
            RoiPrediction(
                quality=_level_probabilities(said["quality"][roi]) if "quality" in said else None,
                importance=_level_probabilities(said["importance"][roi]) if "importance" in said else None,
                distortions={name: _distortion(said[name][roi]) for name in DISTORTIONS if name in said},
            )
            for roi in range(len(masks))
        ]

    def _numbers(self) -> dict[str, Any]:
        return {
            name: {
                "mean": scale.mean.tolist(),
                "spread": scale.std.tolist(),
                "strength": scale.ridge,
                "weights": scale.model.weights.tolist(),
                "cuts": scale.model.thresholds.tolist(),
            }
            for name, scale in self._scales.items()
        }


def _scale(name: str, values: Mapping[str, Any]) -> FittedScale:
    columns = tuple(features.NAMES.index(measure) for measure in MEASURES[name])
    mean, std, weights, thresholds = (
        np.asarray(values[key], dtype=np.float64) for key in ("mean", "spread", "weights", "cuts")
    )
    shapes = mean.shape, std.shape, weights.shape, thresholds.shape
    p = len(columns)
    if shapes != ((p,), (p,), (2 * p,), (SCALES[name].maximum,)):
        raise ValueError(f"{name} has the wrong number of weights")
    if not (std > 0).all() or not all(np.isfinite(a).all() for a in (mean, std, weights, thresholds)):
        raise ValueError(f"{name} has impossible weights")
    return FittedScale(columns, mean, std, float(values["strength"]), OrdinalModel(weights, thresholds))


def _level_probabilities(probabilities: Floats) -> LevelProbabilities:
    return tuple(float(p) for p in probabilities)


def _distortion(probabilities: Floats) -> DistortionProbabilities:
    there = np.maximum(probabilities[:NON_EXISTENT], _LEAST)
    presence = float(1.0 - probabilities[NON_EXISTENT])
    return DistortionProbabilities(min(max(presence, 0.0), 1.0), _level_probabilities(there / there.sum()))
