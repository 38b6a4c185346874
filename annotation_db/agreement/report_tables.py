"""The report of agreement as tables, a row for each thing; figures that do not exist are None."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

import numpy as np

from annotation_db.agreement.panels import FIGURES
from annotation_db.agreement.report import AgreementReport
from annotation_db.agreement.scale_agreement import METRICS
from annotation_db.vocabulary.scales import SCALE_NAMES

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One table."""

    name: str
    """Of its file."""
    holds: str
    header: tuple[str, ...]
    rows: Iterable[Row]


_AGREEMENT: Final = (
    *("scale", "metric", "alpha", "ci95_low", "ci95_high", "percent_agreement", "rois", "ratings"),
    *("resamples_left_out", "undefined"),
)
_ANNOTATOR: Final = (
    *("annotator", "scale", "ratings", "bias", "inconsistency", "bt500_p", "bt500_q", "bt500_n"),
    *("bt500_flagged", "spearman_others", "alpha_without", "median_seconds", "straight_lining", "sessions"),
    *("repeat_pairs", "repeat_exact", "repeat_mean_abs_difference"),
)
_PANEL: Final = (
    "scale",
    *(f"{name}{end}" for name in FIGURES for end in ("", "_ci95_low", "_ci95_high")),
    *("full_plcc", "attainable_plcc", "draws", "undefined"),
)
_ROI: Final = ("image", "roi", "roi_uid", "scale", "n", "mean", "bias_corrected", "standard_error")


def tables(
    found: AgreementReport, names: Mapping[int, str], rois: Mapping[int, tuple[str, str, str]]
) -> list[Table]:
    """All tables.

    Parameters
    ----------
    names : mapping
        Annotator id -> what they are called.
    rois : mapping
        ROI id -> image, id and uid of it.
    """
    drift = ("annotator", "first", "last", "ratings", *SCALE_NAMES)
    model = ("scale", "prior_votes", "converged", "rounds", "connected", "groups")
    return [
        Table("scales.csv", "agreement on each scale", _AGREEMENT, _agreements(found)),
        Table("annotators.csv", "each annotator on each scale", _ANNOTATOR, _annotators(found, names)),
        Table("drift.csv", "mean residual by position in a session", drift, _drift(found, names)),
        Table("bias_model.csv", "how bias and inconsistency were estimated", model, _models(found)),
        Table("panel.csv", "panel against panel, and what a model could reach", _PANEL, _panels(found)),
        Table("scores.csv", "bias-corrected scores of each ROI; never the label", _ROI, _scores(found, rois)),
    ]


def _agreements(found: AgreementReport) -> Iterator[Row]:
    for some in (found.levels, found.presence):
        for scale, one in some.items():
            why = "; ".join(f"{key}: {reason}" for key, reason in one.undefined.items())
            figures = (one.alpha, *(one.ci95 or (None, None)), one.percent_agreement)
            yield scale, METRICS[one.metric], *figures, one.rois, one.ratings, one.left_out, why


def _annotators(found: AgreementReport, names: Mapping[int, str]) -> Iterator[Row]:
    for one in sorted(found.annotators, key=lambda person: names[person.annotator_id]):
        for scale, told in one.scales.items():
            repeat = None if one.repeats is None else one.repeats[scale]
            screened = told.screening
            yield (
                *(names[one.annotator_id], scale, one.ratings, told.bias, told.inconsistency),
                *(screened.p, screened.q, screened.n, int(screened.flagged)),
                *(_number(told.spearman_others), _number(told.alpha_without)),
                *(_number(one.median_seconds), one.straight_lining, one.sessions),
                *(
                    (None, None, None)
                    if repeat is None
                    else (repeat.pairs, repeat.exact, repeat.mean_abs_difference)
                ),
            )


def _drift(found: AgreementReport, names: Mapping[int, str]) -> Iterator[Row]:
    for one in sorted(found.annotators, key=lambda person: names[person.annotator_id]):
        for step in one.drift:
            yield names[one.annotator_id], step.first, step.last, step.ratings, *step.mean_residual.values()


def _models(found: AgreementReport) -> Iterator[Row]:
    groups = found.groups.count
    for scale, model in found.models.items():
        yield scale, model.prior_votes, int(model.converged), model.rounds, int(groups == 1), groups


def _panels(found: AgreementReport) -> Iterator[Row]:
    for scale, panel in found.panel.items():
        why = "; ".join(f"{key}: {reason}" for key, reason in panel.undefined.items())
        figures: list[Any] = []
        for name in FIGURES:
            figures += [panel.values[name], *(panel.ci95[name] or (None, None))]
        yield scale, *figures, panel.full_plcc, panel.attainable_plcc, found.draws, why


def _scores(found: AgreementReport, rois: Mapping[int, tuple[str, str, str]]) -> Iterator[Row]:
    table = found.table
    n = table.per_roi
    for scale, model in found.models.items():
        mean = np.bincount(table.roi, table.column(scale), minlength=len(n)) / n
        columns = (n, mean, model.score, model.standard_error)
        for roi_id, *row in zip(table.roi_ids.tolist(), *(one.tolist() for one in columns), strict=True):
            yield *rois[roi_id], scale, *row


def _number(value: float) -> float | None:
    return value if isfinite(value) else None
