"""The pictures of the sample project: which photograph, which distortions, which ROIs, how many ratings."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from model import distortions
from seagull_studio.operations.sample.photographs import SampleRoi

ENOUGH: Final = 7
"""Ratings of a ROI that nothing else is said about; also the project's raters_wanted."""


@dataclass(frozen=True, slots=True)
class Applied:
    """One distortion applied on purpose."""

    name: str
    severity: int
    """0 extreme .. 4 trivial."""
    variant: str
    inside: str | None = None
    """Name of the ROI it is confined to; None for the whole picture."""

    def words(self) -> str:
        """Say it for the picture's note."""
        where = "the whole picture" if self.inside is None else f"the ROI {self.inside} only"
        return f"{distortions.describe(self.name, self.severity, self.variant)} on {where}"


@dataclass(frozen=True, slots=True)
class SamplePicture:
    """One file of the sample project."""

    file: str
    photograph: str
    rois: tuple[str, ...]
    applied: tuple[Applied, ...] = ()
    ratings: Mapping[str, int] = field(default_factory=dict)
    """Number of ratings of ROIs that do not have `ENOUGH`; 0 leaves a ROI open for the newcomer."""
    remark: str = ""

    def note(self) -> str:
        """Tell exactly what was done to the photograph."""
        done = "; ".join(applied.words() for applied in self.applied) or "the original, nothing applied"
        return f"skimage.data {self.photograph}: {done}.{self.remark and ' ' + self.remark}"

    def render(
        self, photograph: npt.NDArray[np.uint8], drawn: Mapping[str, SampleRoi], seed: int
    ) -> npt.NDArray[np.uint8]:
        """Apply the distortions one after the other; `photograph` is not changed."""
        picture = photograph
        for number, applied in enumerate(self.applied):
            mask = None if applied.inside is None else drawn[applied.inside].mask()
            picture = distortions.apply(
                applied.name, picture, applied.severity, seed + number, variant=applied.variant, mask=mask
            )
        return picture


def png(rgb: npt.NDArray[np.uint8]) -> bytes:
    """A PNG file, without loss; black-and-white photographs as such."""
    grey = bool((rgb == rgb[..., :1]).all())
    encoded = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(rgb[..., 0]) if grey else rgb).save(encoded, "PNG")
    return encoded.getvalue()


PICTURES: Final = (
    SamplePicture(
        "astronaut.png", "astronaut", ("astronaut", "face", "helmet", "patch"), ratings={"face": 9}
    ),
    SamplePicture(
        "astronaut-noise.png",
        "astronaut",
        ("face", "helmet", "shuttle"),
        (Applied("noise", 1, "gaussian"),),
        {"helmet": 8},
    ),
    SamplePicture(
        "astronaut-face-blur.png",
        "astronaut",
        ("face", "shuttle", "patch"),
        (Applied("blur", 2, "gaussian", "face"),),
        {"patch": 5},
    ),
    SamplePicture(
        "astronaut-pale.png",
        "astronaut",
        ("astronaut", "shuttle", "patch"),
        (Applied("colorfulness", 1, "under"),),
        {"shuttle": 0},
    ),
    SamplePicture("chelsea.png", "chelsea", ("cat", "left-eye", "nose"), ratings={"left-eye": 9}),
    SamplePicture(
        "chelsea-garish.png",
        "chelsea",
        ("cat", "right-eye", "nose"),
        (Applied("colorfulness", 1, "over"),),
    ),
    SamplePicture(
        "chelsea-motion.png",
        "chelsea",
        ("cat", "left-eye", "right-eye"),
        (Applied("blur", 1, "motion"),),
        {"right-eye": 3},
    ),
    SamplePicture(
        "chelsea-jpeg.png",
        "chelsea",
        ("cat", "left-eye", "nose"),
        (Applied("compression", 2, "jpeg"),),
        {"nose": 6},
    ),
    SamplePicture("coffee.png", "coffee", ("cup", "spoon", "saucer", "espresso"), ratings={"espresso": 0}),
    SamplePicture(
        "coffee-dark.png",
        "coffee",
        ("cup", "spoon", "saucer"),
        (Applied("exposure", 1, "under"),),
        {"cup": 0, "spoon": 0, "saucer": 0},
    ),
    SamplePicture(
        "coffee-cup-overexposed.png",
        "coffee",
        ("cup", "saucer", "espresso"),
        (Applied("exposure", 2, "over", "cup"),),
        {"saucer": 8},
    ),
    SamplePicture("rocket.png", "rocket", ("rocket", "tower", "launch-pad"), ratings={"tower": 4}),
    SamplePicture(
        "rocket-jpeg.png",
        "rocket",
        ("rocket", "tower", "floodlight"),
        (Applied("compression", 0, "jpeg"),),
    ),
    SamplePicture(
        "motorcycle.png",
        "motorcycle",
        ("motorcycle", "front-wheel", "engine", "cardboard-box"),
        ratings={"cardboard-box": 2},
    ),
    SamplePicture(
        "motorcycle-flat.png",
        "motorcycle",
        ("motorcycle", "seat", "tank"),
        (Applied("contrast", 1, "low"),),
        {"seat": 0},
    ),
    SamplePicture(
        "motorcycle-dark-noisy.png",
        "motorcycle",
        ("motorcycle", "front-wheel", "engine"),
        (Applied("exposure", 3, "under"), Applied("noise", 2, "shot")),
    ),
    SamplePicture("camera.png", "camera", ("cameraman", "video-camera", "face"), ratings={"face": 9}),
    SamplePicture(
        "camera-harsh.png",
        "camera",
        ("cameraman", "face", "tower-block"),
        (Applied("contrast", 2, "high"),),
        {"tower-block": 0},
    ),
    SamplePicture(
        "clock.png",
        "clock",
        ("clock", "dial"),
        remark="The camera moved while it was taken: the blur is the photograph's own.",
    ),
    SamplePicture("coins.png", "coins", (), remark="No ROI yet: mark one yourself."),
)
"""Twenty pictures of eight photographs."""
