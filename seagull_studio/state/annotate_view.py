"""What the rail, the tool bar and the ROI list show. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ModeView:
    """One mode of the rail."""

    id: str
    """Such as ``annotate`` or ``project``."""
    title: str
    icon: str
    """Name of an icon in resources/icons."""
    apart: bool = False
    """It leads out of the project: shown apart from the others, and never as the current one."""


@dataclass(frozen=True, slots=True)
class ToolView:
    """One tool of the canvas and the key that takes it."""

    id: str
    key: str


TOOLS: Final = (
    ToolView("select", "V"),
    ToolView("click", "C"),
    ToolView("box", "B"),
    ToolView("brush", "R"),
    ToolView("eraser", "E"),
    ToolView("polygon", "P"),
    ToolView("pan", "H"),
)
"""The tools in the order of the tool bar."""


@dataclass(frozen=True, slots=True)
class HypothesisView:
    """Which of the segmenter's masks is shown."""

    index: int
    """0-based"""
    count: int
    predicted_iou: float | None


@dataclass(frozen=True, slots=True)
class RoiRow:
    """One line of the ROI list. It never holds what others gave: rating is blind."""

    id: int
    label: str
    level: str
    """``"object"`` or ``"component"``."""
    area: int
    """Pixels inside the mask."""
    may_withdraw: bool = True
    """Whether whoever sits there may withdraw it."""
