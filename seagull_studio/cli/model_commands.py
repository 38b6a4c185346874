"""The commands about models and their options. What they do is imported only when one is called."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import typer

Project = Annotated[str, typer.Argument(help="Project folder or database URL.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
_MOST_SEED = 2**31 - 1


def add_to(app: typer.Typer, do: Callable[..., None]) -> None:
    """Add the commands to the program's; `do` performs one (see `commands`)."""

    @app.command()
    def predict(
        project: Project,
        model: Annotated[
            str,
            typer.Option(
                help="Folder with a SEAGULL checkpoint or a baseline, or NAME:REST such as metric:brisque."
            ),
        ],
        device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1, mps ...")] = "auto",
        processes: Annotated[int, typer.Option(min=1, help="Processes, one for each GPU.")] = 1,
        limit: Annotated[int | None, typer.Option(min=1, help="Only so many pictures.")] = None,
        out: Annotated[
            Path | None, typer.Option(help="Write what the model says of all ROIs into this file, too.")
        ] = None,
        json: Json = False,
    ) -> None:
        """Let a model predict every ROI it has not yet. Ctrl-C stops; the next call goes on."""
        from seagull_studio.cli import models

        if processes > 1 and limit is not None:
            raise typer.BadParameter("it has no meaning for several processes.", param_hint="--limit")
        do(json, models.predict, project, model, device, processes, limit, out)

    @app.command("fit-baseline")
    def fit_baseline(
        project: Project,
        policy: Annotated[str, typer.Option(help="Label policy, as in aggregate.")] = "paper-unassisted",
        min_raters: Annotated[
            int | None, typer.Option(min=1, help="Fewest ratings for a label; the policy's if not given.")
        ] = None,
        json: Json = False,
    ) -> None:
        """Fit the built-in baseline to the project's ratings, in seconds."""
        from seagull_studio.cli import models

        do(json, models.fit_baseline, project, policy, min_raters)

    @app.command()
    def models(
        folders: Annotated[
            list[Path] | None, typer.Argument(help="Folders to look in beside the weights folders.")
        ] = None,
        check: Annotated[bool, typer.Option("--check", help="Look whether each is complete.")] = False,
        project: Annotated[str | None, typer.Option(help="Look in a project's models too.")] = None,
        json: Json = False,
    ) -> None:
        """List the models on this machine, and those that can be fetched."""
        from seagull_studio.cli import models as commands

        do(json, commands.models, list(folders or []), check, project)

    @app.command()
    def download(
        name: Annotated[str, typer.Argument(help="As models lists it, such as sam-vit-b.")],
        folder: Annotated[Path | None, typer.Option(help="Folder to put it in.")] = None,
        yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
        json: Json = False,
    ) -> None:
        """Fetch published weights: asks first, goes on where it broke off, checks the hash."""
        from seagull_studio.cli import models

        do(json, models.download, name, folder, yes)

    @app.command()
    def evaluate(
        predictions: Annotated[Path, typer.Option(help="Prediction file, as predict --out writes.")],
        labels: Annotated[Path, typer.Option(help="rois_test.json or rois.json of an export.")],
        against: Annotated[
            Path | None, typer.Option(help="Prediction file of another model, to compare with.")
        ] = None,
        bootstrap: Annotated[
            int, typer.Option(min=1, max=100_000, help="Resamples of the images for intervals.")
        ] = 1000,
        seed: Annotated[int, typer.Option(min=0, max=_MOST_SEED, help="Seed of resamples and panels.")] = 0,
        subset: Annotated[
            bool, typer.Option("--subset", help="The label file holds only some of what was predicted.")
        ] = False,
        report: Annotated[Path | None, typer.Option(help="Write a report as one HTML file.")] = None,
        images: Annotated[
            Path | None, typer.Option(help="Folder of the pictures, for the report; the export's own if any.")
        ] = None,
        overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the report.")] = False,
        json: Json = False,
    ) -> None:
        """Hold a model's predictions against the labels of an export: the paper's figures, with intervals."""
        from seagull_studio.cli import evaluating

        do(
            json,
            evaluating.evaluate,
            predictions,
            labels,
            against,
            bootstrap=bootstrap,
            seed=seed,
            subset=subset,
            report=report,
            images=images,
            overwrite=overwrite,
        )

    @app.command("init-checkpoint")
    def init_checkpoint(
        folder: Annotated[Path, typer.Argument(help="A new or empty folder.", show_default=False)],
        preset: Annotated[
            Literal["tiny", "small"],
            typer.Option(help="tiny answers in a second and finetunes in about a minute; small is larger."),
        ] = "tiny",
        seed: Annotated[int, typer.Option(min=0, max=_MOST_SEED, help="Same seed, same weights.")] = 0,
        json: Json = False,
    ) -> None:
        """Make a SEAGULL checkpoint with RANDOM weights: for trying, and as a base to finetune."""
        from seagull_studio.cli import models

        do(json, models.init_checkpoint, folder, preset, seed)
