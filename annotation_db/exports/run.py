"""One export from project to folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from annotation_db.database.journal import JOURNAL
from annotation_db.database.locations import FOLDERS
from annotation_db.database.store import Store
from annotation_db.database.transactions import transact
from annotation_db.errors import Refused
from annotation_db.exports.export_data import ExportData, collect
from annotation_db.exports.formats import FORMATS
from annotation_db.exports.readme import counts, policy_json
from annotation_db.exports.split_told import frozen_json
from annotation_db.exports.staging import Staging
from annotation_db.exports.writer import Writer
from annotation_db.filters.roi_filter import RoiFilter
from annotation_db.pictures import frozen_splits, images
from annotation_db.records import LabelPolicy, VotesUsed
from annotation_db.vocabulary.callbacks import Progress

__all__ = ["FORMATS", "ExportReport", "export"]

LAYOUT: Final = 2
"""Of the files: from 2 on "rle" in ROI files is the counts text, and the masks of conversations are rows."""


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export wrote."""

    folder: Path
    files: tuple[str, ...]
    counts: dict[str, int]
    policy: dict[str, Any]
    split: dict[str, Any]
    """What was wished of the split, how many groups it has, and whether it is frozen."""
    test_votes: VotesUsed
    """Which votes the labels of the test part are made of."""
    simulated: bool
    """Some of the ratings are simulated."""
    missing: tuple[str, ...]
    """Paths of pictures with ROIs whose files are gone or changed."""
    test_images: tuple[int, ...]
    """Ids of the images of the test part."""

    def as_json(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        return {
            "folder": str(self.folder),
            "files": list(self.files),
            "counts": self.counts,
            "policy": self.policy,
            "split": self.split,
            "test_votes": self.test_votes,
            "simulated": self.simulated,
            "missing": list(self.missing),
        }

    @property
    def missing_sentence(self) -> str:
        """What to say of the missing pictures; "" if there are none."""
        if not self.missing:
            return ""
        some = ", ".join(self.missing[:3]) + (" …" if len(self.missing) > 3 else "")
        return (
            f"{len(self.missing)} pictures of the exported ROIs are gone or have changed ({some}), so nobody "
            "can use their labels; put the files back, or name the folder they moved to."
        )


def export(
    store: Store,
    folder: str | Path,
    *,
    formats: Sequence[str] = tuple(FORMATS),
    run_id: int | None = None,
    policy: LabelPolicy | None = None,
    train: float | None = None,
    val: float | None = None,
    seed: int | None = None,
    folds: int | None = None,
    freeze: bool = False,
    roi_filter: RoiFilter | None = None,
    test_votes: VotesUsed = "unassisted",
    pseudonyms: bool = False,
    overwrite: bool = False,
    copy_images: bool = False,
    who: str = "",
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ExportReport:
    """Write an export folder: whole, or not at all.

    Raw votes, splits, the list of images, README and manifest are in every export; `formats` says
    what else.

    Parameters
    ----------
    folder : str or Path
        The folder to make; it may exist if it is empty.
    formats : sequence of str
        What to write beside the raw votes; names in `formats.FORMATS`, all of them by default.
    run_id : int, optional
        Export a stored label run.
    policy : LabelPolicy, optional
        Without `run_id`: compute labels now under this policy, the paper's if not given.
    train, val : float, optional
        Shares of the images that train and validate, 0..1; of the frozen split, or 0.8 and 0.
    seed : int, optional
        Seed of the split; of the frozen one, or 0.
    folds : int, optional
        Folds of the training images; of the frozen split, or 0 for none.
    freeze : bool
        Later exports keep this split. Images join a split that is frozen already with every export.
    roi_filter : RoiFilter, optional
        Only ROIs that it takes.
    test_votes : {"unassisted", "all"}
        Which votes the labels of the test images are made of. By default none that was given with
        a model's suggestion in view, whatever the policy of the other labels.
    pseudonyms : bool
        Call annotators rater-01, rater-02 ..., drawn for this export, and leave out what may name them.
    overwrite : bool
        Replace an earlier export in `folder`.
    copy_images : bool
        Copy the pictures, unchanged, into the export.
    who : str
        Who freezes.

    Returns
    -------
    ExportReport

    Raises
    ------
    Refused
        If `folder` is in use, a format is unknown, the split cannot be as it was asked for, or a mask that
        would be written is damaged.
    NotFound
        If there is no such label run.
    PictureError
        If a picture to be copied is missing or changed.
    DiskError
        If the disk is full or not writable; nothing is left behind.
    Cancelled
        If `cancelled` says so; nothing is left behind.
    """
    for name in formats:
        if name not in FORMATS:
            raise Refused(f"There is no export format {name}; choose from {', '.join(FORMATS)}.")
    if test_votes not in ("unassisted", "all"):
        raise Refused(f"Test labels are made of unassisted or all votes, not of {test_votes!r}.")
    chosen = [one for one in FORMATS.values() if one.name in formats]
    target = Path(folder)
    _refuse_own_folders(store, target)
    with Staging(target, overwrite=overwrite) as staging:
        with store.read() as s:
            data = collect(
                s,
                run_id=run_id,
                policy=policy,
                asked={"train": train, "val": val, "seed": seed, "folds": folds},
                roi_filter=roi_filter,
                freeze=freeze,
                test_votes=test_votes,
                pseudonyms=pseudonyms,
                read_only=store.read_only,
            )
            writer = Writer(staging, data, progress, cancelled)
            if any(one.has_masks for one in chosen):
                writer.check_masks()
            # Ratings are too many to be kept in memory, so they are written while this moment is still seen.
            writer.votes(s, history=any(one.has_history for one in chosen))
        writer.always(copy_images)
        for one in chosen:
            one.write(writer)
        if copy_images:
            writer.pictures()
        writer.readme(chosen, copy_images)
        told = counts(data, writer.tally)
        simulated = data.simulated(writer.tally.annotators)
        split = {**data.wish.as_json(), "groups": len(data.groups()), "frozen": frozen_json(data)}
        manifest = {
            "format": LAYOUT,
            "version": data.version,
            "created_at": data.created_at.isoformat(),
            "project": {
                "uid": data.project.uid,
                "name": data.project.name,
                "simulated": data.project.simulated,
            },
            "simulated_annotators": [data.display_names[person.id] for person in simulated],
            "pseudonyms": data.pseudonyms,
            "formats": [one.name for one in chosen],
            "policy": policy_json(data),
            "test_votes": data.test_votes,
            "label_run": data.run.uid if data.run else None,
            "split": split,
            "filter": data.roi_filter.as_json(),
            "counts": told,
        }
        _freeze(store, data, who)
        made = staging.commit(manifest)
        return ExportReport(
            folder=made,
            files=tuple(sorted(staging.files)),
            counts=told,
            policy=policy_json(data),
            split=split,
            test_votes=data.test_votes,
            simulated=bool(simulated) or data.project.simulated,
            missing=images.absent(data.images[one] for one in sorted({roi.image_id for roi in data.rois})),
            test_images=tuple(sorted(image for image, part in data.split.items() if part == "test")),
        )


def _freeze(store: Store, data: ExportData, who: str) -> None:
    """Freeze the split, or let images join it, if nobody changed it since the export began.

    Raises
    ------
    Refused
        If somebody did.
    """
    joins = (
        data.frozen is not None
        and not store.read_only
        and any(i not in data.frozen.parts for i in data.split)
    )
    if joins or (data.freeze and data.frozen is None):
        transact(
            store,
            lambda s: frozen_splits.freeze(s, data.wish, data.split, data.folds, known=data.frozen, who=who),
            who=who,
        )


def _refuse_own_folders(store: Store, target: Path) -> None:
    """Refuse to write an export where the project keeps something else.

    Raises
    ------
    Refused
        If that is so.
    """
    place, project = Path(os.path.realpath(target.expanduser())), Path(os.path.realpath(store.folder))
    if not place.is_relative_to(project):
        return
    first = next(iter(place.relative_to(project).parts), "")
    if first.casefold() in {JOURNAL, *FOLDERS}:
        raise Refused(
            f"{target} lies in the folder {first} of the project, which is the program's own; choose another "
            "place for the export."
        )
