"""Evaluating a prediction file on the labels of an export; its report as one HTML file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from annotation_db.errors import Refused
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from model.evaluation import label_file, prediction_file
from model.evaluation.errors import EvaluationRefused
from model.evaluation.evaluate import Evaluation, evaluate
from seagull_studio.operations import new_file

BOOTSTRAP = 1000


def measure(
    predictions: Path,
    labels: Path,
    against: Path | None = None,
    *,
    bootstrap: int = BOOTSTRAP,
    seed: int = 0,
    subset: bool = False,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> Evaluation:
    """Read the files and compute everything; parameters as in `model.evaluation.evaluate.evaluate`.

    Parameters
    ----------
    predictions, labels : Path
        The prediction file, and the export's label file.
    against : Path or None
        Another model's prediction file.
    bootstrap, seed : int
        Resamples of images, and of what they are drawn.
    subset : bool
        Whether ROIs that the label file does not hold are passed over.
    progress : callable, optional
        Called with steps done, steps in all and what is computed.
    cancelled : callable, optional
        Asked between steps.

    Raises
    ------
    Refused
        With one sentence: which line of which file cannot be used, or how they do not fit.
    Cancelled
        If `cancelled` said so.
    """
    try:
        told = label_file.read(labels)
        said = prediction_file.read(predictions)
        other = None if against is None else prediction_file.read(against)
        return evaluate(
            told,
            said,
            other,
            bootstrap=bootstrap,
            seed=seed,
            subset=subset,
            progress=progress,
            cancelled=cancelled,
        )
    except EvaluationRefused as error:
        raise Refused(str(error)) from error


def remarks(found: Evaluation) -> tuple[str, ...]:
    """What whoever reads the figures must know, in sentences."""
    told, files = found.document, found.document["files"]
    said = [
        f"{one['model']} is UNTRAINED: its weights are random."
        for one in (told, told["against"] or {})
        if one.get("untrained")
    ]
    if found.labels.simulated:
        said.append("Some of the ratings behind these labels are SIMULATED.")
    if files["labels"]["changed_since_export"]:
        said.append(f"{found.labels.path} is not as its export wrote it: manifest.json tells another hash.")
    if training := files["labels"]["training_rois"]:
        said.append(
            f"{training} of these ROIs are of the training part; a model that was trained on them looks "
            "better than it is."
        )
    if told["left_out"]:
        said.append(f"{told['left_out']} ROIs of the label file have no label and are left out.")
    if files["predictions"]["passed_over"]:
        said.append(f"{files['predictions']['passed_over']} predictions of other ROIs were passed over.")
    return tuple(said)


def check_report(file: Path, *, overwrite: bool) -> None:
    """Refuse a place for the report before anything is computed; see `new_file.check`."""
    new_file.check(file, overwrite=overwrite)


def write_report(
    found: Evaluation,
    file: Path,
    *,
    images: Path | None = None,
    overwrite: bool = False,
    made_at: datetime | None = None,
) -> None:
    """Write the report as one self-contained HTML file.

    Parameters
    ----------
    images : Path, optional
        The folder that picture names are relative to; by default ``images`` beside the label file. ROIs
        whose picture is not there are told without it.
    made_at : datetime, optional
        The date that it tells, aware; now, where not given.

    Raises
    ------
    Refused
        If something is there and `overwrite` was not asked for, or the place cannot be meant.
    DiskError
        If it cannot be written.
    """
    new_file.check(file, overwrite=overwrite)
    new_file.save(file, report(found, images, made_at))


def report(found: Evaluation, images: Path | None = None, made_at: datetime | None = None) -> bytes:
    """The report as one self-contained HTML file; parameters as in `write_report`."""
    from seagull_studio.report import evaluation_page

    folder = images if images is not None else found.labels.path.parent / "images"
    page = evaluation_page.page(found, remarks(found), folder, made_at or datetime.now(UTC))
    return page.encode("utf-8")
