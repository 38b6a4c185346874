"""Evaluating a prediction file on the labels of an export; its report as one HTML file."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from annotation_db.errors import Cancelled, Refused
from annotation_db.names import escaped
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from model.evaluation import label_file, prediction_file
from model.evaluation.errors import EvaluationRefused, EvaluationStopped, go_on
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
        Asked in every step.

    Raises
    ------
    Refused
        With one sentence: which line of which file cannot be used, or how they do not fit.
    Cancelled
        If `cancelled` said so.
    """
    try:
        told = label_file.read(labels)
        go_on(cancelled)
        said = prediction_file.read(predictions, cancelled)
        other = None if against is None else prediction_file.read(against, cancelled)
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
    except EvaluationStopped as error:
        raise Cancelled(str(error)) from error


def remarks(found: Evaluation) -> tuple[str, ...]:
    """What whoever reads the figures must know, in sentences."""
    told, files = found.document, found.document["files"]
    said = [
        f"{escaped(one['model'])} is UNTRAINED: its weights are random."
        for one in (told, told["against"] or {})
        if one.get("untrained")
    ]
    if found.labels.simulated:
        said.append("Some of the ratings behind these labels are SIMULATED.")
    if files["labels"]["changed_since_export"]:
        name = escaped(found.labels.path.name)
        said.append(f"{name} is not as its export wrote it: manifest.json tells another hash.")
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


def check_report(file: Path, inputs: Iterable[Path | None], *, overwrite: bool) -> None:
    """Refuse a place for the report before anything is computed.

    Parameters
    ----------
    inputs : iterable of Path or None
        The files that are evaluated.

    Raises
    ------
    Refused
        If it is one of them; otherwise as `new_file.check`.
    """
    new_file.check(file, overwrite=overwrite)
    for one in inputs:
        with suppress(OSError):  # what cannot be looked at is told when it is read
            if one is not None and file.exists() and file.samefile(one):
                raise Refused(f"{file} is evaluated, so it is not replaced; name another file.")


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
        As `check_report`.
    DiskError
        If it cannot be written.
    """
    data = report(found, images, made_at)
    against = None if found.against is None else found.against.path
    # Much time has gone by since the place was looked at.
    check_report(file, (found.labels.path, found.predictions.path, against), overwrite=overwrite)
    new_file.save(file, data)


def report(found: Evaluation, images: Path | None = None, made_at: datetime | None = None) -> bytes:
    """The report as one self-contained HTML file; parameters as in `write_report`."""
    from seagull_studio.report import evaluation_page

    folder = images if images is not None else found.labels.path.parent / "images"
    page = evaluation_page.page(found, remarks(found), folder, made_at or datetime.now(UTC))
    return page.encode("utf-8")
