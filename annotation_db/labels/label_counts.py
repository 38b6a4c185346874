"""How many labels of a run have which level: counted when the run is stored, and kept with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from annotation_db.records import RoiLabel
from annotation_db.vocabulary.scales import DISTORTIONS, NON_EXISTENT, SCALES

_QUALITY, _IMPORTANCE = (len(SCALES[name].levels) for name in ("quality", "importance"))


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """What the labels of one run add up to."""

    quality: tuple[int, ...]
    """Labelled ROIs per quality level, bad to excellent."""
    importance: tuple[int, ...]
    present: dict[str, int]
    """Distortion -> labelled ROIs that have it; those that none has are left out, here and below."""
    ties: dict[str, int]
    """Distortion -> ROIs with exactly half of the votes non-existent."""
    thin: dict[str, int]
    """Distortion -> severities that rest on too few votes."""


def count_labels(found: Iterable[RoiLabel]) -> LabelCounts:
    """Count how many labels have which level, and how many distortions are present, tied or thin."""
    good = [label for label in found if label.status == "labelled"]
    quality = Counter(label.quality.level for label in good if label.quality)
    importance = Counter(label.importance.level for label in good if label.importance)
    votes = [(name, label.distortions[name]) for label in good for name in DISTORTIONS]
    return LabelCounts(
        tuple(quality[level] for level in range(_QUALITY)),
        tuple(importance[level] for level in range(_IMPORTANCE)),
        dict(Counter(name for name, vote in votes if vote.present)),
        dict(Counter(name for name, vote in votes if vote.tie)),
        dict(Counter(name for name, vote in votes if vote.thin)),
    )


def levels(found: Iterable[RoiLabel]) -> dict[str, tuple[int, ...]]:
    """By scale, how many labels have which level; of a distortion the last number is of those without it.

    Insufficient labels are none.
    """
    counted = {name: [0] * len(scale.levels) for name, scale in SCALES.items()}
    for label in found:
        if label.status != "labelled":
            continue
        for name, mean in (("quality", label.quality), ("importance", label.importance)):
            if mean is not None:
                counted[name][mean.level] += 1
        for name, vote in label.distortions.items():
            counted[name][NON_EXISTENT if vote.severity is None else vote.severity.level] += 1
    return {name: tuple(numbers) for name, numbers in counted.items()}


def from_json(kept: Mapping[str, Any]) -> LabelCounts:
    """What a run keeps (`dataclasses.asdict`)."""
    return LabelCounts(**{**kept, "quality": tuple(kept["quality"]), "importance": tuple(kept["importance"])})
