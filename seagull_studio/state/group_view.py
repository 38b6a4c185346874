"""What the dialog of groups of pictures shows and hands back. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

GroupAction = Literal["pattern", "csv", "similar", "clear", "apply"]


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group as it is, or would be."""

    name: str
    pictures: int
    names: str
    """Of some of its pictures."""


@dataclass(frozen=True, slots=True)
class GroupsView:
    """The groups that a plan gives, and what the person said last."""

    images: int
    grouped: int
    rows: tuple[GroupRow, ...] = ()
    """The largest first."""
    similar: tuple[GroupRow, ...] = ()
    """Sets of pictures that look nearly the same, each to be confirmed; shown in place of the groups."""
    changed: int = 0
    """Pictures that would be in another group than now."""
    said: str = ""
    """What the plan comes to; "" for the groups as they are."""
    pattern: str = ""
    distance: int = 12


@dataclass(frozen=True, slots=True)
class GroupsAnswer:
    """What to do next: look at another plan, or do what is shown."""

    action: GroupAction
    pattern: str = ""
    distance: int = 12
    confirmed: tuple[int, ...] = ()
    """Places in `GroupsView.similar`."""
