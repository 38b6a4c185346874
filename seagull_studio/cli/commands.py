"""The commands and their options. What they do is imported only when one is called."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from annotation_db.errors import Refused
from annotation_db.vocabulary.scales import MOST_RATERS
from seagull_studio.cli import (
    group_commands,
    label_commands,
    labelling_commands,
    people_commands,
    picture_commands,
    qualify_commands,
    review_commands,
    safety_commands,
    settings_commands,
    training_commands,
)
from seagull_studio.cli.acting_for import OPTION, acting_for, taken_out
from seagull_studio.cli.model_commands import MOST_SEED, Json, Project, add_to
from seagull_studio.cli.runner import USAGE, execute

app = typer.Typer(
    name="seagull-studio",
    help="Make a SEAGULL-3k-like dataset of region quality ratings. Without a command: the window.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
annotator = typer.Typer(
    help="Add annotators, list them, merge two that are one person.", no_args_is_help=True
)
app.add_typer(annotator, name="annotator")


def run_command(arguments: list[str]) -> int:
    """Parse and do one command; returns its exit status."""
    try:
        rest, name = taken_out(arguments)
    except Refused as error:
        print(error, file=sys.stderr)
        if "--json" in arguments:
            print(json.dumps({"error": str(error)}))
        return USAGE
    try:
        with acting_for(name):
            app(args=rest, prog_name="seagull-studio")
    except SystemExit as stop:
        status = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        if status == USAGE and "--json" in arguments:
            print(json.dumps({"error": "Wrong usage; see: seagull-studio --help."}))
        return status
    return 0


def _do(as_json: bool, work: Any, *given: Any, **options: Any) -> None:
    raise typer.Exit(execute(as_json, lambda output: work(output, *given, **options)))


def _version(wanted: bool) -> None:
    if wanted:
        from annotation_db.version import program_version

        print(f"seagull-studio {program_version()}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    acts_for: Annotated[
        str,
        typer.Option(
            OPTION, metavar="NAME", help="Act as this annotator (with any command); else as a lead."
        ),
    ] = "",
) -> None:
    del version, acts_for  # whom a command acts for is taken out beforehand, so that it may stand anywhere


@app.command()
def new(
    project: Project,
    images: Annotated[Path, typer.Option("--images", help="Folder of pictures, subfolders too.")],
    source: Annotated[str, typer.Option(help="Data set the pictures come from.")] = "",
    raters: Annotated[int, typer.Option(min=1, max=MOST_RATERS, help="Annotators wanted per ROI.")] = 7,
    name: Annotated[str | None, typer.Option(help="Name of the project; the folder's if not given.")] = None,
    min_area: Annotated[int, typer.Option(min=1, help="Smallest ROI accepted, in pixels.")] = 1024,
    seed: Annotated[int | None, typer.Option(min=0, max=MOST_SEED, help="Seed of all drawn orders.")] = None,
    json: Json = False,
) -> None:
    """Make a project from a folder of pictures."""
    from seagull_studio.cli import projects

    _do(json, projects.new, project, images, source, raters, name, min_area, seed)


@app.command("import")
def import_(
    project: Project,
    file: Annotated[Path, typer.Argument(help="File to import (a folder for labelme and pictures).")],
    kind: Annotated[str, typer.Option(help="rois, ratings or images.")],
    fmt: Annotated[str, typer.Option("--format", help="auto, seagull, coco, labelme, csv or xlsx.")] = "auto",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be done, change nothing.")
    ] = False,
    revise: Annotated[
        bool, typer.Option("--revise", help="Ratings that differ become new revisions.")
    ] = False,
    skip: Annotated[bool, typer.Option("--skip", help="Leave ROIs out that cannot be taken.")] = False,
    on_conflict: Annotated[
        str | None,
        typer.Option(
            help="A ROI whose id another region has: refuse, skip, or rename it. Refuse if not given."
        ),
    ] = None,
    source: Annotated[str, typer.Option(help="Data set that pictures come from.")] = "",
    columns: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="OURS=THEIRS", help="What a column is called there; repeatable."),
    ] = None,
    separator: Annotated[
        str, typer.Option(help="comma, semicolon, tab or bar, if it is not found out.")
    ] = "",
    encoding: Annotated[str, typer.Option(help="Such as windows-1252, if it is not found out.")] = "",
    same_person: Annotated[
        bool, typer.Option("--same-person", help="Names that are nearly the same are one person.")
    ] = False,
    distinct_names: Annotated[
        bool, typer.Option("--distinct-names", help="Names that are nearly the same are other people.")
    ] = False,
    json: Json = False,
) -> None:
    """Import ROIs, ratings or more pictures: a file as a whole, or nothing of it."""
    from seagull_studio.cli import importing

    kinds = {
        "rois": ("auto", "seagull", "coco", "labelme"),
        "ratings": ("auto", "csv", "xlsx"),
        "images": ("auto",),
    }
    if kind not in kinds:
        raise typer.BadParameter(f"{kind!r} is not one of {', '.join(kinds)}.", param_hint="--kind")
    if fmt not in kinds[kind]:
        raise typer.BadParameter(
            f"{fmt!r} is no format of {kind}; choose from {', '.join(kinds[kind])}.", param_hint="--format"
        )
    misplaced = {
        "--dry-run": dry_run and kind == "images",
        "--revise": revise and kind != "ratings",
        "--skip": skip and kind != "rois",
        "--on-conflict": on_conflict is not None and kind != "rois",
        "--source": bool(source) and kind != "images",
        "--map": bool(columns) and kind != "ratings",
        "--separator": bool(separator) and kind != "ratings",
        "--encoding": bool(encoding) and kind != "ratings",
        "--same-person": same_person and kind != "ratings",
        "--distinct-names": distinct_names and kind != "ratings",
    }
    for option, wrong in misplaced.items():
        if wrong:
            raise typer.BadParameter(f"it has no meaning for {kind}.", param_hint=option)
    if on_conflict not in (None, "refuse", "skip", "rename"):
        raise typer.BadParameter(
            f"{on_conflict!r} is not one of refuse, skip, rename.", param_hint="--on-conflict"
        )
    if kind == "images":
        _do(json, importing.images, project, file, source)
    if kind == "rois":
        left_out, renamed = skip or on_conflict == "skip", on_conflict == "rename"
        _do(json, importing.rois, project, file, fmt, dry_run, left_out, renamed)
    if same_person and distinct_names:
        raise typer.BadParameter("it has no meaning beside --same-person.", param_hint="--distinct-names")
    how = people_commands.table_format(columns or [], separator, encoding)
    naming = "same" if same_person else "distinct" if distinct_names else "ask"
    _do(json, importing.ratings, project, file, dry_run, revise, how, naming)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Folder to make.")],
    seed: Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Seed of noise and votes.")] = 0,
    json: Json = False,
) -> None:
    """Make a sample project: real photographs, simulated annotators."""
    from seagull_studio.cli import projects

    _do(json, projects.demo, folder, seed)


@app.command()
def embed(
    project: Project,
    segmenter: Annotated[
        str | None, typer.Option(help="Weights file or name; the largest found if not given.")
    ] = None,
    weights: Annotated[Path | None, typer.Option(help="Folder to look for weights in first.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1, mps ...")] = "auto",
    json: Json = False,
) -> None:
    """Encode all pictures for SAM beforehand. Ctrl-C stops; the next call goes on."""
    from seagull_studio.cli import maintenance

    _do(json, maintenance.embed, project, segmenter, weights, device)


@app.command()
def prefill(
    project: Project,
    policy: Annotated[str | None, typer.Option(help="off, prefill or reveal (after submitting).")] = None,
    model: Annotated[str | None, typer.Option(help="Whose predictions: name or signature.")] = None,
    control: Annotated[
        float | None, typer.Option(min=0, max=1, help="Share of each annotator's ROIs that stay without.")
    ] = None,
    json: Json = False,
) -> None:
    """Say what is shown of predictions; with options, change it."""
    from seagull_studio.cli import prefill

    if policy not in (None, "off", "prefill", "reveal"):
        raise typer.BadParameter(f"{policy!r} is not one of off, prefill, reveal.", param_hint="--policy")
    _do(json, prefill.prefill, project, policy, model, control)


@app.command()
def bias(
    project: Project,
    model: Annotated[str | None, typer.Option(help="Only this model's suggestions.")] = None,
    bootstrap: Annotated[int, typer.Option(min=100, max=100_000, help="Resamples of the images.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Seed of the resamples.")] = 0,
    json: Json = False,
) -> None:
    """Measure what suggestions do to the votes: acceptance rate, weight of advice, agreement."""
    from seagull_studio.cli import prefill

    _do(json, prefill.bias, project, model, bootstrap, seed)


@app.command()
def doctor(json: Json = False) -> None:
    """Look at this machine: GPU, weights, libraries, display, disk."""
    from seagull_studio.cli import doctor as examination

    _do(json, examination.doctor)


@app.command("open")
def open_(project: Project) -> None:
    """Open the window with a project."""
    from seagull_studio.cli.window import show

    _do(False, show, project)


@annotator.command("add")
def annotator_add(
    project: Project,
    name: Annotated[str, typer.Argument(help="The name the annotator goes by.")],
    role: Annotated[str, typer.Option(help="annotator or lead.")] = "annotator",
    distinct: Annotated[
        bool, typer.Option("--another-person", help="Although somebody has nearly the same name.")
    ] = False,
    json: Json = False,
) -> None:
    """Add an annotator."""
    from seagull_studio.cli import labelling

    if role not in ("annotator", "lead"):
        raise typer.BadParameter(f"{role!r} is neither annotator nor lead.", param_hint="--role")
    _do(json, labelling.annotator_add, project, name, role, distinct)


@annotator.command("list")
def annotator_list(project: Project, json: Json = False) -> None:
    """List the annotators with what they have done."""
    from seagull_studio.cli import labelling

    _do(json, labelling.annotator_list, project)


people_commands.add_to(app, annotator, _do)
labelling_commands.add_to(app, _do)
group_commands.add_to(app, _do)
add_to(app, _do)
training_commands.add_to(app, _do)
safety_commands.add_to(app, _do)
label_commands.add_to(app, _do)
review_commands.add_to(app, _do)
qualify_commands.add_to(app, _do)
picture_commands.add_to(app, _do)
settings_commands.add_to(app, annotator, _do)
