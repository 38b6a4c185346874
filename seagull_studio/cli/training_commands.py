"""The commands about training and their options. What they do is imported only when one is called."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


def add_to(app: typer.Typer, do: Callable[..., None]) -> None:
    """Add the commands to the program's; `do` performs one (see `commands`)."""

    @app.command()
    def finetune(
        export: Annotated[Path, typer.Argument(help="Export folder to train on.", show_default=False)],
        base: Annotated[
            Path, typer.Option(help="Folder with the SEAGULL checkpoint to start from.", show_default=False)
        ],
        out: Annotated[Path, typer.Option(help="New folder for the run.", show_default=False)],
        preset: Annotated[str, typer.Option(help="tuned, paper or stage-1.")] = "tuned",
        config: Annotated[Path | None, typer.Option(help="JSON file of settings.")] = None,
        settings: Annotated[
            list[str] | None,
            typer.Option("--set", metavar="KEY=VALUE", help="One setting, such as epochs=3."),
        ] = None,
        resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --out.")] = False,
        json: Json = False,
    ) -> None:
        """Finetune a SEAGULL checkpoint on an export. Ctrl-C stops; --resume goes on."""
        from seagull_studio.cli import training

        do(json, training.finetune, export, base, out, preset, config, list(settings or []), resume)

    @app.command()
    def merge(
        adapter: Annotated[Path, typer.Argument(help="The folder adapter of a run.", show_default=False)],
        out: Annotated[Path, typer.Option(help="New folder for the merged model.", show_default=False)],
        base: Annotated[
            Path | None, typer.Option(help="The base, where it is not the folder that the adapter names.")
        ] = None,
        json: Json = False,
    ) -> None:
        """Merge an adapter into its base: one folder of the published layout, in float32."""
        from seagull_studio.cli import training

        do(json, training.merge, adapter, out, base)
