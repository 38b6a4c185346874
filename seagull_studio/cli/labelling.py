"""Commands between ratings and export: annotators, assign, aggregate, export."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from annotation_db.records import Role, VotesUsed
from annotation_db.vocabulary.scales import DISTORTIONS, SCALES
from seagull_studio.cli.acting_for import who
from seagull_studio.cli.opening import open_project
from seagull_studio.cli.runner import Output
from seagull_studio.operations import label_runs, people
from seagull_studio.operations import project as operations

SHOWN: Final = 40
"""ROIs in the printed table; ``--json`` has all."""


def assign(output: Output, project: str, raters: int | None) -> None:
    with open_project(output, project) as store:
        report = operations.assign(store, who(), raters)
        names = {person.id: person.name for person in people.everybody(store)}
    shares = {names[person]: count for person, count in report.per_annotator.items()}
    output.result(
        {
            "assigned": report.assigned,
            "rois": report.rois,
            "short": report.short,
            "per_annotator": shares,
        }
    )
    output.say(f"{report.assigned} assignments of {report.rois} ROIs handed out.")
    if report.short:
        output.say(f"{report.short} ROIs still want annotators; add some, then assign again.")


def take_back(output: Output, project: str, name: str) -> None:
    with open_project(output, project) as store:
        person = people.find(store, name)
        freed = operations.take_back(store, person.id, who())
    output.result({"annotator": person.name, "taken_back": freed})
    output.say(f"{freed} ROIs assigned to {person.name} are open to everybody again.")


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
    train: float,
    seed: int,
    policy: str | None,
    min_raters: int | None,
    test_votes: VotesUsed,
    pseudonyms: bool,
    copy_images: bool,
    overwrite: bool,
) -> None:
    with open_project(output, project) as store, output.progress() as progress:
        written = operations.export(
            store,
            folder,
            formats=formats,
            policy=policy,
            min_raters=min_raters,
            train=train,
            seed=seed,
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
    output.say(
        f"Exported {counts['labelled']} labelled ROIs ({counts['train_rois']} train, "
        f"{counts['test_rois']} test) and {counts['ratings']} ratings to {report.folder}."
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
