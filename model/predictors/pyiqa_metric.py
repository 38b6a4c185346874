"""Any no-reference metric of pyiqa on the ROI's crop: quality only (the paper's crop-based comparison).

pyiqa is the optional extra ``metrics``; it downloads the metric's weights itself where it needs any.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Self

import numpy as np

from annotation_db.vocabulary.scales import MAX_SCORE
from model.predictors.protocol import (
    Mask,
    NotAssessable,
    OutOfMemory,
    PredictorError,
    PredictorKind,
    Rgb,
    RoiPrediction,
    check_inputs,
)

_RANGE: Final = re.compile(r"^\s*(~?)\s*(-?[\d.]+)\s*,\s*(~?)\s*(-?[\d.]+)\s*$")
_SMALLEST: Final = 32
"""Shortest side a crop is given; metrics pool their input several times."""


class PyiqaMetric:
    """A no-reference metric. Make one with `load`.

    Its number is put on 0..4 along the metric's own stated range, which is no calibration: ranks mean
    something, levels only roughly. It has no probabilities, so its suggestions carry no confidence.
    """

    kind: PredictorKind = "plugin"
    untrained = False

    def __init__(self, metric: Any, name: str, version: str) -> None:
        self._metric = metric
        self._name, self._version = name, version
        self._worst, self._best, self._exact = _ends(name, metric)

    @classmethod
    def load(cls, name: str, device: str = "auto") -> Self:
        """Make a metric ready.

        Parameters
        ----------
        name : str
            As pyiqa calls it: "brisque", "niqe", "musiq", "clipiqa", "topiq_nr" ...
        device : str
            "auto", "cpu", "cuda" ...

        Raises
        ------
        PredictorError
            If pyiqa is not installed, or has no such no-reference metric.
        """
        try:
            import pyiqa
        except ImportError as error:
            raise PredictorError(
                f"The metric {name} needs the library {error.name}, which is not installed; install it with: "
                "pip install seagull-studio[metrics]."
            ) from error
        except Exception as error:  # It imports every metric it has, and each may fail in its own way.
            first = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise PredictorError(f"The library pyiqa does not start ({first}); install it again.") from error
        known = pyiqa.list_models(metric_mode="NR")
        if name not in known:
            raise PredictorError(
                f"pyiqa has no no-reference metric {name}; it has {', '.join(sorted(known)[:8])} and others."
            )
        try:
            metric = pyiqa.create_metric(name, device=_device(device))
        except Exception as error:  # Metrics fetch weights and read them in many ways of their own.
            first = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise PredictorError(
                f"The metric {name} could not be made ready ({first}); its weights are downloaded at first "
                "use, so look at the network."
            ) from error
        return cls(metric, name, str(getattr(pyiqa, "__version__", "")))

    @property
    def name(self) -> str:
        return f"{self._name} (crop)"

    @property
    def signature(self) -> str:
        return f"pyiqa-{self._name}-{self._version}-1"

    @property
    def card(self) -> Mapping[str, Any]:
        return {
            "metric": self._name,
            "library": f"pyiqa {self._version}",
            "says": "quality only, on the ROI's bounding box",
            "scale": f"its own range, {self._worst:g} (worst) to {self._best:g} (best), as 0 to {MAX_SCORE}",
            "range_is_exact": self._exact,
        }

    def predict(self, rgb: Rgb, masks: Sequence[Mask]) -> list[RoiPrediction]:
        """See `protocol.Predictor`."""
        check_inputs(rgb, masks)
        return [self._one(rgb, mask) for mask in masks]

    def _one(self, rgb: Rgb, mask: Mask) -> RoiPrediction:
        import torch

        from model.seagull.memory import is_out_of_memory

        crop = _crop(rgb, mask)
        batch = torch.from_numpy(crop.copy()).permute(2, 0, 1)[None].float() / 255
        try:
            with torch.inference_mode():
                raw = float(self._metric(batch))
        except (RuntimeError, MemoryError, ValueError, AssertionError) as error:
            if is_out_of_memory(error):
                raise OutOfMemory(
                    f"There is too little memory for {self._name}; use another device."
                ) from error
            raise NotAssessable(
                f"{self._name} can not read a crop of {crop.shape[1]} x {crop.shape[0]}."
            ) from error
        if raw != raw:
            raise NotAssessable(
                f"{self._name} gives no number for a crop of {crop.shape[1]} x {crop.shape[0]}."
            )
        place = (raw - self._worst) / (self._best - self._worst)
        return RoiPrediction(
            quality_value=MAX_SCORE * min(max(place + 0.0, 0.0), 1.0), raw_text=f"{self._name}: {raw:.6g}"
        )


def _crop(rgb: Rgb, mask: Mask) -> Rgb:
    """The mask's bounding box, grown where it is smaller than metrics can read."""
    ends = []
    for axis in (0, 1):
        line = np.flatnonzero(mask.any(axis=1 - axis))
        first, last = int(line[0]), int(line[-1]) + 1
        lack = max(0, _SMALLEST - (last - first))
        first = max(0, min(first - lack // 2, mask.shape[axis] - (last - first) - lack))
        ends.append(slice(first, max(last, min(mask.shape[axis], first + _SMALLEST))))
    return rgb[ends[0], ends[1]]


def _ends(name: str, metric: Any) -> tuple[float, float, bool]:
    """The worst and the best number of a metric, and whether it states them exactly."""
    found = _RANGE.match(str(getattr(metric, "score_range", "")))
    if found is None:
        raise PredictorError(f"pyiqa does not state the range of {name}; choose another metric.")
    low, high = float(found[2]), float(found[4])
    exact = not (found[1] or found[3])
    return (high, low, exact) if metric.lower_better else (low, high, exact)


def _device(name: str) -> Any:
    from model.seagull.devices import choose_device
    from model.seagull.errors import SeagullError

    try:
        return choose_device(name)
    except SeagullError as error:
        raise PredictorError(str(error)) from error
