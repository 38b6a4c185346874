"""A finished training's evaluation beside the present model's, on the same test images."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from annotation_db.database.store import Store
from annotation_db.errors import DiskError, NotFound, Refused
from annotation_db.predictions import predictions
from annotation_db.vocabulary.whole_files import replace_file
from seagull_studio.jobs.training_reading import COMPARISON
from seagull_studio.operations import evaluation, prediction_files

PRESENT: Final = "predictions_present.jsonl"
_OWN: Final = "predictions_test.jsonl"
_REPORT: Final = "report.html"


def compare(store: Store, out: Path, export: Path, predictor_id: int | None) -> None:
    """Write ``comparison.json``, and the report anew with both models.

    Parameters
    ----------
    out : Path
        The training's folder, finished.
    export : Path
        What it was trained on.
    predictor_id : int or None
        The present model; what it said of the project's ROIs is taken from the database.

    Raises
    ------
    DiskError
        If the disk is full or not writable.
    """
    if (out / COMPARISON).is_file():
        return
    told: dict[str, Any] = {"present": None, "evaluation": None, "undefined": None}
    if predictor_id is None:
        told["undefined"] = "No model was used for the pre-fill when this training was started."
    else:
        try:
            with store.read() as s:
                told["present"] = predictions.get_predictor(s, predictor_id).name
            prediction_files.write(store, predictor_id, out / PRESENT)
            found = evaluation.measure(out / _OWN, export / "rois_test.json", out / PRESENT, subset=True)
        except (Refused, NotFound) as error:
            told["undefined"] = str(error)
        else:
            told["evaluation"] = found.document
            _write(out / _REPORT, evaluation.report(found))
    _write(out / COMPARISON, (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode())


def _write(path: Path, data: bytes) -> None:
    try:
        replace_file(path, data)
    except OSError as error:
        raise DiskError(f"{path} could not be written ({error.strerror}); make room, then resume.") from error
