"""The commands that keep a project safe, and their options. What they do is imported when one is called."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from seagull_studio.cli.model_commands import Json, Project


def add_to(app: typer.Typer, do: Callable[..., None]) -> None:
    """Add the commands to the program's; `do` performs one (see `commands`)."""

    @app.command()
    def check(
        project: Project,
        repair: Annotated[
            bool, typer.Option("--repair", help="Save what can be read of a damaged database.")
        ] = False,
        into: Annotated[
            Path | None, typer.Option(help="Folder for what --repair saves; one beside it if not given.")
        ] = None,
        lay_aside: Annotated[
            bool,
            typer.Option(
                "--lay-aside",
                help="With --repair: keep what the project refuses to take from the journals in "
                "journal/laid-aside.json, and ask about it no more.",
            ),
        ] = False,
        json: Json = False,
    ) -> None:
        """Look whether database, pictures and masks are as they should be."""
        from seagull_studio.cli import safety

        if into is not None and not repair:
            raise typer.BadParameter("it has no meaning without --repair.", param_hint="--into")
        if lay_aside and not repair:
            raise typer.BadParameter("it has no meaning without --repair.", param_hint="--lay-aside")
        do(json, safety.check, project, repair, into, lay_aside)

    @app.command()
    def backup(project: Project, json: Json = False) -> None:
        """Make a backup of the database now; it stays until you remove it."""
        from seagull_studio.cli import safety

        do(json, safety.backup, project)

    @app.command()
    def restore(
        project: Project,
        backup: Annotated[
            str | None,
            typer.Argument(help="newest, the name of a backup, or a file. Lists them if not given."),
        ] = None,
        yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
        json: Json = False,
    ) -> None:
        """List the backups, or put one back; what is there now is kept aside first."""
        from seagull_studio.cli import safety

        do(json, safety.restore, project, backup, yes)
