"""The sample project, made once in a process."""

from __future__ import annotations

from pathlib import Path

from seagull_studio.operations import sample_project
from tests.copies import copied


def sample(folder: Path) -> Path:
    """A copy of the sample project in `folder`/project."""
    copied(_make, folder)
    return folder / "project"


def _make(folder: Path) -> None:
    sample_project.create(folder / "project", seed=3).close()
