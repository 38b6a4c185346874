"""What long work tells, and asks: the same everywhere."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int, str], None]
"""Called as (done, total, what) while something long runs."""
CancelCheck = Callable[[], bool]
"""Asked now and then; True stops the work."""
