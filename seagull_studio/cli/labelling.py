"""Commands between ratings and export: annotators, assign, aggregate, export."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from annotation_db.filters.roi_filter import RoiFilter
from annotation_db.records import Role, VotesUsed
from annotation_db.vocabulary.scales import DISTORTIONS, SCALES
from seagull_studio.cli.acting_for import who
from seagull_studio.cli.opening import open_project
from seagull_studio.cli.runner import Output
from seagull_studio.operations import assigning, exporting, filters, label_runs, people
from seagull_studio.operations import project as operations
from seagull_studio.operations.assigning import AssignChoices

SHOWN: Final = 40
"""ROIs in the printed table; ``--json`` has all."""


def assign(
    output: Output,
    project: str,
    raters: int | None,
    names: list[str] | None,
    rois: int | None,
    load: int | None,
    named: str | None,
    among: RoiFilter,
    dry_run: bool,
) -> None:
    with open_project(output, project) as store:
        choices = AssignChoices(raters, None if names is None else tuple(names), among, named, rois, load)
        report = assigning.plan(store, choices) if dry_run else assigning.assign(store, choices, who())
        called = {person.id: person.name for person in people.everybody(store)}
    output.result(
        {
            "dry_run": dry_run,
            "assigned": report.assigned,
            "rois": report.rois,
            "touched": report.touched,
            "short": report.short,
            "loaded": report.loaded,
            "left": report.left,
            "per_annotator": {called[person]: count for person, count in report.per_annotator.items()},
            "open": {called[person]: count for person, count in report.open.items()},
        }
    )
    for person, count in report.per_annotator.items():
        output.say(f"{called[person]}: {count} more, {report.open[person]} to rate")
    done = "would be handed out" if dry_run else "handed out"
    output.say(f"{report.assigned} assignments of {report.touched} of {report.rois} ROIs {done}.")
    if report.left:
        output.say(f"{report.left} more ROIs want annotators and are left for another time (--rois).")
    if report.loaded:
        output.say(f"{report.loaded} ROIs were not handed to people who have enough to rate (--load).")
    if report.short > report.loaded:
        output.say(f"{report.short - report.loaded} ROIs still want annotators; add some, then assign again.")


def take_back(output: Output, project: str, name: str | None, named: str | None, among: RoiFilter) -> None:
    with open_project(output, project) as store:
        person = None if name is None else people.find(store, name).name
        whose = None if person is None else [person]
        freed = assigning.take_back(store, whose, among, who(), named=named)
    output.result({"annotator": person, "taken_back": freed})
    output.say(f"{freed} ROIs assigned to {person or 'annotators'} are open to everybody again.")


def aggregate(output: Output, project: str, min_raters: int, name: str) -> None:
    with open_project(output, project) as store:
        with output.progress() as progress:
            run = operations.aggregate(store, name, min_raters, who(), progress=progress)
        document = label_runs.document(store, run)
    output.result(document)
    if not output.as_json:
        _print_labels(output, document["rois"])
    output.say(
        f"Label run {run.id} ({run.policy.name}, at least {run.policy.min_raters} ratings): "
        f"{run.labelled} ROIs labelled, {run.insufficient} with too few ratings."
    )


def export(
    output: Output,
    project: str,
    folder: Path,
    *,
    formats: list[str],
    train: float | None,
    val: float | None,
    seed: int | None,
    folds: int | None,
    freeze: bool,
    named: str | None,
    among: RoiFilter,
    policy: str | None,
    min_raters: int | None,
    test_votes: VotesUsed,
    pseudonyms: bool,
    copy_images: bool,
    overwrite: bool,
) -> None:
    with open_project(output, project) as store, output.progress() as progress:
        written = exporting.export(
            store,
            folder,
            formats=formats,
            policy=policy,
            min_raters=min_raters,
            train=train,
            val=val,
            seed=seed,
            folds=folds,
            freeze=freeze,
            roi_filter=filters.named(store, named, among),
            test_votes=test_votes,
            pseudonyms=pseudonyms,
            overwrite=overwrite,
            copy_images=copy_images,
            who=who(),
            progress=progress,
        )
    report = written.report
    output.result(report.as_json())
    counts = report.counts
    if written.remark:
        output.note(written.remark)
    if report.missing:
        output.note(report.missing_sentence)
    if report.simulated:
        output.note("Some of these ratings are SIMULATED; the README of the export says so.")
    validate = f"{counts['val_rois']} val, " if report.split["val"] else ""
    output.say(
        f"Exported {counts['labelled']} labelled ROIs ({counts['train_rois']} train, {validate}"
        f"{counts['test_rois']} test) and {counts['ratings']} ratings to {report.folder}."
    )
    if frozen := report.split["frozen"]:
        output.say(f"The split is frozen: {frozen['kept']} images kept, {frozen['joined']} joined.")
        if new := frozen.get("not_kept"):
            output.note(
                f"{new} images are new to it and were drawn for this export only, because the project is "
                "read-only; a later export may put them into another part."
            )
    if counts["assisted_ratings"]:
        output.note(
            f"{counts['assisted_ratings']} ratings were given with a prediction in view; test labels are "
            f"made of {report.test_votes} votes, which left {counts['test_rois_left_out']} ROIs without one."
        )
    if counts["insufficient"]:
        output.note(f"{counts['insufficient']} ROIs have too few ratings for a label.")


def annotator_add(output: Output, project: str, name: str, role: Role, distinct: bool) -> None:
    with open_project(output, project) as store:
        person = operations.add_annotator(store, name, role, who(), distinct=distinct)
    output.result({"annotator": person.name, "role": person.role})
    output.say(f"Added the {person.role} {person.name}.")


def annotator_list(output: Output, project: str) -> None:
    with open_project(output, project) as store:
        rows = people.listing(store)
    output.result(
        {
            "annotators": [
                {
                    "annotator": one.person.name,
                    "role": one.person.role,
                    "ratings": one.ratings,
                    "open": one.open,
                    "excluded": one.person.excluded,
                    "simulated": one.person.simulated,
                    "also": list(one.also),
                }
                for one in rows
            ]
        }
    )
    for one in rows:
        marks = [one.person.role, *(["excluded"] if one.person.excluded else [])]
        marks += ["SIMULATED"] if one.person.simulated else []
        marks += [f"also {', '.join(one.also)}"] if one.also else []
        output.say(f"{one.person.name} ({', '.join(marks)}): {one.ratings} rated, {one.open} open")


def _print_labels(output: Output, rois: list[dict[str, Any]]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table("image", "ROI", "n", "quality", "importance", "distortions")
    for entry in rois[:SHOWN]:
        cells = [entry["image"], entry["roi"], str(entry["n"])]
        if entry["status"] == "labelled":
            cells += [_mean(entry, "quality"), _mean(entry, "importance"), _distortions(entry)]
        else:
            cells += ["too few ratings", "", ""]
        table.add_row(*(Text(cell) for cell in cells))
    output.console().print(table)
    if len(rois) > SHOWN:
        output.say(f"... and {len(rois) - SHOWN} more ROIs; --json or an export has all.")


def _mean(entry: dict[str, Any], scale: str) -> str:
    mean = entry[scale]
    return f"{SCALES[scale].word(mean['level'])} ({mean['mean']:.2f})"


def _distortions(entry: dict[str, Any]) -> str:
    told = [
        f"{SCALES[name].word(found['severity']['level'])} {name}{' (tie)' if found['tie'] else ''}"
        for name in DISTORTIONS
        if (found := entry["distortions"][name])["present"] and found["severity"]
    ]
    return ", ".join(told) or "without"
