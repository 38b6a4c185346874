"""Fitting the baseline to a project's own votes, and what can be expected of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from annotation_db.vocabulary.callbacks import Progress
from annotation_db.vocabulary.scales import DISTORTIONS, NON_EXISTENT, SCALE_NAMES, SCALES
from model.evaluation.metrics import auc, plcc, srocc
from model.predictors import features
from model.predictors.baseline_needs import MIN_IMAGES, MIN_ROIS, is_enough
from model.predictors.ordinal import Floats, OrdinalModel, fit, log_losses
from model.predictors.protocol import PredictorError

RIDGES: Final = (0.03, 0.1, 0.3, 1.0, 10.0)
FOLDS: Final = 5
FALSE_ALARM_RATE: Final = 0.05
"""How often, at most, votes that say nothing may make the baseline tell any of the eight scales. A scale is
told when chance would bring a skill as high as its own with no more than this probability, counting all
eight."""
MIN_IMAGES_UNLIKE_MOST: Final = 5
"""Pictures with a ROI that is judged otherwise than most are: with fewer, what was saved has so skewed a
distribution that Student's t promises too much, and the scale is not told."""
_FINEST: Final = 1e-3
"""Log-loss below which a difference says more of the optimiser than of the measures."""
_INNER_FOLDS: Final = 3
_CLIP_STD: Final = 4.0
"""A measure further than so many standard deviations from the mean is taken as that far."""

_SHARPNESS: Final = features.NAMES[0:9]
_OF_PIXELS: Final = features.NAMES[0:27]
_OF_PLACE: Final = features.NAMES[27:]
MEASURES: Final[dict[str, tuple[str, ...]]] = {
    "blur": (*_SHARPNESS, "rms_contrast", "log_rms_contrast"),
    "colorfulness": ("colourfulness", "mean_chroma", "log_chroma", "mean_luma"),
    "compression": (
        "blocking_across",
        "blocking_down",
        "log_grid_step",
        "flat_share",
        "log_noise_median",
        "log_laplacian_variance",
        "log_fine_to_coarse",
        "reblur_loss",
    ),
    "contrast": (
        "rms_contrast",
        "luma_range",
        "log_rms_contrast",
        "low_percentile",
        "high_percentile",
        "skewness",
        "clipped_dark",
        "clipped_bright",
        "mean_luma",
    ),
    "exposure": (
        "mean_luma",
        "median_luma",
        "low_percentile",
        "high_percentile",
        "clipped_dark",
        "clipped_bright",
        "distance_from_middle",
        "skewness",
    ),
    "noise": (
        "log_noise",
        "log_noise_median",
        "log_chroma_noise",
        "noise_to_contrast",
        "log_fine_to_coarse",
        "log_laplacian_variance",
        "reblur_loss",
        "relative_sharpness",
    ),
    "quality": _OF_PIXELS,
    "importance": _OF_PLACE,
}
"""What each scale is judged by: measures of its own distortion only, for labels are few."""


class TooFewLabels(PredictorError):
    """There is not enough to fit to."""


@dataclass(frozen=True, slots=True)
class LabelledRoi:
    """One ROI's measures and votes."""

    image: str
    """Whichever names its picture: cross-validation keeps a picture's ROIs together."""
    measures: Floats
    """A row of `features.measure`."""
    votes: npt.NDArray[np.int64]
    """votes[scale, level] = how many annotators chose it, shape (8, 6)."""


@dataclass(frozen=True, slots=True)
class FittedScale:
    """One scale's model, with what its measures are standardised by."""

    columns: tuple[int, ...]
    mean: Floats
    std: Floats
    ridge: float
    model: OrdinalModel

    def probabilities(self, measures: Floats) -> Floats:
        """Of every level an annotator may give, shape (R, levels)."""
        return self.model.probabilities(self._design(measures))

    def expected(self, measures: Floats) -> Floats:
        """The mean vote, shape (R,)."""
        return self.model.expected(self._design(measures))

    def losses(self, measures: Floats, votes: Floats) -> Floats:
        """Of each ROI, shape (R,)."""
        return log_losses(self.model, self._design(measures), votes)

    def _design(self, measures: Floats) -> Floats:
        return _design(measures[:, list(self.columns)], self.mean, self.std)


def tally(votes: Sequence[Sequence[int]]) -> npt.NDArray[np.int64]:
    """Count the votes of one ROI: ratings of eight integers each, to shape (8, 6)."""
    counts = np.zeros((len(SCALE_NAMES), NON_EXISTENT + 1), dtype=np.int64)
    for rating in votes:
        counts[np.arange(len(SCALE_NAMES)), list(rating)] += 1
    return counts


def check_enough(rois: int, images: int) -> None:
    """Refuse too few labels.

    Raises
    ------
    TooFewLabels
        See `baseline_needs`.
    """
    if not is_enough(rois, images):
        raise TooFewLabels(
            f"The baseline needs {MIN_ROIS} labelled ROIs on {MIN_IMAGES} pictures, and there are {rois} on "
            f"{images}; collect more ratings first."
        )


