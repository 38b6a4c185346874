"""The program's version, for exports and for people who report a problem."""

from __future__ import annotations

import tomllib
from importlib import metadata
from pathlib import Path


def program_version() -> str:
    """The version: of the source tree this runs from, else of the installed package."""
    try:
        tree = Path(__file__).resolve().parent.parent / "pyproject.toml"
        return str(tomllib.loads(tree.read_text(encoding="utf-8"))["project"]["version"])
    except (OSError, KeyError, ValueError):
        return metadata.version("seagull-studio")
