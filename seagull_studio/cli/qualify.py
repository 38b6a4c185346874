"""``qualify``: the test, gold and repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seagull_studio.cli.acting_for import who
from seagull_studio.cli.opening import open_project
from seagull_studio.cli.runner import Output
from seagull_studio.operations import qualify as operations

if TYPE_CHECKING:
    from annotation_db.rating.check_items import ItemKind


def show(output: Output, project: str) -> None:
    """``qualify``: the set in force, and how everybody stands."""
    with open_project(output, project) as store:
        found = operations.facts(store)
    output.result(found.as_json())
    told = ", ".join(f"{n} {kind}" for kind, n in found.items.items())
    output.say(f"Set {found.set_number}: {told}." if found.set_number else "There is no set of items yet.")
    output.say(f"The test is {'on' if found.qualification else 'off'}; {found.attempts} attempts.")
    for one, checked in found.people:
        said = [checked.qualification.state]
        for attempt in checked.qualification.attempts:
            passed = "passed" if attempt.passed else "not passed" if attempt.finished else "under way"
            missed = f" ({', '.join(attempt.missed)})" if attempt.missed else ""
            said.append(f"attempt {attempt.number} of set {attempt.set_number} {passed}{missed}")
        if checked.gold:
            mean = sum(checked.gold_shares.values()) / len(checked.gold_shares)
            said.append(f"{checked.gold} gold items, {100 * mean:.0f} % within one level")
        if checked.repeats is not None:
            said.append(f"{next(iter(checked.repeats.values())).pairs} repeats")
        if checked.asked:
            said.append(f"{checked.asked} repeats asked for")
        output.say(f"{one.name}: {'; '.join(said)}")


def make(output: Output, project: str, sizes: dict[ItemKind, int], seed: int | None) -> None:
    """``qualify --make``"""
    with open_project(output, project) as store, output.progress() as progress:
        number = operations.make_set(store, who(), sizes, seed, progress=progress)
        found = operations.facts(store)
    output.result({"set": number, "items": dict(found.items)})
    told = ", ".join(f"{n} {kind}" for kind, n in found.items.items())
    output.say(f"Set {number} is in force from now on: {told}.")


def let_through(output: Output, project: str, name: str, reason: str) -> None:
    """``qualify --let-through``"""
    with open_project(output, project) as store:
        person = operations.let_through(store, name, reason, who())
    output.result({"annotator": person.name, "let_through": True})
    output.say(f"{person.name} may rate without having passed.")


def take_back(output: Output, project: str, name: str) -> None:
    """``qualify --take-back``"""
    with open_project(output, project) as store:
        person = operations.lift(store, name, who())
    output.result({"annotator": person.name, "let_through": False})
    output.say(f"The test decides whether {person.name} may rate.")


def ask_again(output: Output, project: str, name: str, count: int) -> None:
    """``qualify --repeats``"""
    with open_project(output, project) as store:
        asked = operations.ask_again(store, name, count, who())
    output.result({"annotator": name, "asked": asked})
    output.say(f"{name} is shown {asked} ROIs again.")
