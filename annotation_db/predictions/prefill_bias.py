"""The bias report: what suggestions do to the votes of this project, measured against the control share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_db.agreement.resampling import image_weights
from annotation_db.database.schema import Prediction, Rating, Roi
from annotation_db.predictions import bias_estimates, predictions
from annotation_db.predictions.bias_estimates import Estimate
from annotation_db.predictions.weight_of_advice import VoteTable, advice_moments, sums
from annotation_db.rating.rating_rules import is_counting
from annotation_db.rating.ratings import VOTE_COLUMNS
from annotation_db.records import VotesUsed
from annotation_db.safety import integrity
from annotation_db.vocabulary.scales import SCALE_NAMES, SCALES

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_MODES: Final = ("none", "control", "revealed", "shown")


@dataclass(frozen=True, slots=True)
class ScaleBias:
    """What suggestions do to the votes on one scale."""

    shown: int
    """Votes given with a suggestion in view."""
    control: int
    """Votes for which there was a suggestion, withheld by lot."""
    acceptance_rate: Estimate
    """Share of the shown votes that equal the suggestion."""
    control_match_rate: Estimate
    """Share of the control votes that equal the suggestion they never saw: acceptance without any advice."""
    weight_of_advice: Estimate
    """Mean share of the way to the suggestion, 0 none .. 1 all (module `weight_of_advice`)."""

    def estimates(self) -> dict[str, Estimate]:
        """The estimates by the keys that they have in files and in ``--json``."""
        return {
            "adoption": self.acceptance_rate,
            "unaided": self.control_match_rate,
            "pull": self.weight_of_advice,
        }

    def as_json(self) -> dict[str, Any]:
        """Counts and estimates as JSON values."""
        estimates = {key: _plain(asdict(found)) for key, found in self.estimates().items()}
        return {"shown": self.shown, "control": self.control, **estimates}


@dataclass(frozen=True, slots=True)
class ScaleAgreement:
    """Krippendorff's ordinal alpha on one scale, with and without suggestions.

    The two are of different ROIs where few ROIs have two votes of either kind.
    """

    assisted: Estimate
    unassisted: Estimate


@dataclass(frozen=True, slots=True)
class BiasReport:
    """What suggestions did to the votes of a project: over all scales, by scale, and on agreement."""

    models: tuple[str, ...]
    """Names of the models whose suggestions were shown or withheld."""
    ratings: dict[str, int]
    """Counting ratings by what was seen: none, control, revealed, shown."""
    images: int
    """Images with a rating that was shown a suggestion, or was a control."""
    bootstrap: int
    seed: int
    overall: ScaleBias
    """All eight scales together, a level of one as much as a level of another."""
    scales: dict[str, ScaleBias]
    agreement: dict[str, ScaleAgreement]

    def as_json(self) -> dict[str, Any]:
        """The report as JSON values; per scale with its agreement."""
        return {
            "models": list(self.models),
            "ratings": self.ratings,
            "images": self.images,
            "bootstrap": self.bootstrap,
            "seed": self.seed,
            "overall": self.overall.as_json(),
            "scales": {
                name: {**found.as_json(), "agreement": _plain(asdict(self.agreement[name]))}
                for name, found in self.scales.items()
            },
        }


def report(
    s: Session, *, predictor_id: int | None = None, bootstrap: int = 1000, seed: int = 0
) -> BiasReport:
    """Measure what suggestions do, over all counting ratings.

    Parameters
    ----------
    predictor_id : int, optional
        Only suggestions of this model; of all models if not given.
    bootstrap : int
        Resamples of the images for the 95 % intervals (`resampling.interval95`), at least 100 to mean
        anything.
    seed : int
        Same seed, same intervals.

    Raises
    ------
    NotFound
        If there is no such model.
    ProjectError
        If the database is damaged.
    """
    integrity.refuse_damaged(s)
    names = {record.id: record.name for record in predictions.predictors(s)}
    if predictor_id is not None:
        predictions.get_predictor(s, predictor_id)
    rows = _votes(s, "all")
    said = _suggestions(s, rows, predictor_id)
    index = _Index(rows)
    table = index.table(rows, said)
    weights = image_weights(table.images, bootstrap, seed)
    scales, overall = _biases(table, weights)
    in_view = [row for row, shown in zip(rows, table.shown, strict=True) if shown]
    assisted = index.alphas(in_view, weights)
    unassisted = index.alphas(_votes(s, "unassisted"), weights)
    return BiasReport(
        models=tuple(sorted({names[found.predictor_id] for found in said})),
        ratings={mode: sum(row.prefill == mode for row in rows) for mode in _MODES},
        images=len(np.unique(table.image_of_roi[table.roi[table.shown | table.control]])),
        bootstrap=bootstrap,
        seed=seed,
        overall=overall,
        scales=scales,
        agreement={name: ScaleAgreement(assisted[name], unassisted[name]) for name in SCALE_NAMES},
    )


class _Vote(NamedTuple):
    image_id: int
    roi_id: int
    prefill: str
    prediction_id: int | None
    votes: tuple[int, ...]


class _Suggestion(NamedTuple):
    id: int
    predictor_id: int
    roi_id: int
    votes: tuple[float, ...]
    """NaN where the model said nothing."""


def _votes(s: Session, which: VotesUsed) -> list[_Vote]:
    columns = (Roi.image_id, Rating.roi_id, Rating.prefill, Rating.prediction_id, *VOTE_COLUMNS)
    query = select(*columns).select_from(Rating).join(Roi, Roi.id == Rating.roi_id)
    rows = s.execute(query.where(is_counting(which)).order_by(Rating.id))
    return [_Vote(row[0], row[1], row[2], row[3], tuple(row[4:])) for row in rows]


def _suggestions(s: Session, rows: Sequence[_Vote], predictor_id: int | None) -> list[_Suggestion]:
    """The predictions that were shown or withheld, in order of their ids."""
    wanted = {row.prediction_id for row in rows if row.prefill in ("shown", "control")}
    columns = [getattr(Prediction, name) for name in SCALE_NAMES]
    query = select(Prediction.id, Prediction.predictor_id, Prediction.roi_id, *columns)
    if predictor_id is not None:
        query = query.where(Prediction.predictor_id == predictor_id)
    return [
        _Suggestion(row[0], row[1], row[2], tuple(np.nan if v is None else float(v) for v in row[3:]))
        for row in s.execute(query.order_by(Prediction.id))
        if row[0] in wanted
    ]


class _Index:
    """ROIs and images by their place in the arrays."""

    def __init__(self, rows: Sequence[_Vote]) -> None:
        self._rois = {roi: place for place, roi in enumerate(sorted({row.roi_id for row in rows}))}
        image_of = {row.roi_id: row.image_id for row in rows}
        images = {image: place for place, image in enumerate(sorted(set(image_of.values())))}
        self._image_of_roi = np.array([images[image_of[roi]] for roi in self._rois], dtype=np.int64)

    def table(self, rows: Sequence[_Vote], said: Sequence[_Suggestion]) -> VoteTable:
        """All votes, with the suggestions behind them."""
        place = {found.id: number for number, found in enumerate(said)}
        behind = [-1 if row.prediction_id is None else place.get(row.prediction_id, -1) for row in rows]
        prediction = np.array(behind, dtype=np.int64)
        return VoteTable(
            votes=_array([row.votes for row in rows]),
            roi=self._of(rows),
            image_of_roi=self._image_of_roi,
            prediction=prediction,
            shown=(prediction >= 0) & np.array([row.prefill == "shown" for row in rows], dtype=np.bool_),
            control=(prediction >= 0) & np.array([row.prefill == "control" for row in rows], dtype=np.bool_),
            suggested=_array([found.votes for found in said]),
            roi_of_prediction=self._of(said),
        )

    def alphas(self, rows: Sequence[_Vote], weights: Floats) -> dict[str, Estimate]:
        """Agreement of some of the votes, per scale."""
        roi = self._of(rows)
        values = _array([row.votes for row in rows]).astype(np.int64)
        return {
            name: bias_estimates.alpha(
                values[:, k], roi, self._image_of_roi, len(SCALES[name].levels), weights
            )
            for k, name in enumerate(SCALE_NAMES)
        }

    def _of(self, rows: Sequence[_Vote] | Sequence[_Suggestion]) -> Integers:
        return np.array([self._rois[row.roi_id] for row in rows], dtype=np.int64)


def _array(rows: Sequence[Sequence[float]]) -> Floats:
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(SCALE_NAMES))


def _biases(table: VoteTable, weights: Floats) -> tuple[dict[str, ScaleBias], ScaleBias]:
    moments = advice_moments(table)
    shown, adopted = _matches(table, table.shown)
    control, equal = _matches(table, table.control)

    def told(pick: Callable[[Floats], Floats]) -> ScaleBias:
        used = int(np.count_nonzero(pick(moments.used.astype(np.float64))))
        return ScaleBias(
            shown=int(pick(shown).sum()),
            control=int(pick(control).sum()),
            acceptance_rate=bias_estimates.share(
                pick(adopted), pick(shown), weights, "no votes were given with a suggestion in view"
            ),
            control_match_rate=bias_estimates.share(
                pick(equal), pick(control), weights, "there are no control votes"
            ),
            weight_of_advice=bias_estimates.weight_of_advice(
                pick(moments.numerator), pick(moments.denominator), used, weights
            ),
        )

    def of_scale(number: int) -> ScaleBias:
        return told(lambda sums_of_images: sums_of_images[:, number])

    scales = {name: of_scale(number) for number, name in enumerate(SCALE_NAMES)}
    return scales, told(lambda sums_of_images: np.asarray(sums_of_images.sum(axis=1)))


def _matches(table: VoteTable, chosen: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Per image and scale: votes that had a suggestion, and those of them that equal it."""
    suggested = table.suggested[table.prediction[chosen]]
    image = table.image_of_roi[table.roi[chosen]]
    number = sums(image, (~np.isnan(suggested)).astype(np.float64), table.images)
    equal = sums(image, (suggested == table.votes[chosen]).astype(np.float64), table.images)
    return number, equal


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Tuples as lists, all the way down."""
    return {
        key: _plain(value) if isinstance(value, dict) else list(value) if isinstance(value, tuple) else value
        for key, value in values.items()
    }
