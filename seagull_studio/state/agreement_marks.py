"""Krippendorff's customary marks of alpha: lines to look at, never gates."""

from __future__ import annotations

from typing import Final

MARKS: Final = (0.667, 0.800)
