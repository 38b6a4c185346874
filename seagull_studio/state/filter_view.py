"""What a filter of ROIs asks for, as a person says it, and what can be chosen from. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FilterFields:
    """All of it at once; "" and 0 for what is not asked for."""

    named: str = ""
    """A saved filter, which holds too."""
    source: str = ""
    group: str = ""
    level: str = ""
    at_least: int = 0
    """Counting ratings."""
    fewer_than: int = 0
    """Counting ratings."""
    scale: str = ""
    """Of the label; "" for any label."""
    label: int = 0
    """Level of that scale's label."""
    stability: int = 0
    """The least stable label is less stable than this, in percent."""
    annotator: str = ""
    """Who has rated it."""
    model: str = ""
    """From whose prediction `distance` is measured; "" for none."""
    distance: float = 0.0
    """In levels, at least, on the worst scale."""


@dataclass(frozen=True, slots=True)
class FilterView:
    """What can be chosen from."""

    sources: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    annotators: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    saved: tuple[str, ...] = field(default=())
    """Names of saved filters."""


@dataclass(frozen=True, slots=True)
class FilterAnswer:
    """What somebody wants to look at."""

    fields: FilterFields
    save_as: str = ""
    """The name that the fields are to be kept by; "" for not at all."""
