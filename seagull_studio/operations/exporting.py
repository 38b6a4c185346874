"""Exports, with the labels that they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from annotation_db.database.store import Store
from annotation_db.garbage import uncollected
from annotation_db.rating.permissions import Action
from annotation_db.records import VotesUsed
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from seagull_studio.operations import label_runs
from seagull_studio.operations.acting import allow
from seagull_studio.operations.label_source import LabelSource, label_source

if TYPE_CHECKING:
    from annotation_db.exports.run import ExportReport
    from annotation_db.filters.roi_filter import RoiFilter


@dataclass(frozen=True, slots=True)
class Exported:
    """An export, and what the person should know about its labels ("" for nothing)."""

    report: ExportReport
    remark: str


@uncollected()
def export(
    store: Store,
    folder: Path,
    *,
    formats: Sequence[str],
    train: float | None = None,
    val: float | None = None,
    seed: int | None = None,
    folds: int | None = None,
    freeze: bool = False,
    roi_filter: RoiFilter | None = None,
    copy_images: bool = False,
    policy: str | None = None,
    min_raters: int | None = None,
    label_run: int | None = None,
    test_votes: VotesUsed = "unassisted",
    pseudonyms: bool = False,
    overwrite: bool = False,
    who: str = "",
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> Exported:
    """Write an export folder.

    Parameters
    ----------
    policy, min_raters
        Of labels that are computed now; without both the last label run is taken, while it still holds.
    label_run
        Id of a stored run whose labels are taken, whatever came in since.
    formats, train, val, seed, folds, freeze, roi_filter, copy_images, test_votes, pseudonyms, overwrite
        As in `annotation_db.exports.run.export`.
    """
    from annotation_db.exports.run import export as write_export

    allow(store, Action.EXPORT)
    if label_run is None:
        source = label_source(store, policy, min_raters)
    else:
        source = LabelSource(run_id=label_run)
    report = write_export(
        store,
        folder,
        formats=formats,
        run_id=source.run_id,
        policy=source.policy,
        train=train,
        val=val,
        seed=seed,
        folds=folds,
        freeze=freeze,
        roi_filter=roi_filter,
        test_votes=test_votes,
        copy_images=copy_images,
        pseudonyms=pseudonyms,
        overwrite=overwrite,
        who=who,
        progress=progress,
        cancelled=cancelled,
    )
    label_runs.exported(store, source, report, who)
    return Exported(report, source.remark)
