"""What the page of one's own ratings shows. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScaleComparison:
    """One scale of a ROI: what one said oneself, and what the label says."""

    title: str
    own: str
    label: str
    differs: bool


@dataclass(frozen=True, slots=True)
class ComparedRoi:
    """A ROI on which one's own rating and the label differ."""

    roi_id: int
    name: str
    scales: tuple[ScaleComparison, ...]
    distance: int
    """All differences together, in levels."""

    @property
    def differing(self) -> str:
        """The titles of the scales that differ."""
        return ", ".join(one.title for one in self.scales if one.differs)


@dataclass(frozen=True, slots=True)
class CompareView:
    """All of them, and what is to be said above."""

    said: str
    rois: tuple[ComparedRoi, ...]
