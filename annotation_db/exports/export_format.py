"""What makes an export format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotation_db.exports.writer import Writer


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """One format, written beside the raw votes that are in every export; `formats` lists them all."""

    name: str
    """As the command line and the manifest say it."""
    title: str
    """For people, in English."""
    files: Mapping[str, str]
    """The files that it may write, each with what it holds, for the README."""
    write: Callable[[Writer], None]
    has_masks: bool = True
    """Masks are looked at before they are written."""
    has_history: bool = False
    """It comes with every rating ever given, too."""