def fit_scales(
    rois: Sequence[LabelledRoi], *, seed: int = 0, progress: Progress | None = None
) -> tuple[dict[str, FittedScale], dict[str, Any]]:
    """Fit all eight scales and cross-validate them by picture.

    The strength of the ridge is chosen inside each fold, so the figures hold for ROIs of pictures that
    the fit has not seen.

    Returns
    -------
    (scales, validation)
        The fitted scales, and for each scale SROCC and PLCC against the mean vote (for distortions also
        the share of ROIs that have it and the AUC of telling them), None where undefined; and its skill:
        the share of the log-loss of the votes' plain frequencies that the measures save, 1 at best; how
        many standard errors (over pictures) it is above 0, the t of ``skill_t``; and ``chance``, the
        probability of one as high or higher for any of the eight scales if there is nothing to tell
        (Student's t over pictures, times eight after Bonferroni). See `is_predicted`.

    Raises
    ------
    TooFewLabels
        As in `check_enough`.
    """
    images = np.array([roi.image for roi in rois])
    check_enough(len(rois), len(set(images.tolist())))
    measures = np.stack([roi.measures for roi in rois])
    votes = np.stack([roi.votes for roi in rois]).astype(np.float64)
    fold = _folds(images, FOLDS, seed)
    scales: dict[str, FittedScale] = {}
    validation: dict[str, Any] = {}
    for number, name in enumerate(SCALE_NAMES):
        if progress is not None:
            progress(number, len(SCALE_NAMES), name)
        own = votes[:, number, : SCALES[name].maximum + 1]
        predicted = np.zeros(len(rois))
        loss, base = np.zeros(len(rois)), np.zeros(len(rois))
        for at in range(FOLDS):
            train = fold != at
            scale = _fit_scale(name, measures[train], own[train], images[train], seed)
            predicted[~train] = scale.expected(measures[~train])
            loss[~train] = scale.losses(measures[~train], own[~train])
            base[~train] = _base_losses(own[train], own[~train])
        t, chance = _skill_t(base - loss, images)
        if _images_unlike_most(own, images) < MIN_IMAGES_UNLIKE_MOST:
            chance = 1.0
        validation[name] = {
            **_validated(name, predicted, own),
            "skill": float(1.0 - loss.sum() / base.sum()),
            "skill_t": t,
            "chance": chance,
        }
        scales[name] = _fit_scale(name, measures, own, images, seed)
    return scales, validation


def _fit_scale(
    name: str, measures: Floats, votes: Floats, images: npt.NDArray[np.str_], seed: int
) -> FittedScale:
    fold = _folds(images, _INNER_FOLDS, seed + 1)
    losses = []
    for ridge in RIDGES:
        loss = 0.0
        for at in range(_INNER_FOLDS):
            train = fold != at
            scale = _fit_with_ridge(name, measures[train], votes[train], ridge)
            loss += float(scale.losses(measures[~train], votes[~train]).sum())
        losses.append(loss)
    return _fit_with_ridge(name, measures, votes, RIDGES[int(np.argmin(losses))])


def _fit_with_ridge(name: str, measures: Floats, votes: Floats, ridge: float) -> FittedScale:
    columns = tuple(features.NAMES.index(measure) for measure in MEASURES[name])
    own = measures[:, list(columns)]
    mean, std = own.mean(axis=0), own.std(axis=0)
    std = np.where(std > 1e-9, std, 1.0)
    return FittedScale(columns, mean, std, ridge, fit(_design(own, mean, std), votes, ridge))


def _design(own: Floats, mean: Floats, std: Floats) -> Floats:
    z = np.clip((own - mean) / std, -_CLIP_STD, _CLIP_STD)
    # Squares, because too much and too little (light, colour, contrast) are the same distortion.
    return np.concatenate([z, z * z - 1.0], axis=1)


def _folds(images: npt.NDArray[np.str_], count: int, seed: int) -> npt.NDArray[np.intp]:
    names = sorted(set(images.tolist()))
    order = np.random.default_rng(seed).permutation(len(names))
    place = {name: int(order[n]) % count for n, name in enumerate(names)}
    return np.array([place[name] for name in images.tolist()])


def is_predicted(validation: Mapping[str, Any]) -> bool:
    """Whether the baseline tells a scale: only one that it told well enough in cross-validation."""
    return bool(validation["chance"] <= FALSE_ALARM_RATE)


def _base_losses(train: Floats, test: Floats) -> Floats:
    """The log-losses of held-out ROIs under the plain frequencies of the others' votes, shape (R,).

    They are fitted as the measures' model is, without measures, so that only these make a difference: where
    nearly all votes are the same, another way to smooth frequencies would pass for skill.
    """
    plain = fit(np.zeros((len(train), 0)), train, 1.0)
    return log_losses(plain, np.zeros((len(test), 0)), test)


def _skill_t(saved: Floats, images: npt.NDArray[np.str_]) -> tuple[float, float]:
    """Mean over standard error of what was saved, picture by picture, and how likely chance brings as much.

    Pictures held out in one fold share what was fitted to the others, so their savings are not quite
    independent; fits to noise (``tests.bench.baseline_noise``) show that this errs towards telling less.
    """
    from scipy.special import stdtr

    means = np.array([saved[images == name].mean() for name in sorted(set(images.tolist()))])
    error = max(float(means.std(ddof=1) / np.sqrt(len(means))), _FINEST)
    t = float(means.mean() / error)
    return t, min(1.0, len(SCALE_NAMES) * float(stdtr(len(means) - 1, -t)))


def _images_unlike_most(votes: Floats, images: npt.NDArray[np.str_]) -> int:
    """How many pictures have a ROI whose mean vote, rounded, is not the most frequent one."""
    labels = np.rint(votes @ np.arange(votes.shape[1]) / votes.sum(axis=1)).astype(int)
    return len(set(images[labels != np.bincount(labels).argmax()].tolist()))


def _validated(name: str, predicted: Floats, votes: Floats) -> dict[str, float | None]:
    n = votes.sum(axis=1)
    labels = votes @ np.arange(votes.shape[1]) / n
    found = {"srocc": srocc(predicted, labels), "plcc": plcc(predicted, labels)}
    if name in DISTORTIONS:
        present = 2 * votes[:, NON_EXISTENT] <= n
        found["present"] = float(present.mean())
        found["auc"] = auc(-predicted, present)
    return found
