"""A group of figures as JSON values: each with its interval, and a reason for each that does not exist."""

from __future__ import annotations

from math import isfinite
from typing import Any

from annotation_db.agreement.resampling import Interval


class Block:
    """Figures in the making."""

    def __init__(self) -> None:
        self._figures: dict[str, Any] = {}
        self._intervals: dict[str, list[float] | None] = {}
        self._left_out: dict[str, int] = {}
        self._undefined: dict[str, str] = {}

    def put(self, name: str, value: float | None, why: str = "") -> None:
        """A figure; `why` it does not exist, where it is None or no number."""
        known = value is not None and isfinite(value)
        self._figures[name] = float(value) if known and value is not None else None
        if not known:
            self._undefined[name] = why

    def put_interval(self, name: str, interval: Interval) -> None:
        """The interval of a figure that was put before; one without a value has none, for its reason."""
        why = interval.undefined
        if self._figures[name] is None:
            interval, why = Interval(None, interval.left_out, None), self._undefined[name]
        self._intervals[name] = None if interval.ci95 is None else list(interval.ci95)
        self._left_out[name] = interval.left_out
        if interval.ci95 is None and why is not None:
            self._undefined[f"ci95.{name}"] = why

    def as_json(self, **more: Any) -> dict[str, Any]:
        """The group."""
        told = {**self._figures, **more}
        if self._intervals:
            told |= {"ci95": self._intervals, "resamples_left_out": self._left_out}
        return {**told, "undefined": self._undefined or None}
