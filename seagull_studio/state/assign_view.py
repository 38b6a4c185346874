"""What the dialog of handing out shows and hands back. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

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
    source: str = ""
    group: str = ""
    level: str = ""
    fewer_than: int = 0
    """Only ROIs with fewer ratings; 0 for all."""
    named: str = ""
    """A saved filter."""


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
    sources: tuple[str, ...] = field(default=())
    groups: tuple[str, ...] = field(default=())
    filters: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class AssignAnswer:
    """What to do next: look again, hand out what was shown, or take back from the people chosen."""

    action: AssignAction
    fields: AssignFields
