"""Predicting as a job, in one process or several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from annotation_db.database.store import Store
from annotation_db.errors import Cancelled, Refused
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from seagull_studio.jobs import predict
from seagull_studio.jobs.predict_shards import run_shards


def run_job(
    store: Store,
    options: Mapping[str, Any],
    *,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> str:
    """Predict every ROI that a model has said nothing of.

    Parameters
    ----------
    options : mapping
        ``model`` (a specification), ``device``, ``processes``, ``limit_images``.

    Returns
    -------
    str
        One sentence about what was done.

    Raises
    ------
    Cancelled
        If it was stopped.
    """
    spec = str(options.get("model") or "")
    if not spec:
        raise Refused("No model was named; choose one.")
    device, limit = str(options.get("device", "auto")), options.get("limit_images")
    if (processes := int(options.get("processes", 1))) > 1:
        report = run_shards(
            store,
            spec,
            processes=processes,
            device=device,
            limit_images=limit,
            progress=progress,
            cancelled=cancelled,
        )
    else:
        report = predict.run(
            store, spec, device=device, limit_images=limit, progress=progress, cancelled=cancelled
        )
    if report.stopped:
        raise Cancelled(predict.sentence(report))
    return predict.sentence(report)
