"""The program's version, for exports and for people who report a problem."""

from __future__ import annotations

from typing import Final

VERSION: Final = "0.1.0"
"""The one place where it is written: packaging reads it from here too."""


def program_version() -> str:
    """The version, such as "0.1.0"."""
    return VERSION
