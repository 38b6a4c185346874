"""The photographs that come inside scikit-image's wheel, and the ROIs drawn on them by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

import resources
from annotation_db.pictures import masks
from annotation_db.vocabulary.scales import DISTORTIONS

SOURCE: Final = "scikit-image"
"""The data set named with every picture of the sample project."""

PHOTOGRAPHS: Final = ("astronaut", "chelsea", "coffee", "rocket", "motorcycle", "camera", "coins", "clock")


@dataclass(frozen=True, slots=True)
class SampleRoi:
    """One ROI drawn on a photograph, with what its makers judged true of the undistorted original."""

    name: str
    level: Literal["object", "component"]
    size: tuple[int, int]
    """(height, width) of the photograph."""
    counts: str
    """COCO compressed RLE counts."""
    quality: float
    """0 bad .. 4 excellent."""
    importance: float
    """0 unimportant .. 4 essential."""
    severity: Mapping[str, float]
    """Distortions that the original itself has, 0 extreme .. below 5; the others are not there."""

    def mask(self) -> npt.NDArray[np.bool_]:
        """Decode the mask, shape ``size``."""
        return masks.decode(masks.Rle(self.size, self.counts))


def load(name: str) -> npt.NDArray[np.uint8]:
    """Read one of `PHOTOGRAPHS` as sRGB, shape (H, W, 3); nothing is downloaded.

    Raises
    ------
    ValueError
        If `name` is not one of them.
    """
    if name not in PHOTOGRAPHS:
        raise ValueError(f"{name!r} is none of the photographs {', '.join(PHOTOGRAPHS)}")
    from skimage import data

    picture = data.stereo_motorcycle()[0] if name == "motorcycle" else getattr(data, name)()
    return np.ascontiguousarray(picture if picture.ndim == 3 else np.stack([picture] * 3, axis=-1))


def rois() -> dict[str, dict[str, SampleRoi]]:
    """Return the drawn ROIs by photograph and name, in the order they were drawn."""
    read = resources.read_json("sample", "rois.json")["photographs"]
    return {
        photograph: {
            entry["id"]: SampleRoi(
                name=entry["id"],
                level=entry["level"],
                size=(part["size"][0], part["size"][1]),
                counts=entry["rle"],
                quality=entry["quality"],
                importance=entry["importance"],
                severity={name: entry["severity"][name] for name in DISTORTIONS if name in entry["severity"]},
            )
            for entry in part["rois"]
        }
        for photograph, part in read.items()
    }
