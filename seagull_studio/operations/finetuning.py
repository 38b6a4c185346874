"""What a finetuning begins with: what can be chosen, and the export that it reads."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from annotation_db.database.store import Store
from annotation_db.errors import Refused
from annotation_db.labels import labels
from annotation_db.pictures import frozen_splits
from annotation_db.pictures.frozen_splits import FrozenFacts
from annotation_db.predictions import prefill
from annotation_db.predictions.prediction_records import PredictorRecord
from annotation_db.rating.permissions import Action
from annotation_db.records import LabelRunRecord
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from seagull_studio.operations import exporting
from seagull_studio.operations.acting import allow

FOLDER: Final = "training"
"""In the project's folder: exports that trainings read, and the folders of trainings."""
_EXPORT, _RUN = "export-", "run-"


@dataclass(frozen=True, slots=True)
class Offer:
    """What a training can be made of."""

    runs: tuple[LabelRunRecord, ...]
    """Newest first."""
    frozen: FrozenFacts | None
    present: PredictorRecord | None
    """The model that the pre-fill uses, whether it is on or not."""


def offer(store: Store) -> Offer:
    """Read it, for whoever may train.

    Raises
    ------
    Refused
        If there is no label run to train on.
    """
    allow(store, Action.MODELS)
    with store.read() as s:
        runs = tuple(labels.runs(s))
        found = Offer(runs, frozen_splits.facts(s), prefill.policy(s).predictor)
    if not runs:
        raise Refused("There are no labels to train on yet; compute them on the Project page.")
    return found


def export(
    store: Store,
    label_run: int,
    *,
    train: float | None,
    val: float | None,
    seed: int | None,
    who: str,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> Path:
    """Write what a training reads into a new folder of the project.

    Parameters
    ----------
    label_run : int
        Id of the run whose labels it is trained on.
    train, val : float or None
        Shares of the images, 0..1; None where the split is frozen.
    seed : int or None
        Of the split, likewise.
    who : str
        Who does it, for the audit trail.
    progress, cancelled : callable, optional
        As in `exporting.export`.

    Raises
    ------
    StudioError
        As `exporting.export`.
    """
    allow(store, Action.MODELS)
    folder = store.folder / FOLDER / f"{_EXPORT}{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    exporting.export(
        store,
        folder,
        formats=("seagull",),
        train=train,
        val=val,
        seed=seed,
        label_run=label_run,
        who=who,
        progress=progress,
        cancelled=cancelled,
    )
    return folder


def run_folder(project_folder: Path) -> Path:
    """Where a new training is to be."""
    return project_folder / FOLDER / f"{_RUN}{datetime.now(UTC):%Y%m%dT%H%M%S%f}"


def spec_of(adapter: str | Path) -> str:
    """The model as it was evaluated: level words are scored in the answers that it was trained on."""
    from model.training.config import MODE

    return f"{adapter}?mode={MODE}"


def forget(project_folder: Path, export_folder: Path) -> None:
    """Remove an export that nobody trains on."""
    ours = export_folder.parent == project_folder / FOLDER and export_folder.name.startswith(_EXPORT)
    if ours:
        with suppress(OSError):
            shutil.rmtree(export_folder)
