"""Fit the baseline to a project's own ratings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from annotation_db import project as facts
from annotation_db.database.store import Store
from annotation_db.errors import Cancelled, PictureError, Refused
from annotation_db.labels import labels
from annotation_db.pictures import images, masks, rois
from annotation_db.pictures.picture_files import open_rgb
from annotation_db.predictions.prediction_records import PredictorRecord
from annotation_db.rating import ratings
from annotation_db.rating.permissions import Action
from annotation_db.records import ImageRecord, RatingRecord, RoiRecord
from annotation_db.safety import integrity
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from model.predictors.baseline_needs import POLICY
from seagull_studio.jobs.predict import info, register
from seagull_studio.operations.acting import allow

WHO = "fit-baseline"


@dataclass(frozen=True, slots=True)
class FitReport:
    """What the fit came to."""

    predictor: PredictorRecord
    folder: Path
    """What to name as the model of ``predict``."""
    rois: int
    images: int
    failed: tuple[tuple[str, str], ...]
    """(picture, sentence) of pictures that could not be read."""

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            "model": self.predictor.name,
            "predictor": self.predictor.id,
            "folder": str(self.folder),
            "rois": self.rois,
            "images": self.images,
            "card": self.predictor.card,
            "failed": [{"file": path, "message": sentence} for path, sentence in self.failed],
        }


def fit(
    store: Store,
    name: str = POLICY,
    min_raters: int | None = None,
    *,
    who: str = WHO,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> FitReport:
    """Fit to the ROIs that have a label, and make the result known to the project.

    Parameters
    ----------
    name : str
        Label policy: which ROIs have a label, and which votes count; by default the paper's, from unassisted
        votes, so that no model learns from what another one suggested.
    min_raters : int, optional
        Another fewest ratings for a label than the policy's.

    Raises
    ------
    ProjectError
        If the database is damaged.
    Refused
        If there is no such policy, there are too few labels, or the file can not be written.
    Cancelled
        If `cancelled` said so; nothing was changed.
    """
    allow(store, Action.MODELS)
    from model.predictors.baseline import Baseline
    from model.predictors.baseline_fit import check_enough
    from model.predictors.protocol import PredictorError

    policy = labels.policy_named(name, min_raters=min_raters)
    with store.read() as s:
        integrity.refuse_damaged(s)
        project = facts.get(s)
        computed = labels.compute(s, policy)
        run = labels.run_saying(s, policy, computed)
        labelled = [label for label in computed if label.status == "labelled"]
        counting = ratings.counting(s, policy.votes)
        regions = rois.get_many(s, [label.roi_id for label in labelled])
        pictures = images.get_many(s, {roi.image_id for roi in regions.values()})
    votes = {label.roi_id: counting[label.roi_id] for label in labelled}
    try:
        check_enough(len(regions), len(pictures))
        measured, failed = _measured(regions, pictures, votes, progress, cancelled)
        card = {"project": project.name, "simulated": project.simulated, "policy": policy.name}
        if run is not None:
            card["label_run"] = run.uid
        if progress is not None:
            progress(0, 0, "fitting the baseline")
        made = Baseline.fit(measured, card=card)
        folder = store.folder / "models" / made.signature
        made.save(folder)
    except PredictorError as error:
        raise Refused(str(error)) from error
    record = register(store, info(made, str(folder)), who)
    return FitReport(record, folder, len(measured), len({roi.image for roi in measured}), tuple(failed))


def run_job(
    store: Store,
    options: Mapping[str, Any],
    *,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> str:
    """The same as a job: options ``policy``, ``min_raters``; returns one sentence.

    Parameters
    ----------
    options : mapping
        As above.
    progress : callable, optional
        Called with what is done, how much there is, and what is being done.
    cancelled : callable, optional
        Asked now and then whether to stop.
    """
    name = str(options.get("policy", POLICY))
    return sentence(fit(store, name, options.get("min_raters"), progress=progress, cancelled=cancelled))


def sentence(report: FitReport) -> str:
    """What was done, for a person."""
    from model.predictors.baseline_fit import FALSE_ALARM_RATE, is_predicted

    scales = report.predictor.card["cross_validation"]["scales"]
    told = ", ".join(_figure(name, value) for name, value in scales.items() if is_predicted(value))
    fitted = f"{report.predictor.name} was fitted to {report.rois} ROIs on {report.images} pictures"
    if not told:
        nearest, value = min(scales.items(), key=lambda item: (item[1]["chance"], -item[1]["skill_t"]))
        return (
            f"{fitted}; it can tell no scale surely better than by its plain frequencies, so it predicts "
            f"none (nearest is {nearest}, {sureness(value['chance'])} sure; "
            f"{100 * (1 - FALSE_ALARM_RATE):.0f} % are asked)."
        )
    return f"{fitted}; SROCC on pictures it had not seen, and how sure, of the scales it tells: {told}."


def sureness(chance: float) -> str:
    """How sure it is that a scale is told better than by chance, such as "99.2 %"."""
    return f"{min(99.9, 100 * (1 - chance)):.1f} %"


def _measured(
    regions: Mapping[int, RoiRecord],
    pictures: Mapping[int, ImageRecord],
    votes: Mapping[int, list[RatingRecord]],
    progress: Progress | None,
    cancelled: CancelCheck | None,
) -> tuple[list[Any], list[tuple[str, str]]]:
    from model.predictors.baseline_fit import LabelledRoi, tally
    from model.predictors.features import measure

    found: list[LabelledRoi] = []
    failed: list[tuple[str, str]] = []
    by_image = groupby(sorted(regions.values(), key=lambda roi: (roi.image_id, roi.id)), lambda r: r.image_id)
    for number, (image_id, group) in enumerate(by_image):
        image, here = pictures[image_id], list(group)
        if cancelled is not None and cancelled():
            raise Cancelled("Fitting the baseline was stopped; nothing was changed.")
        if progress is not None:
            progress(number, len(pictures), image.path)
        try:
            if (wrong := images.verify(image)) is not None:
                raise PictureError(wrong)
            rgb = open_rgb(images.absolute_path(image))
        except PictureError as error:
            failed.append((image.path, str(error)))
            continue
        rows = measure(rgb, [masks.decode(masks.Rle(roi.size, roi.counts)) for roi in here])
        for roi, row in zip(here, rows, strict=True):
            tallied = tally([rating.votes for rating in votes[roi.id]])
            found.append(LabelledRoi(image.path, row, tallied))
    return found, failed


def _figure(name: str, value: Mapping[str, Any]) -> str:
    srocc = "" if value["srocc"] is None else f" {value['srocc']:.2f}"
    return f"{name}{srocc} ({sureness(value['chance'])})"
