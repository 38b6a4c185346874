"""The stability of many labels at once: labels are of few kinds, and each kind is computed once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from annotation_db.labels import stability
from annotation_db.records import DistortionLabel, LabelPolicy, MeanLabel, RoiLabel
from annotation_db.vocabulary.scales import LEVELS, NON_EXISTENT

Counts = tuple[int, ...]
PRIOR_NAME: Final = "jeffreys"


class Stability(NamedTuple):
    """How probable it is that a level stays (see `stability`)."""

    at_14: float
    at_24: float
    limit: float


class Stabilities:
    """Looks up the stability of the labels that it was made of.

    Parameters
    ----------
    labels : sequence of RoiLabel
        All labels that will be asked for.
    policy : LabelPolicy
        The rule that they were made by.
    """

    def __init__(self, labels: Sequence[RoiLabel], policy: LabelPolicy) -> None:
        distortions = [one for label in labels for one in label.distortions.values()]
        means = [mean for label in labels for mean in (label.quality, label.importance)]
        means += [one.severity for one in distortions]
        of_means = {mean.counts for mean in means if mean is not None and mean.counts is not None}
        self._means: dict[Counts, Stability] = {}
        for values in (LEVELS, NON_EXISTENT + 1):
            kinds = sorted(counts for counts in of_means if len(counts) == values)
            self._means |= _computed(kinds, values, stability.of_means)
        verdicts = sorted({one.counts for one in distortions if one.counts is not None})
        fives = policy.include_non_existent
        self._verdicts = _computed(
            verdicts,
            NON_EXISTENT + 1,
            lambda counts: stability.of_verdicts(counts, include_non_existent=fives),
        )

    def of_mean(self, label: MeanLabel) -> Stability | None:
        """Of quality, importance or a severity; None where a run of an older version kept no counts."""
        return None if label.counts is None else self._means[label.counts]

    def of_verdict(self, label: DistortionLabel) -> Stability | None:
        """Of a distortion's whole verdict, absent or its level; None as above."""
        return None if label.counts is None else self._verdicts[label.counts]


def _computed(kinds: list[Counts], values: int, rule: stability.Rule) -> dict[Counts, Stability]:
    counts = np.array(kinds, dtype=np.int64).reshape(len(kinds), values)
    return {kind: Stability(*row) for kind, row in zip(kinds, rule(counts).tolist(), strict=True)}


def as_stability(found: Stability | None) -> dict[str, Any] | None:
    """As JSON."""
    return None if found is None else {"prior": PRIOR_NAME, **found._asdict()}
