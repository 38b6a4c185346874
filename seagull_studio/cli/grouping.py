"""Commands on groups of pictures, the frozen split and filters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import typer

from annotation_db.filters.roi_filter import RoiFilter
from seagull_studio.cli.opening import open_project
from seagull_studio.cli.projects import who
from seagull_studio.cli.runner import Output, confirmed
from seagull_studio.operations import filters as saved
from seagull_studio.operations import groups as operations
from seagull_studio.operations.acting import Action, allow

SHOWN: Final = 40
"""Groups that are printed; ``--json`` has all."""
_NAMES: Final = 6


def group(
    output: Output,
    project: str,
    csv: Path | None,
    pattern: str | None,
    similar: bool,
    distance: int | None,
    clear: bool,
    dry_run: bool,
    yes: bool,
) -> None:
    """``group``: list, or plan and do."""
    document: dict[str, Any] = {"by": "", "dry_run": dry_run}
    with open_project(output, project) as store:
        if not dry_run and (similar or clear):
            allow(store, Action.PICTURES)  # before anything is looked for, or anybody asked
        if csv is not None:
            document["by"], plan = "csv", operations.from_csv(store, csv)
        elif pattern is not None:
            document["by"], plan = "pattern", operations.from_pattern(store, pattern)
        elif similar:
            bits = operations.CUSTOMARY_DISTANCE if distance is None else distance
            with output.progress() as progress:
                found = operations.similar(store, bits, progress)
            document["by"], plan = "similar", operations.of_similar(store, found.groups)
            document |= {"distance": bits, "unreadable": list(found.unreadable)}
            for sentence in found.unreadable:
                output.note(sentence)
        elif clear:
            document["by"], plan = "clear", operations.none(store)
        else:
            plan = operations.now(store)
        document |= operations.as_json(plan)
        _print_groups(output, document)
        if document["by"] in ("csv", "pattern") and (left := document["untouched"]):
            some = ", ".join(left[:_NAMES]) + (" …" if len(left) > _NAMES else "")
            output.note(
                f"Of {len(left)} of {document['images']} pictures the {document['by']} says nothing ({some})."
            )
        if not dry_run and document["changed"]:
            if (similar or clear) and not yes:
                what = f"{document['changed']} pictures would be in another group than now."
                confirmed(output, what, "Do it?", "No group was changed")
            operations.apply(store, plan, who())
    output.result(document)
    if document["by"]:
        would = "would be" if dry_run else "are"
        output.say(f"{document['changed']} pictures {would} in another group than before.")


def split(output: Output, project: str, thaw: bool, yes: bool) -> None:
    """``split``: tell, or thaw."""
    with open_project(output, project) as store:
        document = operations.frozen_json(operations.split_facts(store))
        frozen = document["frozen"]
        if thaw:
            allow(store, Action.EXPORT)  # before anybody is asked
            if frozen is not None and not yes:
                confirmed(
                    output,
                    f"The split of {sum(frozen['parts'].values())} images, frozen by {frozen['by']}, would "
                    "be forgotten: images that trained may test in the next export.",
                    "Thaw it?",
                    "The split stays frozen",
                )
            document["thawed"] = operations.thaw(store, who())
            document["frozen"] = None
    output.result(document)
    if thaw:
        output.say(f"The split of {document['thawed']} images is thawed; the next export draws anew.")
    elif frozen is None:
        output.say("No split is frozen; each export draws its own.")
    else:
        parts = ", ".join(f"{count} {part}" for part, count in frozen["parts"].items())
        output.say(
            f"The split is frozen since {frozen['at']} by {frozen['by']}: {parts} "
            f"(train {frozen['train']:g}, val {frozen['val']:g}, seed {frozen['seed']}, "
            f"folds {frozen['folds']})."
        )
    output.say(f"{document['grouped']} of {document['images']} pictures are in {document['groups']} groups.")


def filters(output: Output, project: str, wanted: RoiFilter, save: str | None, remove: str | None) -> None:
    """``filter``: list, try, save, forget."""
    with open_project(output, project) as store:
        document: dict[str, Any] = {"filter": wanted.as_json(), "rois": saved.count(store, wanted)}
        if save is not None:
            saved.save(store, save, wanted, who())
        if remove is not None:
            saved.remove(store, remove, who())
        there = saved.listing(store)
    document["saved"] = [
        {
            "name": one.name,
            "filter": one.wanted.as_json(),
            "by": one.by,
            "at": one.at.replace(microsecond=0).isoformat(),
        }
        for one in there
    ]
    output.result(document)
    if save is not None or not wanted.takes_all:
        output.say(f"{document['rois']} ROIs are taken.")
    for one in document["saved"]:
        output.say(f"{one['name']}: {_told(one['filter'])}")
    if not there:
        output.say("No filter is saved.")


def labels_asked(given: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Levels by scale, as ``--label`` says them; of a scale that is named twice, all that were named.

    Raises
    ------
    typer.BadParameter
        If that cannot be read.
    """
    found: dict[str, tuple[int, ...]] = {}
    for one in given:
        scale, _, levels = one.partition("=")
        try:
            named = {int(level) for level in levels.split(",")}
        except ValueError:
            raise typer.BadParameter(
                f"{one!r} is not SCALE=LEVELS, such as quality=0,1.", param_hint="--label"
            ) from None
        scale = scale.strip()
        found[scale] = tuple(sorted(named.union(found.get(scale, ()))))
    return found


def _told(asked: dict[str, Any]) -> str:
    return "; ".join(f"{name} {value}" for name, value in asked.items()) or "all ROIs"


def _print_groups(output: Output, document: dict[str, Any]) -> None:
    if output.as_json:
        return
    for one in document["groups"][:SHOWN]:
        names = one["images"]
        more = f", and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
        output.say(f"{one['group']} ({len(names)}): {', '.join(names[:_NAMES])}{more}")
    if len(document["groups"]) > SHOWN:
        output.say(f"... and {len(document['groups']) - SHOWN} more groups; --json has all.")
    output.say(f"{document['grouped']} of {document['images']} pictures in {len(document['groups'])} groups.")
