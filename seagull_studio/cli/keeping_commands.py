"""The commands on label runs and pictures, and their options. What they do is imported when one is called."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from seagull_studio.cli.model_commands import Json, Project

Run = Annotated[int, typer.Argument(help="Number of a label run, as labels list prints it.")]
Picture = Annotated[str, typer.Argument(help="Path or file name of a picture.", show_default=False)]


def add_to(app: typer.Typer, do: Callable[..., None]) -> None:
    """Add the commands to the program's; `do` performs one (see `commands`)."""
    labels = typer.Typer(help="List, compare or delete label runs.", no_args_is_help=True)
    app.add_typer(labels, name="labels")
    picture = typer.Typer(help="Withdraw pictures, or bring them back.", no_args_is_help=True)
    app.add_typer(picture, name="picture")

    @labels.command("list")
    def labels_list(project: Project, json: Json = False) -> None:
        """List the label runs, newest first."""
        from seagull_studio.cli import label_runs

        do(json, label_runs.list_runs, project)

    @labels.command("compare")
    def labels_compare(project: Project, first: Run, second: Run, json: Json = False) -> None:
        """Say which ROIs changed their levels from one run to another, and why."""
        from seagull_studio.cli import label_runs

        do(json, label_runs.compare, project, first, second)

    @labels.command("delete")
    def labels_delete(
        project: Project,
        run: Run,
        yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
        json: Json = False,
    ) -> None:
        """Delete a label run, and the labels that no other run has."""
        from seagull_studio.cli import label_runs

        do(json, label_runs.delete, project, run, yes)

    @app.command()
    def relocate(
        project: Project,
        folder: Annotated[Path, typer.Argument(help="Folder that pictures moved to; subfolders too.")],
        json: Json = False,
    ) -> None:
        """Find moved or renamed pictures again, by their bytes."""
        from seagull_studio.cli import pictures

        do(json, pictures.relocate, project, str(folder))

    @picture.command("withdraw")
    def picture_withdraw(
        project: Project,
        image: Picture,
        reason: Annotated[str, typer.Option(help="Why; it stands in the audit trail and the exports.")],
        json: Json = False,
    ) -> None:
        """Withdraw a picture: its ROIs are neither handed out, labelled nor exported."""
        from seagull_studio.cli import pictures

        do(json, pictures.withdraw, project, image, reason)

    @picture.command("restore")
    def picture_restore(project: Project, image: Picture, json: Json = False) -> None:
        """Bring a withdrawn picture back."""
        from seagull_studio.cli import pictures

        do(json, pictures.restore, project, image)
