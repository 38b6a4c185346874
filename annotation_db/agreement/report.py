"""All figures of agreement of a project, computed from its counting ratings as columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotation_db.agreement import annotator_figures, observer_model, panels, sessions
from annotation_db.agreement.annotator_figures import Repeats
from annotation_db.agreement.observer_model import PRIOR_VOTES, Groups, ObserverModel
from annotation_db.agreement.panels import DRAWS, Panel
from annotation_db.agreement.resampling import image_counts
from annotation_db.agreement.scale_agreement import Agreement, scale_agreements
from annotation_db.agreement.screening import Screening, screen
from annotation_db.agreement.sessions import DriftStep
from annotation_db.agreement.vote_columns import VoteColumns
from annotation_db.errors import Cancelled
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from annotation_db.vocabulary.scales import SCALE_NAMES

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Pairs = tuple[Integers, Integers]
"""First and second votes of repeats, each of shape (pairs, 8)."""


@dataclass(frozen=True, slots=True)
class OfAnnotator:
    """One annotator on one scale. NaN where a figure does not exist."""

    bias: float
    """In levels; above 0: gives higher levels than the others."""
    inconsistency: float
    screening: Screening
    spearman_others: float
    alpha_without: float
    """Ordinal alpha of the scale without this annotator."""


@dataclass(frozen=True, slots=True)
class AnnotatorFigures:
    """One annotator."""

    annotator_id: int
    ratings: int
    median_seconds: float
    """NaN where no time is known."""
    straight_lining: float
    """Share of ratings with their most frequent pattern."""
    repeats: dict[str, Repeats] | None
    sessions: int
    drift: list[DriftStep]
    scales: dict[str, OfAnnotator]


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """The whole report; see `report_json` for how it is told."""

    table: VoteColumns
    resamples: int
    seed: int
    prior_votes: float
    levels: dict[str, Agreement]
    """Ordinal alpha of every scale."""
    presence: dict[str, Agreement]
    """Nominal alpha of whether a distortion is there."""
    groups: Groups
    models: dict[str, ObserverModel]
    """Empty without a rating, as `annotators`."""
    annotators: list[AnnotatorFigures]
    panel: dict[str, Panel]
    draws: int


def report(
    table: VoteColumns,
    *,
    bootstrap: int = 1000,
    seed: int = 0,
    prior_votes: float = PRIOR_VOTES,
    draws: int = DRAWS,
    repeats: Mapping[int, Pairs] | None = None,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> AgreementReport:
    """Compute everything.

    Parameters
    ----------
    bootstrap : int
        Resamples of the images for the 95 % intervals.
    seed : int
        Of resamples and panels: same seed, same figures.
    prior_votes : float
        Of the observer model; 0 is ITU-T P.910 as published.
    draws : int
        Times that panels are drawn.
    repeats : mapping, optional
        Annotator id -> votes on ROIs that they were shown twice.

    Raises
    ------
    Cancelled
        If `cancelled` said so.
    """
    steps = _Steps(progress, cancelled)
    several = table.among(table.per_roi[table.roi] > 1)
    images = image_counts(len(several.image_ids), bootstrap, seed)
    steps.next("agreement")
    levels, presence = scale_agreements(several, images)
    together = observer_model.groups(table)
    models: dict[str, ObserverModel] = {}
    if len(table.roi):
        for scale in SCALE_NAMES:
            steps.next(f"bias and inconsistency: {scale}")
            models[scale] = observer_model.fit(
                table, scale, together, prior_votes=prior_votes, cancelled=cancelled
            )
    annotators = _annotators(table, models, repeats or {}, steps)
    panel = panels.panels(several, images, seed=seed, draws=draws, progress=progress, cancelled=cancelled)
    return AgreementReport(
        table, bootstrap, seed, prior_votes, levels, presence, together, models, annotators, panel, draws
    )


class _Steps:
    """Says which of the steps before the panels is under way."""

    def __init__(self, progress: Progress | None, cancelled: CancelCheck | None) -> None:
        self._progress, self._cancelled = progress, cancelled
        self._done = 0

    def next(self, what: str) -> None:
        if self._cancelled is not None and self._cancelled():
            raise Cancelled("The agreement was not computed to its end.")
        if self._progress is not None:
            self._progress(self._done, 2 * len(SCALE_NAMES) + 1, what)
        self._done += 1


def _annotators(
    table: VoteColumns, models: Mapping[str, ObserverModel], repeats: Mapping[int, Pairs], steps: _Steps
) -> list[AnnotatorFigures]:
    if not models:
        return []
    of_scales: list[dict[str, OfAnnotator]] = [{} for _ in table.annotator_ids]
    for scale, model in models.items():
        steps.next(f"annotators: {scale}")
        columns = zip(
            model.bias.tolist(),
            model.inconsistency.tolist(),
            screen(table, scale),
            annotator_figures.spearman_others(table, scale).tolist(),
            annotator_figures.alpha_without(table, scale).tolist(),
            strict=True,
        )
        for person, row in enumerate(columns):
            of_scales[person][scale] = OfAnnotator(*row)
    places = sessions.places(table)
    drift = sessions.drift(table, places, {scale: model.residual for scale, model in models.items()})
    seconds = annotator_figures.median_seconds(table).tolist()
    straight = annotator_figures.straight_lining(table).tolist()
    ratings = np.bincount(table.annotator, minlength=len(table.annotator_ids)).tolist()
    return [
        AnnotatorFigures(
            annotator_id=annotator_id,
            ratings=ratings[person],
            median_seconds=seconds[person],
            straight_lining=straight[person],
            repeats=annotator_figures.repeats(*repeats[annotator_id]) if annotator_id in repeats else None,
            sessions=int(places.sessions[person]),
            drift=drift[person],
            scales=of_scales[person],
        )
        for person, annotator_id in enumerate(table.annotator_ids.tolist())
    ]
