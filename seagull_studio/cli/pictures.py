"""Commands on pictures: found again after a move, withdrawn, brought back."""

from __future__ import annotations

from typing import Final

from seagull_studio.cli.acting_for import who
from seagull_studio.cli.opening import open_project
from seagull_studio.cli.runner import Output
from seagull_studio.operations import pictures as operations

SHOWN: Final = 20
"""Pictures that are printed; ``--json`` has all."""


def relocate(output: Output, project: str, folder: str) -> None:
    with open_project(output, project) as store, output.progress() as progress:
        done = operations.relocate(store, folder, who(), progress=progress)
    output.result(
        {
            "found": [{"image": path, "file": str(file)} for path, file in done.found],
            "differing": list(done.differing),
            "missing": list(done.missing),
        }
    )
    for sentence in done.differing[:SHOWN]:
        output.note(sentence)
    output.say(f"{len(done.found)} pictures were found in {folder}.")
    if done.missing:
        shown = ", ".join(done.missing[:SHOWN])
        output.say(f"{len(done.missing)} are still missing: {shown}{', ...' * (len(done.missing) > SHOWN)}")


def withdraw(output: Output, project: str, image: str, reason: str) -> None:
    with open_project(output, project) as store:
        done = operations.withdraw(store, operations.named(store, image), reason, who())
    output.result({"image": done.image, "rois": done.rois, "reason": reason.strip()})
    output.say(f"{done.image} is withdrawn; its {done.rois} ROIs are neither handed out nor exported.")


def restore(output: Output, project: str, image: str) -> None:
    with open_project(output, project) as store:
        done = operations.restore(store, operations.named(store, image), who())
    output.result({"image": done.image, "rois": done.rois})
    output.say(f"{done.image} and its {done.rois} ROIs are back.")
