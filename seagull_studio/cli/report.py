"""``report``: one page on a project's ratings that goes with a paper."""

from __future__ import annotations

from pathlib import Path

from seagull_studio.cli.opening import open_project
from seagull_studio.cli.runner import Output
from seagull_studio.operations import report as operations


def report(output: Output, project: str, file: Path, *, bootstrap: int, seed: int, overwrite: bool) -> None:
    with open_project(output, project) as store, output.progress() as progress:
        written = operations.write(
            store, file, bootstrap=bootstrap, seed=seed, overwrite=overwrite, progress=progress
        )
    output.result(
        {
            "file": str(written.file),
            "bytes": written.bytes,
            "ratings": written.ratings,
            "annotators": written.annotators,
            "simulated": written.simulated,
            "bootstrap": bootstrap,
            "seed": seed,
        }
    )
    output.say(
        f"The report of {written.ratings:,} ratings by {written.annotators:,} annotators is in "
        f"{written.file}."
    )
    if written.simulated:
        output.note("Some of these annotators are SIMULATED, and the report says so.")
