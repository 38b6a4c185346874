"""Make the sample project: real photographs, known distortions, drawn ROIs, simulated annotators."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from annotation_db.database.failures import naming, translate_database_errors
from annotation_db.database.store import Store
from annotation_db.errors import Cancelled, ProjectError
from annotation_db.files.whole_folder import building
from annotation_db.pictures import groups, images, masks, rois
from annotation_db.rating import annotators, ratings
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from annotation_db.vocabulary.whole_files import write_synced
from seagull_studio.operations import simulated_raters
from seagull_studio.operations.sample import photographs, pictures
from seagull_studio.operations.sample.pictures import ENOUGH, PICTURES
from seagull_studio.operations.sample.simulation import Simulation, rated_rois

NAME: Final = "Sample project (simulated annotators)"
WHO: Final = "sample project"
"""Named by the audit trail, and as the one who drew the ROIs."""
SIMULATION: Final = "simulation.json"
"""File in the project folder with the true values and the parameters of the simulation."""


def create(
    folder: str | Path,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> Store:
    """Make the sample project and open it.

    It is built beside `folder` and put in place at the end, so that nothing half made is left behind.

    Parameters
    ----------
    folder : str or Path
        A new or empty folder.
    seed : int, optional
        Seed of noise, annotators and votes: the same seed, the same pictures and votes.
    progress : callable, optional
        Called with pictures done, pictures in all, and what is being done.
    cancelled : callable, optional
        Asked between pictures.

    Raises
    ------
    ProjectError
        If the folder holds anything already.
    DiskError
        If the disk is full or not writable; nothing is left behind.
    Cancelled
        If `cancelled` said so; nothing is left behind.
    """
    target = Path(os.path.realpath(Path(folder).expanduser()))
    with translate_database_errors(str(target)), building(target) as place:
        _check_empty(target)
        _build(place.folder, seed, progress, cancelled)
        _check_empty(target)  # another program may have put something there meanwhile
        place.publish()
    return Store.open(target)


def _check_empty(target: Path) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ProjectError(f"{target} is not empty; choose a new or empty folder for the sample project.")


def _build(folder: Path, seed: int, progress: Progress | None, cancelled: CancelCheck | None) -> None:
    drawn = photographs.rois()
    _write_pictures(folder / "images", drawn, seed, progress, cancelled)
    simulation = Simulation(seed, simulated_raters.make_annotators(seed=seed), tuple(rated_rois(drawn)))
    scan = images.scan_folder(folder / "images", cancelled=cancelled)

    def fill(session: Session) -> None:
        images.add(session, scan, source=photographs.SOURCE, who=WHO)
        _fill(session, drawn, simulation)

    Store.create(folder, NAME, raters_wanted=ENOUGH, seed=seed, simulated=True, fill=fill).close()
    text = json.dumps(simulation.as_json(), indent=1)
    _write(folder / SIMULATION, f"{text}\n".encode())


def _write_pictures(
    folder: Path,
    drawn: dict[str, dict[str, photographs.SampleRoi]],
    seed: int,
    progress: Progress | None,
    cancelled: CancelCheck | None,
) -> None:
    folder.mkdir(parents=True)
    originals = {name: photographs.load(name) for name in photographs.PHOTOGRAPHS}
    for number, picture in enumerate(PICTURES):
        if cancelled is not None and cancelled():
            raise Cancelled("The sample project was stopped; nothing was made.")
        if progress is not None:
            progress(number, len(PICTURES), picture.file)
        rendered = picture.render(originals[picture.photograph], drawn.get(picture.photograph, {}), seed)
        _save(rendered, folder / picture.file)
    if progress is not None:
        progress(len(PICTURES), len(PICTURES), "ratings")


def _save(rgb: npt.NDArray[np.uint8], path: Path) -> None:
    _write(path, pictures.png(rgb))


def _write(path: Path, data: bytes) -> None:
    with naming(path):
        write_synced(path, data)


def _fill(
    session: Session, drawn: dict[str, dict[str, photographs.SampleRoi]], simulation: Simulation
) -> None:
    """Add notes, ROIs, annotators and ratings to a project that has its pictures."""
    ids = {image.path: image.id for image in images.list_all(session)}
    groups.assign(session, {ids[picture.file]: picture.photograph for picture in PICTURES}, WHO)
    roi_ids = []
    for picture in PICTURES:
        images.set_note(session, ids[picture.file], picture.note())
        for name in picture.rois:
            roi = drawn[picture.photograph][name]
            added = rois.add(
                session,
                image_id=ids[picture.file],
                mask=masks.Rle(roi.size, roi.counts),
                level=roi.level,
                external_id=name,
                who=WHO,
            )
            roi_ids.append(added.id)
    people = [annotators.add(session, one.name, simulated=True, who=WHO).id for one in simulation.annotators]
    days_ago = datetime.now(UTC) - timedelta(days=len(people) + 1)
    first_day = days_ago.replace(hour=9, minute=0, second=0, microsecond=0)
    ratings.submit_many(session, simulation.ratings(roi_ids, people, first_day))
