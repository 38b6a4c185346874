"""The commands of stored label runs: list, compare, delete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from annotation_db.records import RoiLabel
from annotation_db.vocabulary.scales import SCALES
from seagull_studio.cli.acting_for import who
from seagull_studio.cli.opening import open_project
from seagull_studio.cli.runner import Output, confirmed
from seagull_studio.operations import label_runs
from seagull_studio.operations.acting import Action, allow
from seagull_studio.operations.label_runs import ListedRun, NamedChange

if TYPE_CHECKING:
    from annotation_db.labels.label_run_uses import Use

SHOWN = 40
"""Changes that are printed; ``--json`` has all."""


def listing(output: Output, project: str) -> None:
    """``labels list``"""
    with open_project(output, project) as store:
        runs = label_runs.listing(store)
    output.result({"runs": [one.as_json() for one in runs]})
    for one in runs:
        output.say(_line(one))
        for use in one.uses:
            output.say(f"    {_named(use)}")
    if not runs:
        output.say("There is no label run yet; aggregate makes one.")


def compare(output: Output, project: str, first: str, second: str) -> None:
    """``labels compare``"""
    with open_project(output, project) as store:
        one, other = label_runs.find(store, first).run.id, label_runs.find(store, second).run.id
        found = label_runs.compare(store, one, other)
    output.result(found.as_json())
    for change in found.changes[:SHOWN]:
        output.say(_changed(change))
    if len(found.changes) > SHOWN:
        output.say(f"... and {len(found.changes) - SHOWN} more ROIs; --json has all.")
    output.say(
        f"From label run {one} to {other}: {len(found.changes)} ROIs with another status or level, "
        f"{found.comparison.numbers_only} with other numbers only, {found.comparison.same} the same."
    )


def delete(output: Output, project: str, named: str, yes: bool) -> None:
    """``labels delete``"""
    with open_project(output, project) as store:
        found = label_runs.find(store, named)
        if found.uses:
            output.note(f"Label run {found.run.id} is named by {_all(found.uses)}.")
        if not yes:
            allow(store, Action.LABEL)  # before anybody is asked
            confirmed(
                output,
                f"{_line(found)} will be removed for good; ratings stay as they are.",
                "Delete it?",
                "No label run was deleted",
            )
        label_runs.delete(store, found.run.id, who())
    output.result({"deleted": found.as_json()})
    output.say(f"Label run {found.run.id} was deleted.")


def _line(one: ListedRun) -> str:
    run = one.run
    return (
        f"Label run {run.id} of {run.created_at.astimezone():%Y-%m-%d %H:%M} by {run.created_by or 'nobody'} "
        f"({run.policy.name}, at least {run.policy.min_raters} ratings): "
        f"{run.labelled} labelled, {run.insufficient} insufficient"
    )


def _all(uses: Sequence[Use]) -> str:
    more = f" and {len(uses) - 1} more" if len(uses) > 1 else ""
    return f"{_named(uses[0])}{more}"


def _named(use: Use) -> str:
    what = "the export" if use.kind == "export" else "the fitted model"
    return f"{what} {use.name} of {use.at.astimezone():%Y-%m-%d %H:%M}"


def _changed(one: NamedChange) -> str:
    change = one.change
    before, after = one.levels
    if change.before is None or change.after is None or change.before.status != change.after.status:
        told = f"{_status(change.before)} -> {_status(change.after)}"
    else:
        told = ", ".join(
            f"{name} {SCALES[name].word(before[name])} -> {SCALES[name].word(after[name])}"
            for name in change.scales
        )
    return f"{one.image} {one.roi}: {told} ({', '.join(change.why)})"


def _status(label: RoiLabel | None) -> str:
    return "not in the run" if label is None else label.status
