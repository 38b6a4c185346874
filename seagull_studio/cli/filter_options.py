"""The options that say which ROIs are meant, the same for every command that takes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, cast

import typer

from annotation_db.filters.roi_filter import RoiFilter
from annotation_db.records import RoiLevel

FilterName = Annotated[
    str | None, typer.Option("--filter", metavar="NAME", help="Only ROIs that this saved filter takes.")
]
Sources = Annotated[
    list[str] | None, typer.Option("--source", help="Only of this data set; may be repeated.")
]
Groups = Annotated[
    list[str] | None, typer.Option("--group", help="Only of this group of pictures; may be repeated.")
]
Level = Annotated[str | None, typer.Option("--level", help="Only object or component ROIs.")]


def plain_filter(
    named: str | None,
    sources: Sequence[str] | None,
    groups: Sequence[str] | None,
    level: str | None,
    fewer_than: int | None = None,
) -> RoiFilter:
    """The filter that options say.

    Raises
    ------
    typer.BadParameter
        If a level is none, or a saved filter is named too.
    """
    if level not in (None, "object", "component"):
        raise typer.BadParameter(f"{level!r} is neither object nor component.", param_hint="--level")
    found = RoiFilter(
        sources=tuple(sources or ()),
        groups=tuple(groups or ()),
        level=cast("RoiLevel | None", level),
        rated_fewer_than=fewer_than,
    )
    if named is not None and not found.takes_all:
        raise typer.BadParameter(
            "it has no meaning beside options that say the same; save them as a filter.",
            param_hint="--filter",
        )
    return found
