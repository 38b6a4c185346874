"""What scales are called in figures: those are for papers, so in English whatever the window speaks."""

from __future__ import annotations

from functools import cache

from seagull_studio.state.rating_view import rating_form


@cache
def _titles() -> dict[str, str]:
    return {row.name: row.title for row in rating_form("en").rows}


def title(scale: str) -> str:
    """Such as ``"Blur"``."""
    return _titles()[scale]
