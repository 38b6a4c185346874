"""The commands on pictures, and their options. What they do is imported when one is called."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from seagull_studio.cli.model_commands import Json, Project

Picture = Annotated[str, typer.Argument(help="Path or file name of a picture.", show_default=False)]


def add_to(app: typer.Typer, do: Callable[..., None]) -> None:
    """Add the commands to the program's; `do` performs one (see `commands`)."""
    picture = typer.Typer(help="Withdraw pictures, or bring them back.", no_args_is_help=True)
    app.add_typer(picture, name="picture")

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
