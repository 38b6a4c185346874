"""The commands of stored label runs, and their options. What they do is imported when one is called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from seagull_studio.cli.model_commands import Json, Project

Run = Annotated[str, typer.Argument(help="Number or uid of a label run.", show_default=False)]


def add_to(app: typer.Typer, do: Callable[..., None]) -> None:
    """Add the commands to the program's; `do` performs one (see `commands`)."""
    group = typer.Typer(help="List, compare or delete stored label runs.", no_args_is_help=True)
    app.add_typer(group, name="labels")

    @group.command("list")
    def listing(project: Project, json: Json = False) -> None:
        """List the label runs, newest first, with the exports and models that name them."""
        from seagull_studio.cli import label_runs

        do(json, label_runs.listing, project)

    @group.command()
    def compare(project: Project, first: Run, second: Run, json: Json = False) -> None:
        """Tell which ROIs have another status or level in the second run, and why."""
        from seagull_studio.cli import label_runs

        do(json, label_runs.compare, project, first, second)

    @group.command()
    def delete(
        project: Project,
        run: Run,
        yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
        json: Json = False,
    ) -> None:
        """Delete a label run, with the labels that no other run has; ratings stay."""
        from seagull_studio.cli import label_runs

        do(json, label_runs.delete, project, run, yes)
