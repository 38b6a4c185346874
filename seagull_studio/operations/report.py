"""The report of a project that a lab attaches to a paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from annotation_db.database.store import Store
from annotation_db.errors import Cancelled
from annotation_db.rating.permissions import Action
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from seagull_studio.operations import new_file, review
from seagull_studio.operations.acting import allow
from seagull_studio.operations.agreement import BOOTSTRAP

_STEPS = 9
"""Figures, the page, and the file."""


@dataclass(frozen=True, slots=True)
class Reported:
    """What was written."""

    file: Path
    bytes: int
    ratings: int
    annotators: int
    simulated: bool
    """Some of the annotators are simulated."""


def write(
    store: Store,
    file: Path,
    *,
    bootstrap: int = BOOTSTRAP,
    seed: int = 0,
    overwrite: bool = False,
    made_at: datetime | None = None,
    beside: bool = False,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> Reported:
    """Read the project at one moment, compute everything, and write one self-contained HTML file.

    Parameters
    ----------
    bootstrap : int
        Resamples of the images for the 95 % intervals.
    seed : int
        Of resamples, panels and pseudonyms: the same database and seed are the same file, but for its date.
    overwrite : bool
        Replace a file that is there.
    made_at : datetime, optional
        The date that it tells, aware; now, where not given.

    beside : bool
        Whether a window is in this process: then figures are drawn in another one.

    Raises
    ------
    Refused
        If something is there and `overwrite` was not asked for, or the place cannot be meant.
    ProjectError
        If the database is damaged.
    Cancelled
        If `cancelled` said so; nothing was written.
    DiskError
        If it cannot be written.
    """
    from seagull_studio.report import document, facts

    allow(store, Action.REVIEW)
    new_file.check(file, overwrite=overwrite)
    with store.read() as s:
        material = review.gather(s, progress, cancelled)
        read = facts.read(s, seed)
    found = review.measure(material, bootstrap=bootstrap, seed=seed, progress=progress, cancelled=cancelled)
    step = _stepping(progress, cancelled)
    page = document.page(material, found, read, made_at or datetime.now(UTC), step, beside=beside)
    step("file")
    data = page.encode("utf-8")
    new_file.save(file, data)
    people = sum(person.simulated for person in read.people)
    return Reported(file, len(data), len(material.table.roi), len(material.table.annotator_ids), people > 0)


def _stepping(progress: Progress | None, cancelled: CancelCheck | None) -> Callable[[str], None]:
    done = 0

    def step(what: str) -> None:
        nonlocal done
        if cancelled is not None and cancelled():
            raise Cancelled("The report was not made.")
        if progress is not None:
            progress(done, _STEPS, what)
        done += 1

    return step
