"""``exclude``, ``message``, ``annotator merge``: who counts, what they are told, who is one person."""

from __future__ import annotations

from typing import Any

from annotation_db.records import ExclusionKind, ExclusionRecord, MergeRecord, MessageRecord
from seagull_studio.cli.acting_for import who
from seagull_studio.cli.opening import open_project
from seagull_studio.cli.runner import Output
from seagull_studio.operations import messages as messages_of
from seagull_studio.operations import people as operations


def exclude(output: Output, project: str, kind: ExclusionKind, target: str, reason: str) -> None:
    with open_project(output, project) as store:
        done = operations.exclude(store, kind, target, reason, who())
    output.result(_exclusion(done, target))
    output.say(f"The {kind} {target} does not count from now on: {done.reason}.")


def readmit(output: Output, project: str, kind: ExclusionKind, target: str) -> None:
    with open_project(output, project) as store:
        done = operations.readmit(store, kind, target, who())
    output.result(_exclusion(done, target))
    output.say(f"The {kind} {target} counts again; it was excluded because: {done.reason}.")


def excluded(output: Output, project: str) -> None:
    with open_project(output, project) as store:
        found = operations.excluded(store)
    output.result({"excluded": [_exclusion(one, target) for one, target in found]})
    for one, target in found:
        output.say(f"{one.kind} {target}: {one.reason} ({one.by}, {one.at:%Y-%m-%d})")
    if not found:
        output.say("Nothing is excluded.")


def message(output: Output, project: str, name: str, text: str) -> None:
    with open_project(output, project) as store:
        done = messages_of.write(store, name, text, who())
        told = operations.find(store, name).name
    output.result(_message(done, told))
    output.say(f"{told} is shown this when they next sit down.")


def messages(output: Output, project: str, name: str | None) -> None:
    with open_project(output, project) as store:
        names = {one.id: one.name for one in operations.everybody(store)}
        of = None if name is None else operations.find(store, name).id
        found = [one for one in messages_of.listing(store) if of is None or one.annotator_id == of]
    output.result({"messages": [_message(one, names[one.annotator_id]) for one in found]})
    for one in found:
        read = "not read yet" if one.read_at is None else f"read {one.read_at:%Y-%m-%d}"
        output.say(f"{names[one.annotator_id]}: {one.text} ({one.by}, {one.at:%Y-%m-%d}; {read})")
    if not found:
        output.say("There are no messages.")


def merge(output: Output, project: str, kept: str, other: str) -> None:
    with open_project(output, project) as store, output.progress() as progress:
        done = operations.merge(store, kept, other, who(), progress)
    output.result(_merge(done))
    output.say(
        f"{done.other.name} is {done.kept.name} from now on; {done.shared} ROIs were rated under both names, "
        "and the newest vote of each counts."
    )


def unmerge(output: Output, project: str, other: str) -> None:
    with open_project(output, project) as store:
        done = operations.undo_merge(store, other, who())
    output.result(_merge(done))
    output.say(f"{done.other.name} and {done.kept.name} are two annotators again.")


def _exclusion(one: ExclusionRecord, target: str) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "target": target,
        "reason": one.reason,
        "by": one.by,
        "at": one.at.isoformat(),
        "lifted_by": one.lifted_by,
        "lifted_at": None if one.lifted_at is None else one.lifted_at.isoformat(),
    }


def _message(one: MessageRecord, name: str) -> dict[str, Any]:
    return {
        "annotator": name,
        "text": one.text,
        "by": one.by,
        "at": one.at.isoformat(),
        "read_at": None if one.read_at is None else one.read_at.isoformat(),
        "read_by": one.read_by,
    }


def _merge(done: MergeRecord) -> dict[str, Any]:
    return {"kept": done.kept.name, "other": done.other.name, "shared": done.shared}
