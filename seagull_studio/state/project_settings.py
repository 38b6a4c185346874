"""What the dialog of a project's settings shows and hands back. Qt-free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class InstructionsView:
    """The lab's own page for annotators."""

    text: str = ""
    """Markdown; "" where the lab wrote none."""
    pictures: Mapping[str, bytes | Path] = field(default_factory=dict, repr=False)
    """By the names in the text: a PNG of the project, or a file that was just chosen."""


@dataclass(frozen=True, slots=True)
class ProjectSettingsView:
    """Settings as they stand."""

    values: Mapping[str, Any]
    """By the names of `annotation_db.settings.ProjectSettings`."""
    bounds: Mapping[str, tuple[float, float]]
    """By name, the least and the greatest value of each number."""
    seed: int
    guarded: bool
    """Whether the lead role has a passphrase."""
    can_show_predictions: bool
    """Whether a model was chosen whose predictions could be shown."""
    shortest_passphrase: int
    instructions: InstructionsView = InstructionsView()


@dataclass(frozen=True, slots=True)
class SettingsAnswer:
    """What is to be changed."""

    changes: Mapping[str, Any]
    """By name, values that are others than before."""
    instructions: InstructionsView | None = None
    """None where the page is as it was."""
    passphrase: str | None = field(default=None, repr=False)
    """A new one, "" for none from now on, or None for what it is."""
