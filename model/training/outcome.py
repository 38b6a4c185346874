"""What a finished run comes to on the test images: its predictions held against the export's labels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

from annotation_db.vocabulary.whole_files import replace_file
from model.evaluation import label_file, prediction_file
from model.evaluation.errors import EvaluationRefused
from model.evaluation.evaluate import Evaluation, evaluate
from model.training.run_folder import write_json

PREDICTIONS: Final = "predictions_test.jsonl"
EVALUATION: Final = "evaluation.json"
REPORT: Final = "report.html"
_LABELS: Final = "rois_test.json"

MakeReport = Callable[[Evaluation], bytes]
"""An evaluation as one HTML file."""


class Outcome(NamedTuple):
    """An evaluation, or why there is none."""

    evaluation: dict[str, Any] | None
    """As ``evaluate --json`` prints it."""
    undefined: str | None


def outcome(out: Path, export: Path, seed: int, make_report: MakeReport | None) -> Outcome:
    """Evaluate a run's predictions of the test images, and write ``evaluation.json`` and the report.

    Parameters
    ----------
    out : Path
        The run's folder, with its predictions.
    export : Path
        The export that it was trained on.
    seed : int
        Of the evaluation's resamples and panels.
    make_report : MakeReport or None
        None: no report is written.

    Raises
    ------
    OSError
        If the disk is full or not writable.
    """
    try:
        labels = label_file.read(export / _LABELS)
        found = evaluate(labels, prediction_file.read(out / PREDICTIONS), seed=seed)
    except EvaluationRefused as error:
        return Outcome(None, str(error))
    write_json(out / EVALUATION, found.document)
    if make_report is not None:
        replace_file(out / REPORT, make_report(found))
    return Outcome(found.document, None)
