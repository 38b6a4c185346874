"""What it takes to make a baseline; light, so that a window can say it before anything is loaded."""

from __future__ import annotations

from typing import Final

POLICY: Final = "paper-unassisted"
"""Labels that it is fitted to by default, so that no model learns from what another one suggested."""
MIN_ROIS: Final = 30
"""With such a label; below it the baseline refuses to be made."""
MIN_IMAGES: Final = 10
"""On which they lie; likewise."""


def is_enough(rois: int, images: int) -> bool:
    """Whether a baseline can be made of so many labelled ROIs on so many images."""
    return rois >= MIN_ROIS and images >= MIN_IMAGES
