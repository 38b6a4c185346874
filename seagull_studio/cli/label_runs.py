"""Commands on stored label runs: listing, comparing, deleting."""

from __future__ import annotations

from typing import Final

from annotation_db import label_compare, labels
from annotation_db.records import LabelRunRecord
from annotation_db.scales import SCALES
from annotation_db.transactions import transact
from seagull_studio.cli.making import who
from seagull_studio.cli.opening import open_project
from seagull_studio.cli.performing import Output, agreed

SHOWN: Final = 40
"""Changes that are printed; ``--json`` has all."""


def list_runs(output: Output, project: str) -> None:
    with open_project(output, project) as store, store.read() as s:
        runs = labels.runs(s)
    output.result({"runs": [_as_json(run) for run in runs]})
    for run in runs:
        output.say(f"{_told(run)}: {run.labelled} ROIs labelled, {run.insufficient} with too few ratings")
    if not runs:
        output.say("There is no label run yet; make one with: seagull-studio aggregate.")


def compare(output: Output, project: str, first: int, second: int) -> None:
    with open_project(output, project) as store, store.read() as s:
        found = label_compare.compare(s, first, second)
    document = label_compare.as_json(found)
    output.result(document)
    output.say(f"{_told(found.first)}\n{_told(found.second)}")
    if document["policy_changed"]:
        output.say("Their policies differ.")
    for change in found.changes[:SHOWN]:
        levels = ", ".join(
            f"{scale} {_word(scale, old)} -> {_word(scale, new)}"
            for scale, (old, new) in change.levels.items()
        )
        why = ", ".join(f"{reason} {n}" for reason, n in change.why.items())
        output.say(f"{change.image} {change.roi}: {levels or 'another status'} ({why})")
    if len(found.changes) > SHOWN:
        output.say(f"... and {len(found.changes) - SHOWN} more ROIs; --json has all.")
    output.say(
        f"{len(found.changes)} ROIs have other levels, {found.within} the same from other votes, "
        f"{found.same} the very same label."
    )


def delete(output: Output, project: str, number: int, yes: bool) -> None:
    with open_project(output, project) as store:
        with store.read() as s:
            run = labels.get_run(s, number)
        if not yes:
            agreed(
                output,
                f"{_told(run)} is deleted, and the labels that no other run has; ratings stay.",
                "Delete it?",
                "Nothing was deleted",
            )
        gone = transact(store, lambda s: labels.delete_run(s, number, who()), who=who())
    output.result({"deleted": number, "labels": gone})
    output.say(f"Deleted label run {number} and {gone} labels that no other run has.")


def _as_json(run: LabelRunRecord) -> dict[str, object]:
    return {
        "run": run.id,
        "created_at": run.created_at.isoformat(),
        "created_by": run.created_by,
        "policy": run.policy.name,
        "min_raters": run.policy.min_raters,
        "labelled": run.labelled,
        "insufficient": run.insufficient,
    }


def _told(run: LabelRunRecord) -> str:
    when = f"{run.created_at.astimezone():%Y-%m-%d %H:%M}"
    return f"Label run {run.id} of {when} ({run.policy.name}, at least {run.policy.min_raters} ratings)"


def _word(scale: str, level: int | None) -> str:
    return "none" if level is None else SCALES[scale].word(level)
