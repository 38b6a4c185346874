"""The true values behind the simulated ratings of the sample project: a stated, simple model.

Every scale has a latent value that simulated annotators see with a bias and noise (see
`simulated_raters`). For a ROI of an original it is what the makers judged. A distortion applied at
severity s has the latent severity s where it covers the whole ROI, and

    t = ABSENT - f * (ABSENT - s)

where it covers a share f of its pixels; the worse of this and the original's own severity holds.
Quality falls from the original's by LOSS for every step of added severity below 5, counted whole for the
distortion that costs most and half for the others; importance stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from annotation_db.vocabulary.scales import DISTORTIONS, MAX_SCORE, NON_EXISTENT, SCALE_NAMES
from seagull_studio.operations.sample.photographs import SampleRoi
from seagull_studio.operations.sample.pictures import SamplePicture

ABSENT: Final = 5.75
"""Latent severity of a distortion that is not there: beyond 4.5, where "non-existent" (5) begins."""

LOSS: Final[Mapping[str, float]] = {
    "blur": 0.70,
    "colorfulness": 0.45,
    "compression": 0.60,
    "contrast": 0.50,
    "exposure": 0.60,
    "noise": 0.55,
}
"""Steps of quality lost per step of severity, by distortion; our choice, not a measurement."""


def true_values(picture: SamplePicture, roi: SampleRoi, drawn: Mapping[str, SampleRoi]) -> dict[str, float]:
    """Return the latent value of each of the eight scales, in the order of `SCALE_NAMES`.

    Parameters
    ----------
    picture : SamplePicture
        The picture that the ROI is rated on.
    roi : SampleRoi
        The ROI, from the same photograph.
    drawn : mapping of str to SampleRoi
        All ROIs of the photograph, for distortions confined to one of them.
    """
    own = {name: roi.severity.get(name, ABSENT) for name in DISTORTIONS}
    latent = dict(own)
    for applied in picture.applied:
        share = 1.0 if applied.inside is None else _share(roi.mask(), drawn[applied.inside].mask())
        latent[applied.name] = min(latent[applied.name], ABSENT - share * (ABSENT - applied.severity))
    latent["quality"] = min(max(roi.quality - _lost(own, latent), 0.0), float(MAX_SCORE))
    latent["importance"] = roi.importance
    return {name: round(latent[name], 4) for name in SCALE_NAMES}


def _lost(own: Mapping[str, float], now: Mapping[str, float]) -> float:
    """Steps of quality that the added severity costs."""
    costs = [
        LOSS[name] * (min(own[name], NON_EXISTENT) - min(now[name], NON_EXISTENT)) for name in DISTORTIONS
    ]
    return (max(costs) + sum(costs)) / 2


def _share(mask: npt.NDArray[np.bool_], inside: npt.NDArray[np.bool_]) -> float:
    return float((mask & inside).sum() / mask.sum())
