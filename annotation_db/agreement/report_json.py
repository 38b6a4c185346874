"""The report of agreement as JSON values: numbers in full, and a reason for each one that does not exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from math import isfinite
from typing import Any, Final

from annotation_db.agreement.panels import FIGURES, Panel
from annotation_db.agreement.report import AgreementReport, AnnotatorFigures, OfAnnotator
from annotation_db.agreement.scale_agreement import METRICS, Agreement
from annotation_db.agreement.screening import WEAK
from annotation_db.vocabulary.scales import SCALE_NAMES

APART: Final = (
    "Annotators and ROIs fall into groups that share no rating; biases and inconsistencies of annotators of "
    "different groups cannot be compared."
)
"""Said where the graph of annotators and ROIs is not connected."""
_NO_RATINGS: Final = "there are no counting ratings"


def as_json(found: AgreementReport, names: Mapping[int, str]) -> dict[str, Any]:
    """What ``agreement --json`` prints.

    Parameters
    ----------
    names : mapping
        Annotator id -> what they are called; they are listed by that.
    """
    table = found.table
    people = sorted(found.annotators, key=lambda one: names[one.annotator_id])
    return {
        "counting": {
            "ratings": len(table.roi),
            "annotators": len(table.annotator_ids),
            "rois": len(table.roi_ids),
            "images": len(table.image_ids),
        },
        "bootstrap": {
            "resamples": found.resamples,
            "seed": found.seed,
            "unit": "image",
            "method": "percentile",
        },
        "scales": {scale: _scale(found, scale) for scale in SCALE_NAMES},
        "bias_model": {scale: _model(found, scale) for scale in SCALE_NAMES},
        "annotators": [_annotator(one, names[one.annotator_id]) for one in people],
        "bt500_note": WEAK,
        "panel": {
            scale: {**panel_as_json(panel), "draws": found.draws, "seed": found.seed}
            for scale, panel in found.panel.items()
        },
    }


def _scale(found: AgreementReport, scale: str) -> dict[str, Any]:
    told = {"ordinal": _agreement(found.levels[scale])}
    if scale in found.presence:
        told["presence"] = _agreement(found.presence[scale])
    return told


def _agreement(one: Agreement) -> dict[str, Any]:
    return {
        "alpha": one.alpha,
        "metric": METRICS[one.metric],
        "ci95": _listed(one.ci95),
        "rois": one.rois,
        "ratings": one.ratings,
        "percent_agreement": one.percent_agreement,
        "resamples_left_out": one.left_out,
        "undefined": one.undefined or None,
    }


def _model(found: AgreementReport, scale: str) -> dict[str, Any]:
    told: dict[str, Any] = {"prior_votes": found.prior_votes}
    if not found.models:
        keys = ("converged", "rounds", "connected", "groups")
        return {**told, **dict.fromkeys(keys), "undefined": dict.fromkeys(keys, _NO_RATINGS)}
    model = found.models[scale]
    connected = found.groups.count == 1
    return {
        **told,
        "converged": model.converged,
        "rounds": model.rounds,
        "connected": connected,
        "groups": found.groups.count,
        "note": None if connected else APART,
        "undefined": None,
    }


def _annotator(one: AnnotatorFigures, name: str) -> dict[str, Any]:
    undefined = {}
    if not isfinite(one.median_seconds):
        undefined["median_seconds"] = "no time is known of these ratings"
    if one.repeats is None:
        undefined["repeats"] = "no ROI was shown to them twice"
    if not one.drift:
        undefined["drift"] = "these ratings were stored together, so nobody knows their order"
    return {
        "annotator": name,
        "ratings": one.ratings,
        "median_seconds": _number(one.median_seconds),
        "straight_lining": one.straight_lining,
        "repeats": None if one.repeats is None else {k: asdict(v) for k, v in one.repeats.items()},
        "sessions": one.sessions,
        "drift": [asdict(step) for step in one.drift] or None,
        "scales": {scale: _of_annotator(told) for scale, told in one.scales.items()},
        "undefined": undefined or None,
    }


def _of_annotator(one: OfAnnotator) -> dict[str, Any]:
    undefined = {}
    if not isfinite(one.spearman_others):
        undefined["spearman_others"] = (
            "fewer than two of these ROIs have another rating, or the votes do not vary"
        )
    if not isfinite(one.alpha_without):
        undefined["alpha_without"] = "without this annotator nothing is left that varies"
    screened = one.screening
    return {
        "bias": one.bias,
        "inconsistency": one.inconsistency,
        "bt500": {"p": screened.p, "q": screened.q, "n": screened.n, "flagged": screened.flagged},
        "spearman_others": _number(one.spearman_others),
        "alpha_without": _number(one.alpha_without),
        "undefined": undefined or None,
    }


def panel_as_json(panel: Panel) -> dict[str, Any]:
    """Panels on one scale: halves, whole ones, and what a perfect model could reach."""
    return {
        "panel_halves": {**panel.values, "ci95": {name: _listed(panel.ci95[name]) for name in FIGURES}},
        "panel_full": {"plcc": panel.full_plcc},
        "attainable": {"plcc": panel.attainable_plcc},
        "undefined": panel.undefined or None,
    }


def _number(value: float) -> float | None:
    return value if isfinite(value) else None


def _listed(interval: tuple[float, float] | None) -> list[float] | None:
    return None if interval is None else list(interval)
