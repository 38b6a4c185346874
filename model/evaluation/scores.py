"""SROCC and PLCC of scores with labels, with intervals; and their paired difference between two models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.evaluation.block import Block
from model.evaluation.compared import Said, Truth
from model.evaluation.logistic import plcc_logistic
from model.evaluation.metrics import plcc, srocc
from model.evaluation.resamples import Resamples

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FIGURES: Final = ("srocc", "plcc")
_POINT: Final[dict[str, Callable[[Floats, Floats], float | None]]] = {"srocc": srocc, "plcc": plcc}


def scores(truth: Truth, said: Said, name: str, resamples: Resamples) -> dict[str, Any]:
    """The figures of quality or importance, on the raw scores; those that could not be read are left out.

    Parameters
    ----------
    truth, said
        Of R ROIs.
    name : {"quality", "importance"}
    resamples : Resamples
        Of the same ROIs.

    Returns
    -------
    dict
        JSON values: ``srocc``, ``plcc``, ``plcc_logistic`` with intervals and reasons, and how many scores
        were read.
    """
    among = said.read(name)
    x, y = said.scores[name], truth.means[name]
    block = Block()
    why = why_no_correlation(x[among], y[among])
    for figure in FIGURES:
        block.put(figure, None if why else _POINT[figure](x[among], y[among]), why)
        drawn = _drawn(resamples, figure, x, y, among) if not why else np.full(len(resamples.counts), np.nan)
        block.put_interval(figure, resamples.interval(drawn, among))
    fitted, reason = (None, why) if why else plcc_logistic(x[among], y[among])
    block.put("plcc_logistic", fitted, reason)
    return block.as_json(read=int(among.sum()))


def difference(truth: Truth, said: Said, other: Said, name: str, resamples: Resamples) -> dict[str, Any]:
    """How much larger SROCC and PLCC are than another model's, over the ROIs that both could be read of.

    Parameters
    ----------
    truth, said
        Of R ROIs.
    other : Said
        Of the other model, of the same ROIs.
    name : {"quality", "importance"}
    resamples : Resamples
        Of the same ROIs: both models are in each of them.
    """
    among = said.read(name) & other.read(name)
    y = truth.means[name]
    told: dict[str, Any] = {}
    for figure in FIGURES:
        own, theirs = said.scores[name], other.scores[name]
        why = why_no_correlation(own[among], y[among]) or why_no_correlation(theirs[among], y[among])
        block = Block()
        if why:
            points: list[float | None] = [None, None]
            drawn = np.full(len(resamples.counts), np.nan)
        else:
            points = [_POINT[figure](x[among], y[among]) for x in (own, theirs)]
            drawn = _drawn(resamples, figure, own, y, among) - _drawn(resamples, figure, theirs, y, among)
        gain = None if points[0] is None or points[1] is None else points[0] - points[1]
        for key, value in (("difference", gain), ("own", points[0]), ("other", points[1])):
            block.put(key, value, why)
        told[figure] = paired(block, resamples, drawn, among)
    return {**told, "rois": int(among.sum())}


def paired(block: Block, resamples: Resamples, drawn: Floats, among: Bools | None = None) -> dict[str, Any]:
    """A difference with its one interval.

    Parameters
    ----------
    block : Block
        Holds ``difference``.
    resamples : Resamples
    drawn : ndarray of float64, shape (repetitions,)
        The difference in each resample.
    among : ndarray of bool, shape (R,), optional
        The ROIs that it rests on; all where left out.
    """
    block.put_interval("difference", resamples.interval(drawn, among))
    told = block.as_json()
    undefined = dict(told["undefined"] or {})
    if "ci95.difference" in undefined:
        undefined["ci95"] = undefined.pop("ci95.difference")
    left_out = told["resamples_left_out"]["difference"]
    return {
        **told,
        "ci95": told["ci95"]["difference"],
        "resamples_left_out": left_out,
        "undefined": undefined or None,
    }


def _drawn(resamples: Resamples, figure: str, x: Floats, y: Floats, among: Bools) -> Floats:
    return resamples.srocc(x, y, among) if figure == "srocc" else resamples.plcc(x, y, among)


def why_no_correlation(x: Floats, y: Floats) -> str:
    """Why two columns of numbers have no correlation; "" where they have one."""
    if not len(x):
        return "no score could be read"
    if len(x) < 2:
        return "one ROI alone has no correlation"
    if np.ptp(x) == 0:
        return f"the scores do not vary: all are {x[0]:.4g}"
    return f"the labels do not vary: all are {y[0]:.4g}" if np.ptp(y) == 0 else ""
