"""Simulated annotators: a stated model, so that what is computed from ratings can be checked.

An honest annotator i sees the true value t of a scale with a bias b_i and noise of their own:

    vote = round(clip(t + b_i + N(0, sigma_i), 0, maximum of the scale))

A *reversed* one turns the scales round (maximum minus the honest vote). A *careless* one does not
look: with a fixed probability the same favourite pattern, else any level at random. Where a
suggestion s is shown, the value before rounding moves the share `weight_of_advice` of the way towards s: 0 is
somebody who ignores it, 1 somebody who adopts it always.

numpy only; nothing here knows of a project or a picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from annotation_db.vocabulary.scales import DISTORTIONS, NON_EXISTENT, SCALE_NAMES, SCALES, Votes

Kind = Literal["honest", "careless", "reversed"]
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

MAXIMA: Final = tuple(SCALES[name].maximum for name in SCALE_NAMES)
FAVOURITE: Final = Votes(*[NON_EXISTENT] * len(DISTORTIONS), 3, 2)
"""The pattern that careless annotators repeat."""


@dataclass(frozen=True, slots=True)
class SimulatedAnnotator:
    """The parameters of one simulated annotator."""

    name: str
    """Begins with ``sim-``."""
    kind: Kind
    bias: tuple[float, ...]
    """Eight biases in steps of the scale, in the order of `SCALE_NAMES`."""
    sigma: float
    """Standard deviation of the noise, in steps of the scale, at least 0."""
    seconds: float
    """Median time for one rating."""
    repeats: float = 0.0
    """Careless only: probability of the favourite pattern, 0..1."""

    def as_json(self) -> dict[str, Any]:
        """Plain types, for the simulation file."""
        return {**asdict(self), "bias": list(self.bias)}


def make_annotators(
    honest: int = 9, *, careless: bool = True, reversed_: bool = True, seed: int = 0
) -> tuple[SimulatedAnnotator, ...]:
    """Draw annotators who differ in bias and noise.

    Parameters
    ----------
    honest : int
        Honest annotators ``sim-01`` onwards: a general bias N(0, 0.35), for each scale N(0, 0.15)
        more, and noise sigmas spread evenly over 0.35 .. 0.85, in drawn order.
    careless, reversed_ : bool
        Whether ``sim-careless`` and ``sim-reversed`` join.
    seed : int, optional
        Same seed, same annotators.
    """
    rng = np.random.default_rng([seed, 1])
    sigmas = rng.permutation(np.linspace(0.35, 0.85, honest))
    general = rng.normal(0.0, 0.35, honest)
    special = rng.normal(0.0, 0.15, (honest, len(SCALE_NAMES)))
    seconds = rng.uniform(9.0, 22.0, honest)
    none = (0.0,) * len(SCALE_NAMES)
    members = [
        SimulatedAnnotator(
            name=f"sim-{i + 1:02d}",
            kind="honest",
            bias=tuple(round(float(b), 4) for b in general[i] + special[i]),
            sigma=round(float(sigmas[i]), 4),
            seconds=round(float(seconds[i]), 1),
        )
        for i in range(honest)
    ]
    if careless:
        members.append(SimulatedAnnotator("sim-careless", "careless", none, 0.0, 2.4, repeats=0.6))
    if reversed_:
        members.append(SimulatedAnnotator("sim-reversed", "reversed", none, 0.5, 13.0))
    return tuple(members)


def simulate(
    truth: npt.ArrayLike,
    annotators: Sequence[SimulatedAnnotator],
    seed: int = 0,
    *,
    suggestions: npt.ArrayLike | None = None,
    weight_of_advice: float | Sequence[float] = 0.0,
) -> Integers:
    """Let every annotator rate every ROI.

    Parameters
    ----------
    truth : array_like of float, shape (R, 8)
        Latent values of R ROIs, in the order of `SCALE_NAMES`; they may lie beyond a scale's ends.
    annotators : sequence of SimulatedAnnotator, length A
        Each draws from a stream of its own: the same seed gives annotator i the same noise with and
        without suggestions, and whoever comes after.
    seed : int, optional
        Same seed, same votes.
    suggestions : array_like of float, shape (R, 8) or (A, R, 8), optional
        Values shown as a pre-fill; NaN where none is shown.
    weight_of_advice : float or sequence of float of length A, optional
        Share of the way towards a shown suggestion, 0..1; one for all or one for each.

    Returns
    -------
    ndarray of int64, shape (A, R, 8)
        Votes, each on its scale.

    Raises
    ------
    ValueError
        If a shape is wrong or a weight of advice is outside 0..1.
    """
    values = np.asarray(truth, dtype=np.float64)
    if values.ndim != 2 or values.shape[1] != len(SCALE_NAMES):
        raise ValueError(f"true values have shape (ROIs, {len(SCALE_NAMES)}), not {values.shape}")
    shape = (len(annotators), *values.shape)
    weights = np.broadcast_to(np.asarray(weight_of_advice, dtype=np.float64), len(annotators))
    if ((weights < 0) | (weights > 1)).any():
        raise ValueError("a weight of advice is a share from 0 to 1")
    seen = np.empty(shape)
    for i, annotator in enumerate(annotators):
        seen[i] = _seen(values, annotator, np.random.default_rng([seed, 2, i]))
    if suggestions is not None:
        shown = np.broadcast_to(np.asarray(suggestions, dtype=np.float64), shape)
        moved = seen + weights[:, None, None] * (shown - seen)
        seen = np.where(np.isnan(shown), seen, moved)
    return np.floor(np.clip(seen, 0.0, MAXIMA) + 0.5).astype(np.int64)


def _seen(values: Floats, annotator: SimulatedAnnotator, rng: np.random.Generator) -> Floats:
    """What one annotator would answer before rounding, shape (R, 8)."""
    if annotator.kind == "careless":
        levels = rng.integers(0, np.asarray(MAXIMA) + 1, values.shape).astype(np.float64)
        repeated = rng.random((len(values), 1)) < annotator.repeats
        return np.where(repeated, np.asarray(FAVOURITE, dtype=np.float64), levels)
    noise = rng.normal(0.0, annotator.sigma, values.shape)
    honest = np.clip(values + np.asarray(annotator.bias) + noise, 0.0, MAXIMA)
    return np.asarray(MAXIMA) - honest if annotator.kind == "reversed" else honest


def durations_ms(annotators: Sequence[SimulatedAnnotator], rois: int, seed: int = 0) -> Integers:
    """Draw how long each rating took: log-normal about the annotator's median, spread 0.35.

    Returns
    -------
    ndarray of int64, shape (A, R)
        Milliseconds, at least 400.
    """
    spread = np.random.default_rng([seed, 3]).lognormal(0.0, 0.35, (len(annotators), rois))
    medians = np.array([annotator.seconds for annotator in annotators])[:, None]
    return np.maximum(400, np.rint(1000.0 * medians * spread)).astype(np.int64)


def allocate(wanted: Sequence[int], annotators: int, seed: int = 0) -> npt.NDArray[np.bool_]:
    """Choose who rates what: each ROI its number of annotators, those with least to do first.

    Parameters
    ----------
    wanted : sequence of int, length R
        Ratings of each ROI, 0 .. `annotators`.
    annotators : int
        A.
    seed : int, optional
        Breaks ties.

    Returns
    -------
    ndarray of bool, shape (A, R)
        True where the annotator rates the ROI; loads differ by at most one rating.

    Raises
    ------
    ValueError
        If a ROI wants more annotators than there are.
    """
    if any(not 0 <= n <= annotators for n in wanted):
        raise ValueError(f"a ROI can have 0 to {annotators} ratings, one from each annotator")
    rng = np.random.default_rng([seed, 4])
    chosen = np.zeros((annotators, len(wanted)), dtype=np.bool_)
    for roi in rng.permutation(len(wanted)):
        order = np.lexsort((rng.random(annotators), chosen.sum(axis=1)))
        chosen[order[: wanted[roi]], roi] = True
    return chosen
