"""What the dialog of handing out shows and hands back. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from seagull_studio.state.filter_view import FilterFields, FilterView

AssignAction = Literal["look", "assign", "take back"]


@dataclass(frozen=True, slots=True)
class AssignFields:
    """What a person says of handing out."""

    people: tuple[str, ...]
    raters: int
    """Annotators per ROI; 0 for as many as are wanted of each."""
    rois: int = 0
    """At most so many ROIs; 0 for all."""
    load: int = 0
    """Nobody has more than so many to rate; 0 for no limit."""
    among: FilterFields = field(default_factory=FilterFields)
    """Only ROIs that it takes."""


@dataclass(frozen=True, slots=True)
class AssignRow:
    """One annotator, what they would get, and what they would have to rate then."""

    name: str
    more: int
    open: int


@dataclass(frozen=True, slots=True)
class AssignView:
    """What handing out would come to, and what can be said about it."""

    rows: tuple[AssignRow, ...]
    """Everybody who can be handed something."""
    fields: AssignFields
    assigned: int
    sentences: tuple[str, ...]
    """What it would come to, and what it could not do."""
    choices: FilterView = field(default_factory=FilterView)
    """What can be chosen from."""


@dataclass(frozen=True, slots=True)
class AssignAnswer:
    """What to do next: look again, hand out what was shown, or take back from the people chosen."""

    action: AssignAction
    fields: AssignFields
