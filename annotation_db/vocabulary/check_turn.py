"""A turn of an annotator that is a check and no rating."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CheckKind = Literal["practice", "graded", "gold", "repeat"]
"""Known answers with and without feedback, known answers among real ROIs, and ROIs shown a second time."""


@dataclass(frozen=True, slots=True)
class CheckTurn:
    """What makes a turn of an annotator a check and no rating."""

    kind: CheckKind
    target_id: int
    """Of the item; of the ROI that is shown again."""
    target_uid: str
    attempt: int
    """Of the qualification; of a ROI, how often it is shown again; 1 for gold."""
    slot: int | None = None
    """How many real ROIs the annotator had rated when gold or a repeat was due."""
    number: int = 0
    """In qualification, which of `among` this is, from 1."""
    among: int = 0
    expected: tuple[int, ...] | None = None
    """Eight levels, where they are told after rating: of practice only."""
