"""Finetune a SEAGULL checkpoint on an export, and merge the result into one folder."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotation_db.database.store import Store
from annotation_db.errors import Cancelled, DiskError, Refused
from annotation_db.pictures.picture_files import open_rgb
from annotation_db.rating.permissions import Action
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from seagull_studio.jobs import finetune_comparison
from seagull_studio.operations.acting import allow

if TYPE_CHECKING:
    from model.training.merge import MergeReport
    from model.training.run import FinetuneReport

log = logging.getLogger(__name__)


def run(
    export: str | Path,
    base: str | Path,
    out: str | Path,
    *,
    preset: str = "tuned",
    changes: Mapping[str, Any] | None = None,
    resume: bool = False,
    say: Callable[[str], None] | None = None,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> FinetuneReport:
    """Train on an export folder alone; no project is opened.

    Parameters
    ----------
    export, base, out
        Folders: an export, a whole checkpoint, and where the run is to be.
    preset : {"tuned", "paper"}
    changes : mapping, optional
        Settings that differ from the preset (`model.training.config.TrainingConfig`).
    resume : bool
        Go on with the run in `out`.
    say : callable, optional
        Is told, before anything is loaded, how much memory the run takes.

    Raises
    ------
    Refused
        If something can not be used, or the training can not go on.
    DiskError
        If the disk is full or not writable.
    Cancelled
        If `cancelled` said so; the run can be resumed.
    """
    from model.training import config
    from model.training.run import finetune
    from seagull_studio.operations import evaluation

    with told_as_ours():
        settings = config.resolve(preset, changes)
        return finetune(
            export,
            base,
            out,
            settings,
            open_picture=open_rgb,
            make_report=evaluation.report,
            resume=resume,
            say=say,
            progress=progress,
            cancelled=cancelled,
        )


def run_job(
    store: Store,
    options: Mapping[str, Any],
    *,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> str:
    """The same as a job; started again it goes on from its last checkpoint.

    Parameters
    ----------
    options : mapping
        ``export``, ``base``, ``out`` (folders), ``preset``, ``settings``; ``present``, the id of a model of
        the project that the result is held against.
    progress, cancelled : callable, optional
        Told of each step; asked after each, and then a whole checkpoint is written.

    Returns
    -------
    str
        One sentence about what was done.

    Raises
    ------
    Refused, DiskError, Cancelled
        As `run`.
    """
    allow(store, Action.MODELS)
    folders = {name: str(options.get(name) or "") for name in ("export", "base", "out")}
    for name, folder in folders.items():
        if not folder:
            raise Refused(f"No folder was named for {name}; choose one.")
    preset, settings = str(options.get("preset", "tuned")), options.get("settings")
    out = Path(folders["out"])
    report = run(
        folders["export"],
        folders["base"],
        out,
        preset=preset,
        changes=settings if isinstance(settings, Mapping) else None,
        resume=(out / "run.json").is_file(),
        say=log.info,
        progress=progress,
        cancelled=cancelled,
    )
    present = options.get("present")
    if report.speaks:
        if progress is not None:
            progress(report.steps, report.steps, "comparing with the present model")
        finetune_comparison.compare(
            store, out, Path(folders["export"]), present if isinstance(present, int) else None
        )
    return sentence(report)


def merge(adapter: str | Path, out: str | Path, base: str | Path | None = None) -> MergeReport:
    """Merge an adapter into its base, in float32.

    Raises
    ------
    Refused
        If one of the folders can not be used.
    DiskError
        If the disk is full or not writable.
    """
    from model.training import merge as merging

    with told_as_ours():
        return merging.merge(adapter, out, base)


def settings_of(file: Path | None, assignments: Sequence[str]) -> dict[str, Any]:
    """The settings of a JSON file, and ``key=value`` over them.

    Raises
    ------
    Refused
        If the file is no JSON object, or an assignment sets nothing.
    """
    from model.training.config import read_assignment

    found: Any = {}
    if file is not None:
        try:
            found = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise Refused(
                f"{file} can not be read as JSON ({error}); write an object of settings."
            ) from error
        if not isinstance(found, dict):
            raise Refused(f'{file} is no JSON object; write settings as {{"epochs": 3}}.')
    with told_as_ours():
        return {**found, **dict(read_assignment(text) for text in assignments)}


def sentence(report: FinetuneReport) -> str:
    """What was done, for a person."""
    validation = report.validation[report.best_epoch - 1]["mean_srocc"]
    told = "not defined" if validation is None else f"{validation:.3f}"
    return (
        f"Finetuned on {report.answers} answers in {report.steps} steps and {report.epochs} epochs; the "
        f"result is epoch {report.best_epoch} (validation SROCC {told}), in {report.out / 'adapter'}."
    )


@contextmanager
def told_as_ours() -> Iterator[None]:
    """What training and the network refuse, as the program's own errors."""
    from model.seagull.errors import SeagullError
    from model.training.errors import TrainingError, TrainingStopped

    try:
        yield
    except TrainingStopped as error:
        raise Cancelled(str(error)) from error
    except (TrainingError, SeagullError) as error:
        raise Refused(str(error)) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DiskError(
            f"A file of the training could not be written or read ({reason}: {error.filename}); make room, "
            "then go on with --resume."
        ) from error
