"""The commands from handing ROIs out to the export, and their options; done by `labelling`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from annotation_db.vocabulary.scales import MOST_RATERS
from seagull_studio.cli.filter_options import FilterName, Groups, Level, Sources, plain_filter
from seagull_studio.cli.model_commands import MOST_SEED, Json, Project


def add_to(app: typer.Typer, do: Callable[..., None]) -> None:
    """Add the commands to the program's; `do` performs one (see `commands`)."""

    @app.command()
    def assign(
        project: Project,
        raters: Annotated[
            int | None,
            typer.Option(min=1, max=MOST_RATERS, help="Annotators per ROI; the project's if not given."),
        ] = None,
        annotators: Annotated[
            list[str] | None,
            typer.Option("--annotator", metavar="NAME", help="Only to this annotator; may be repeated."),
        ] = None,
        rois: Annotated[int | None, typer.Option(min=1, help="Hand out so many ROIs at most.")] = None,
        load: Annotated[
            int | None, typer.Option(min=1, help="Most ROIs that each may have yet to rate.")
        ] = None,
        named: FilterName = None,
        sources: Sources = None,
        groups: Groups = None,
        level: Level = None,
        fewer_than: Annotated[
            int | None, typer.Option(min=1, help="Only ROIs with fewer ratings than this.")
        ] = None,
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help="Tell what would be done, change nothing.")
        ] = False,
        take_back: Annotated[
            str | None, typer.Option(metavar="NAME", help="Take back what this annotator has not rated.")
        ] = None,
        take_back_all: Annotated[
            bool, typer.Option("--take-back-all", help="Take back what nobody has rated yet.")
        ] = False,
        json: Json = False,
    ) -> None:
        """Hand ROIs to as many annotators as wanted, evenly; or take back what is not rated."""
        from seagull_studio.cli import labelling

        among = plain_filter(named, sources, groups, level, fewer_than)
        if take_back is not None or take_back_all:
            handing = {"--raters": raters, "--annotator": annotators, "--rois": rois, "--load": load}
            handing["--dry-run"] = dry_run or None
            for option, given in handing.items():
                if given is not None:
                    raise typer.BadParameter("it has no meaning beside taking back.", param_hint=option)
            if take_back is not None and take_back_all:
                raise typer.BadParameter(
                    "it has no meaning beside --take-back.", param_hint="--take-back-all"
                )
            do(json, labelling.take_back, project, take_back, named, among)
        do(json, labelling.assign, project, raters, annotators, rois, load, named, among, dry_run)

    @app.command()
    def aggregate(
        project: Project,
        min_raters: Annotated[
            int, typer.Option(min=1, max=MOST_RATERS, help="Fewest ratings for a label.")
        ] = 7,
        policy: Annotated[
            str, typer.Option(help="paper or include-non-existent; either with -unassisted.")
        ] = "paper",
        json: Json = False,
    ) -> None:
        """Compute labels from ratings, and store them as a label run."""
        from seagull_studio.cli import labelling

        do(json, labelling.aggregate, project, min_raters, policy)

    @app.command()
    def export(
        project: Project,
        folder: Annotated[Path, typer.Argument(help="Folder to make.")],
        formats: Annotated[
            list[str] | None,
            typer.Option("--format", help="Such as seagull or coco; may be repeated. All if not given."),
        ] = None,
        train: Annotated[
            float | None, typer.Option(min=0, max=1, help="Share of the images that train; 0.8 if not given.")
        ] = None,
        val: Annotated[
            float | None,
            typer.Option(min=0, max=1, help="Share of the images that validate; none if not given."),
        ] = None,
        seed: Annotated[
            int | None, typer.Option(min=0, max=MOST_SEED, help="Seed of the split; 0 if not given.")
        ] = None,
        folds: Annotated[
            int | None, typer.Option(min=0, help="Divide the training images into so many folds.")
        ] = None,
        freeze: Annotated[
            bool, typer.Option("--freeze", help="Later exports keep this split; new images only join.")
        ] = False,
        named: FilterName = None,
        sources: Sources = None,
        groups: Groups = None,
        level: Level = None,
        policy: Annotated[
            str | None, typer.Option(help="Label policy; that of the last aggregate if not given.")
        ] = None,
        min_raters: Annotated[
            int | None, typer.Option(min=1, help="Fewest ratings for a label; as --policy.")
        ] = None,
        test_votes: Annotated[
            str, typer.Option(help="Votes that test labels are made of: unassisted or all.")
        ] = "unassisted",
        pseudonyms: Annotated[
            bool, typer.Option("--pseudonyms", help="Call annotators rater-01, rater-02 ... in this export.")
        ] = False,
        copy_images: Annotated[bool, typer.Option("--copy-images", help="Copy the pictures too.")] = False,
        overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an export in FOLDER.")] = False,
        json: Json = False,
    ) -> None:
        """Write labels, masks, votes and splits into a folder."""
        from annotation_db.exports.formats import FORMATS
        from seagull_studio.cli import labelling

        wanted = [name for given in formats or FORMATS for name in given.split(",")]
        for name in wanted:
            if name not in FORMATS:
                raise typer.BadParameter(
                    f"{name!r} is not one of {', '.join(FORMATS)}.", param_hint="--format"
                )
        if test_votes not in ("unassisted", "all"):
            raise typer.BadParameter(
                f"{test_votes!r} is neither unassisted nor all.", param_hint="--test-votes"
            )
        do(
            json,
            labelling.export,
            project,
            folder,
            formats=wanted,
            train=train,
            val=val,
            seed=seed,
            folds=folds,
            freeze=freeze,
            named=named,
            among=plain_filter(named, sources, groups, level),
            policy=policy,
            min_raters=min_raters,
            test_votes=test_votes,
            pseudonyms=pseudonyms,
            copy_images=copy_images,
            overwrite=overwrite,
        )
