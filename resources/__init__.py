"""Scales with their wording and examples, icons, style sheets, translations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).resolve().parent


def path(*parts: str) -> Path:
    """The path of one resource, such as ``path("icons", "undo.svg")``. It need not exist."""
    return _FOLDER.joinpath(*parts)


def read_text(*parts: str) -> str:
    """The text of one resource (UTF-8)."""
    return path(*parts).read_text(encoding="utf-8")


def read_json(*parts: str) -> Any:
    """The content of one JSON resource."""
    return json.loads(read_text(*parts))
