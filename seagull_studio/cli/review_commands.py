"""The lead reviewer's commands, and their options. What they do is imported when one is called."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from seagull_studio.cli.model_commands import Json, Project

_MOST_SEED = 2**31 - 1


def add_to(app: typer.Typer, do: Callable[..., None]) -> None:
    """Add the commands to the program's; `do` performs one (see `commands`)."""

    @app.command()
    def agreement(
        project: Project,
        bootstrap: Annotated[int, typer.Option(min=10, max=100_000, help="Resamples of the images.")] = 1000,
        seed: Annotated[int, typer.Option(min=0, max=_MOST_SEED, help="Seed of resamples and panels.")] = 0,
        prior_votes: Annotated[
            int,
            typer.Option(min=0, max=1_000_000, help="Of bias and inconsistency; 0 is P.910 as published."),
        ] = 10,
        votes: Annotated[str, typer.Option(help="all or unassisted.")] = "all",
        csv: Annotated[
            Path | None, typer.Option("--csv", metavar="FOLDER", help="Write tables into this folder too.")
        ] = None,
        overwrite: Annotated[
            bool, typer.Option("--overwrite", help="Replace earlier tables in that folder.")
        ] = False,
        json: Json = False,
    ) -> None:
        """Measure how far annotators agree, and how each of them rates."""
        from seagull_studio.cli import agreement as measuring

        if votes not in ("all", "unassisted"):
            raise typer.BadParameter(f"{votes!r} is neither all nor unassisted.", param_hint="--votes")
        if overwrite and csv is None:
            raise typer.BadParameter("it has no meaning without --csv.", param_hint="--overwrite")
        do(
            json,
            measuring.agreement,
            project,
            bootstrap=bootstrap,
            seed=seed,
            prior_votes=prior_votes,
            votes=votes,
            csv=csv,
            overwrite=overwrite,
        )

    @app.command()
    def report(
        project: Project,
        out: Annotated[Path, typer.Option("--out", metavar="FILE.html", help="The file to write.")],
        bootstrap: Annotated[int, typer.Option(min=10, max=100_000, help="Resamples of the images.")] = 1000,
        seed: Annotated[
            int, typer.Option(min=0, max=_MOST_SEED, help="Seed of resamples, panels and pseudonyms.")
        ] = 0,
        overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")] = False,
        json: Json = False,
    ) -> None:
        """Write one HTML page on methods, agreement, labels and annotators, for a paper."""
        from seagull_studio.cli import report as reporting

        do(json, reporting.report, project, out, bootstrap=bootstrap, seed=seed, overwrite=overwrite)
