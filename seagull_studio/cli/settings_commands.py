"""The commands about a project's settings, instructions, roles and passphrase, and their options."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from seagull_studio.cli.model_commands import Json, Project


def add_to(app: typer.Typer, annotator: typer.Typer, do: Callable[..., None]) -> None:
    """Add the commands to the program's; `do` performs one (see `commands`)."""

    @app.command()
    def settings(
        project: Project,
        given: Annotated[
            list[str] | None,
            typer.Option("--set", metavar="NAME=VALUE", help="Change a setting; repeatable, all or none."),
        ] = None,
        json: Json = False,
    ) -> None:
        """Show what a lead set of the project; with --set, change it."""
        from seagull_studio.cli import settings as commands

        do(json, commands.settings, project, list(given or []))

    @app.command()
    def instructions(
        project: Project,
        file: Annotated[
            Path | None, typer.Option(help="Markdown file of the new page, its pictures beside it.")
        ] = None,
        clear: Annotated[bool, typer.Option("--clear", help="Remove the page.")] = False,
        json: Json = False,
    ) -> None:
        """Show the lab's page for annotators; with --file or --clear, change it."""
        from seagull_studio.cli import settings as commands

        if clear and file is not None:
            raise typer.BadParameter("it has no meaning beside --file.", param_hint="--clear")
        do(json, commands.instructions, project, file, clear)

    @app.command()
    def passphrase(
        project: Project,
        new: Annotated[bool, typer.Option("--set", help="Set it, or another one.")] = False,
        remove: Annotated[bool, typer.Option("--remove", help="Take it away.")] = False,
        forgotten: Annotated[
            bool,
            typer.Option("--forgotten", help="Take it away without knowing it: for the database's owner."),
        ] = False,
        yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
        json: Json = False,
    ) -> None:
        """Say whether the lead role has a passphrase; set it, or take it away."""
        from seagull_studio.cli import settings as commands

        if new + remove + forgotten > 1:
            raise typer.BadParameter("choose one of them.", param_hint="--set, --remove, --forgotten")
        do(json, commands.passphrase, project, new, remove, forgotten, yes)

    @annotator.command("role")
    def annotator_role(
        project: Project,
        name: Annotated[str, typer.Argument(help="The name the annotator goes by.")],
        role: Annotated[str, typer.Argument(help="annotator or lead.")],
        json: Json = False,
    ) -> None:
        """Make somebody a lead, or an annotator again."""
        from seagull_studio.cli import settings as commands

        if role not in ("annotator", "lead"):
            raise typer.BadParameter(f"{role!r} is neither annotator nor lead.", param_hint="ROLE")
        do(json, commands.role, project, name, role)
