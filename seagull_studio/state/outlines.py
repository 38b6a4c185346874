"""A ROI as the canvas shows it. Made by controllers, off the GUI thread where masks are large."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seagull_studio.state import contours


@dataclass(frozen=True, slots=True, eq=False)
class RoiOutline:
    """Outline and caption of one frozen ROI."""

    id: int
    contours: tuple[contours.Loop, ...]
    """Closed loops along pixel edges, in picture coordinates, holes included."""
    bbox: tuple[int, int, int, int]
    """x, y, width, height in pixels."""
    label: str = ""
    level: str = "object"
    """``"object"`` or ``"component"``."""

    @classmethod
    def from_mask(
        cls,
        roi_id: int,
        mask: npt.NDArray[np.bool_],
        *,
        origin: tuple[int, int] = (0, 0),
        label: str = "",
        level: str = "object",
    ) -> RoiOutline:
        """Trace `mask` (H, W), whose upper left pixel lies at `origin` of the picture.

        Parameters
        ----------
        roi_id : int
            Whose outline it is.
        mask : ndarray of bool, shape (H, W)
            True inside.
        origin : tuple of int
            Column and row of its upper left pixel.
        label : str
            What is written beside it.
        level : str
            ``"object"`` or ``"component"``.
        """
        loops = contours.trace(mask, origin)
        return cls(roi_id, loops, contours.bounds(loops), label, level)

    def contains(self, x: float, y: float) -> bool:
        """Whether the picture point (x, y) lies inside the mask."""
        left, top, width, height = self.bbox
        if not (left <= x < left + width and top <= y < top + height):
            return False
        return contours.contains(self.contours, x, y)
