"""What the evaluation refuses, and how ROIs are named in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

RoiKey = tuple[str, str]
"""Picture and id, as an export names a ROI."""
_MOST: Final = 5


class EvaluationRefused(Exception):
    """Files that cannot be evaluated; ``str(error)`` is one sentence for a person."""


def named(keys: Sequence[RoiKey]) -> str:
    """The first few ROIs by name, such as ``a.png r1, a.png r2 and 7 more``."""
    told = ", ".join(f"{img} {roi}" for img, roi in keys[:_MOST])
    return told if len(keys) <= _MOST else f"{told} and {len(keys) - _MOST} more"
