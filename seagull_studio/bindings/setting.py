"""What pages are made with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from seagull_studio.services.session import Session
from seagull_studio.state.rating_view import RatingForm


@dataclass(frozen=True, slots=True)
class Setting:
    """One annotator in one project."""

    session: Session
    form: RatingForm
    who: str
    """Stands behind what is changed."""
    weights: Sequence[Path]
    """Folders in which weights are looked for."""
    log_path: str
    """Where details of errors are."""
    leads: bool = True
    """Whether they may do what leads do."""
    feedback: bool = False
    """Whether annotators see how their ratings compare with labels."""
