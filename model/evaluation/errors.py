"""What the evaluation refuses, and how ROIs are named in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from annotation_db.vocabulary.callbacks import CancelCheck

RoiKey = tuple[str, str]
"""Picture and id, as an export names a ROI."""
_MOST: Final = 5


class EvaluationRefused(Exception):
    """Files that cannot be evaluated; ``str(error)`` is one sentence for a person."""


class EvaluationStopped(Exception):
    """Whoever waits for the figures wants them no longer; nothing was changed."""


def go_on(cancelled: CancelCheck | None) -> None:
    """Ask whether to.

    Raises
    ------
    EvaluationStopped
        If `cancelled` says so.
    """
    if cancelled is not None and cancelled():
        raise EvaluationStopped("The evaluation was not computed to its end.")


def named(keys: Sequence[RoiKey]) -> str:
    """The first few ROIs by name, such as ``a.png r1, a.png r2 and 7 more``."""
    told = ", ".join(_plain(f"{img} {roi}") for img, roi in keys[:_MOST])
    return told if len(keys) <= _MOST else f"{told} and {len(keys) - _MOST} more"


def _plain(name: str) -> str:
    """In one line, whatever a stranger's file calls it."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in name)
