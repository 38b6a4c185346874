"""The commands about groups of pictures, frozen splits and filters, and their options; done by `grouping`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from seagull_studio.cli.filter_options import Groups, Level, Sources, plain_filter
from seagull_studio.cli.model_commands import Json, Project

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def add_to(app: typer.Typer, do: Callable[..., None]) -> None:
    """Add the commands to the program's; `do` performs one (see `commands`)."""

    @app.command()
    def group(
        project: Project,
        csv: Annotated[
            Path | None,
            typer.Option("--csv", metavar="FILE", help="A table with the columns image and group."),
        ] = None,
        pattern: Annotated[
            str | None,
            typer.Option(
                help="Of file names: the first * is the group (*-*.png), or a regular expression's bracket."
            ),
        ] = None,
        similar: Annotated[
            bool, typer.Option("--similar", help="Look for pictures that are nearly the same.")
        ] = False,
        distance: Annotated[
            int | None,
            typer.Option(min=0, max=32, help="Bits of 64 in which similar ones differ; 12 if not given."),
        ] = None,
        clear: Annotated[bool, typer.Option("--clear", help="Take every picture out of its group.")] = False,
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help="Tell what would be done, change nothing.")
        ] = False,
        yes: Yes = False,
        json: Json = False,
    ) -> None:
        """List the groups of pictures that no split cuts; with options, make them."""
        from seagull_studio.cli import grouping

        ways = [csv is not None, pattern is not None, similar, clear]
        if sum(ways) > 1:
            raise typer.BadParameter(
                "give one of them only.", param_hint="--csv, --pattern, --similar, --clear"
            )
        if distance is not None and not similar:
            raise typer.BadParameter("it has no meaning without --similar.", param_hint="--distance")
        do(json, grouping.group, project, csv, pattern, similar, distance, clear, dry_run, yes)

    @app.command()
    def split(
        project: Project,
        thaw: Annotated[bool, typer.Option("--thaw", help="Forget the frozen split.")] = False,
        yes: Yes = False,
        json: Json = False,
    ) -> None:
        """Say whether a split is frozen; thaw it. Exports freeze it (export --freeze)."""
        from seagull_studio.cli import grouping

        do(json, grouping.split, project, thaw, yes)

    @app.command("filter")
    def filter_(
        project: Project,
        save: Annotated[
            str | None, typer.Option(metavar="NAME", help="Save what the other options say by this name.")
        ] = None,
        remove: Annotated[
            str | None, typer.Option(metavar="NAME", help="Forget the filter of this name.")
        ] = None,
        sources: Sources = None,
        groups: Groups = None,
        level: Level = None,
        rated: Annotated[
            int | None, typer.Option(min=0, help="Only ROIs with so many ratings that count, or more.")
        ] = None,
        fewer_than: Annotated[
            int | None, typer.Option(min=1, help="Only ROIs with fewer ratings than this.")
        ] = None,
        labels: Annotated[
            list[str] | None,
            typer.Option(
                "--label", metavar="SCALE=LEVELS", help="Such as quality=0,1, or blur=5 for none; repeatable."
            ),
        ] = None,
        stability: Annotated[
            float | None,
            typer.Option(
                "--stability-below", min=0, max=1, help="Only ROIs whose least stable scale is below."
            ),
        ] = None,
        rated_by: Annotated[
            list[str] | None,
            typer.Option(metavar="NAME", help="Only ROIs that this annotator rated; repeatable."),
        ] = None,
        model: Annotated[str, typer.Option(help="Name or signature of a model.")] = "",
        distance: Annotated[
            float | None,
            typer.Option(
                "--distance", min=0, max=5, help="Only ROIs whose mean vote is so many levels from --model."
            ),
        ] = None,
        json: Json = False,
    ) -> None:
        """List saved filters of ROIs; count what options take, save it, forget it."""
        from dataclasses import replace

        from seagull_studio.cli import grouping

        if save is not None and remove is not None:
            raise typer.BadParameter("it has no meaning beside --save.", param_hint="--remove")
        wanted = replace(
            plain_filter(None, sources, groups, level, fewer_than),
            rated_at_least=rated,
            labels=grouping.labels_asked(labels or []),
            stability_below=stability,
            annotators=tuple(rated_by or ()),
            model=model,
            distance_at_least=distance,
        )
        do(json, grouping.filters, project, wanted, save, remove)
