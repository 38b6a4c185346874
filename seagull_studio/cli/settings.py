"""``settings``, ``instructions``, ``passphrase``, ``annotator role``: what a lead sets of a project."""

from __future__ import annotations

from pathlib import Path

from annotation_db.records import Role
from seagull_studio.cli.acting_for import ask_new_passphrase, who
from seagull_studio.cli.opening import open_project
from seagull_studio.cli.runner import Output, confirmed
from seagull_studio.operations import acting
from seagull_studio.operations import settings as operations


def settings(output: Output, project: str, given: list[str]) -> None:
    """``settings``: shows them; with ``--set`` changes all that are given, or none."""
    changes = dict(operations.parsed(one) for one in given)
    with open_project(output, project) as store:
        if changes:
            operations.change(store, changes, who())
        found = operations.facts(store)
    document = found.as_json()
    output.result(document)
    for name, value in document.items():
        told = ("yes" if value else "no") if isinstance(value, bool) else value
        output.say(f"{name} = {told}")
    if changes:
        output.note(f"Changed: {', '.join(changes)}.")


def instructions(output: Output, project: str, file: Path | None, clear: bool) -> None:
    """``instructions``: shows the page as it is written, or takes another one."""
    page = operations.Instructions() if clear else None if file is None else operations.read_page(file)
    with open_project(output, project) as store:
        changed = page is not None and operations.set_instructions(store, page, who())
        found = operations.facts(store).instructions
    output.result({"text": found.text, "pictures": list(found.pictures), "changed": changed})
    if page is None:
        output.say(found.text or "This project has no instructions of its own.")
    elif clear:
        output.say("The instructions are gone; annotators see none." if changed else "There were none.")
    else:
        told = f"{len(found.text):,} characters, {len(found.pictures)} pictures"
        output.say(f"Annotators see these instructions from now on: {told}.")


def passphrase(output: Output, project: str, new: bool, remove: bool, forgotten: bool, yes: bool) -> None:
    """``passphrase``: whether one is set; sets it or takes it away."""
    with open_project(output, project) as store:
        if new:
            acting.allow(store, operations.Action.SETTINGS)  # before anybody types the new one twice
            acting.set_passphrase(store, ask_new_passphrase(), who())
        elif remove:
            acting.set_passphrase(store, "", who())
        elif forgotten:
            if not yes:
                confirmed(
                    output,
                    "The lead's passphrase is taken away without being asked for; that stands in the audit "
                    "trail, and anybody may act as a lead until a new one is set.",
                    "Take it away?",
                    "The passphrase was not taken away",
                )
            acting.forget_passphrase(store, who())
        there = operations.has_passphrase(store)
    output.result({"passphrase": there})
    output.say("The lead role has a passphrase." if there else "The lead role has no passphrase.")


def role(output: Output, project: str, name: str, wanted: Role) -> None:
    """``annotator role``"""
    with open_project(output, project) as store:
        person = operations.set_role(store, name, wanted, who())
    output.result({"annotator": person.name, "role": person.role})
    output.say(f"{person.name} is {'a lead' if person.role == 'lead' else 'an annotator'}.")
