"""``agreement``: how far annotators agree, and how each of them rates."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from annotation_db.records import VotesUsed
from seagull_studio.cli.opening import open_project
from seagull_studio.cli.runner import Output
from seagull_studio.operations import agreement as operations


def agreement(
    output: Output,
    project: str,
    *,
    bootstrap: int,
    seed: int,
    prior_votes: int,
    votes: VotesUsed,
    csv: Path | None,
    overwrite: bool,
) -> None:
    with open_project(output, project) as store:
        with output.progress() as progress:
            found = operations.measure(
                store,
                bootstrap=bootstrap,
                seed=seed,
                prior_votes=prior_votes,
                votes=votes,
                progress=progress,
            )
        if csv is not None:
            folder = operations.write_tables(store, found, csv, overwrite=overwrite)
            output.note(f"The tables are in {folder}.")
    document = found.as_json()
    output.result(document)
    if found.simulated & set(found.names):
        output.note("Some of these annotators are SIMULATED.")
    if not output.as_json:
        _print(output, document, found.remarks())


def _print(output: Output, document: dict[str, Any], remarks: Sequence[str]) -> None:
    from rich.table import Table
    from rich.text import Text

    scales = Table("scale", "alpha", "95 %", "equal pairs", "halves", "attainable", box=None, pad_edge=False)
    for name, told in document["scales"].items():
        panel = document["panel"][name]
        reach = panel["panel_halves"]["plcc"], panel["attainable"]["plcc"]
        scales.add_row(name, *_agreement(told["ordinal"]), *map(_number, reach))
        if "presence" in told:
            scales.add_row(f"  {name} there or not", *_agreement(told["presence"]), "", "")
    people = Table("annotator", "ratings", "s", "bias", "inconsistency", "with others", "far off", box=None)
    for one in document["annotators"]:
        quality = one["scales"]["quality"]
        flagged = [name for name, told in one["scales"].items() if told["bt500"]["flagged"]]
        people.add_row(
            Text(one["annotator"]),
            str(one["ratings"]),
            _number(one["median_seconds"], 0),
            _number(quality["bias"]),
            _number(quality["inconsistency"]),
            _number(quality["spearman_others"]),
            ", ".join(flagged),
        )
    output.console().print(scales, "", people, "", sep="\n")
    counting = document["counting"]
    output.say(
        f"{counting['ratings']} counting ratings by {counting['annotators']} annotators of "
        f"{counting['rois']} ROIs on {counting['images']} images."
    )
    output.say(
        "Alpha: Krippendorff 2011, ordinal (nominal for there or not); intervals by bootstrap over images. "
        "Halves: correlation of two half panels; attainable: what a perfect model could reach (PLCC)."
    )
    output.say("Bias, inconsistency and correlation with the others: of quality; --json has all scales.")
    for remark in remarks:
        output.say(remark)


def _agreement(told: dict[str, Any]) -> tuple[str, str, str]:
    if told["alpha"] is None:
        alpha = f"undefined: {told['undefined']['alpha']}"
    else:
        alpha = _number(told["alpha"])
    interval = "-" if told["ci95"] is None else " to ".join(map(_number, told["ci95"]))
    share = told["percent_agreement"]
    return alpha, interval, "-" if share is None else f"{share:.0%}"


def _number(value: float | None, digits: int = 2) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
