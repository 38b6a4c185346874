"""``evaluate``: a model's predictions against the labels of an export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotation_db.vocabulary.scales import OVERALL
from seagull_studio.cli.maintenance import stopped_by_ctrl_c
from seagull_studio.cli.runner import Output
from seagull_studio.operations import evaluation as operations

if TYPE_CHECKING:
    from rich.table import Table


def evaluate(
    output: Output,
    predictions: Path,
    labels: Path,
    against: Path | None,
    *,
    bootstrap: int,
    seed: int,
    subset: bool,
    report: Path | None,
    images: Path | None,
    overwrite: bool,
) -> None:
    if report is not None:
        operations.check_report(report, overwrite=overwrite)
    with stopped_by_ctrl_c() as stopped, output.progress() as progress:
        found = operations.measure(
            predictions,
            labels,
            against,
            bootstrap=bootstrap,
            seed=seed,
            subset=subset,
            progress=progress,
            cancelled=stopped,
        )
    if report is not None:
        operations.write_report(found, report, images=images, overwrite=overwrite)
        output.note(f"The report is in {report}.")
    output.result(found.document)
    for remark in operations.remarks(found):
        output.note(remark)
    if not output.as_json:
        _print(output, found.document)


def _print(output: Output, told: dict[str, Any]) -> None:
    from rich.text import Text

    output.say(
        f"{told['model']} on {told['rois']} ROIs of {told['images']} pictures; "
        f"{100 * told['unreadable']:.1f} % of the answers could not be read."
    )
    output.console().print(_scores(told))
    output.console().print(_sets(told))
    columns = told["per_distortion_f1"]
    names = [name for name in columns if name in told["presence"] or name == "average"]
    output.say("F1 by distortion: " + ", ".join(f"{name} {_number(columns[name])}" for name in names))
    if told["against"] is not None:
        output.console().print(Text(f"Compared with {told['against']['model']} on the same ROIs:"))
        output.console().print(_differences(told["against"]))
    output.say(
        f"SEAGULL as published, on ANOTHER data set ({told['published']['source']}): {_published(told)}."
    )


def _published(told: dict[str, Any]) -> str:
    paper = told["published"]
    of_scores = [f"{name} {paper[name]['srocc']:.3f} / {paper[name]['plcc']:.3f}" for name in OVERALL]
    return ", ".join([*of_scores, *(f"{name} F1 {paper[name]['f1']:.3f}" for name in ("types", "severity"))])


def _scores(told: dict[str, Any]) -> Table:
    from rich.table import Table

    table = Table("", "SROCC", "95 %", "PLCC", "95 %", "logistic", "halves", "attainable", box=None)
    for name in OVERALL:
        one, panel = told[name], told["panel"]["scales"][name]
        table.add_row(
            name,
            _number(one["srocc"]),
            _interval(one["ci95"]["srocc"]),
            _number(one["plcc"]),
            _interval(one["ci95"]["plcc"]),
            _number(one["plcc_logistic"]),
            _number(panel["panel_halves"]["plcc"]),
            _number(panel["attainable"]["plcc"]),
        )
    return table


def _sets(told: dict[str, Any]) -> Table:
    from rich.table import Table

    table = Table("", "precision", "recall", "F1", "95 %", box=None)
    for name in ("types", "severity"):
        one = told[name]
        table.add_row(
            name,
            *(_number(one[figure]) for figure in ("precision", "recall", "f1")),
            _interval(one["ci95"]["f1"]),
        )
    return table


def _differences(against: dict[str, Any]) -> Table:
    from rich.table import Table

    table = Table("", "difference", "95 %", "this", "the other", box=None)
    for name, figures in (
        *((n, ("srocc", "plcc")) for n in OVERALL),
        ("types", ("f1",)),
        ("severity", ("f1",)),
    ):
        for figure in figures:
            one = against[name][figure]
            table.add_row(
                f"{name} {figure}",
                _number(one["difference"], "+"),
                _interval(one["ci95"], "+"),
                _number(one["own"]),
                _number(one["other"]),
            )
    return table


def _number(value: float | None, sign: str = "") -> str:
    return "n/a" if value is None else f"{value:{sign}.3f}"


def _interval(pair: list[float] | None, sign: str = "") -> str:
    return "n/a" if pair is None else f"{pair[0]:{sign}.3f} to {pair[1]:{sign}.3f}"
