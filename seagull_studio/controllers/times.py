"""Moments as they are shown."""

from __future__ import annotations

from datetime import datetime


def shown_time(at: datetime) -> str:
    """A moment by the clock of this machine, to the minute."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M")
