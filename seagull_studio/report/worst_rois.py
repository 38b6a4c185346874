"""The ROIs that a model is furthest off on: picture, votes and answers side by side (the paper's Fig. 4)."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from annotation_db.errors import PictureError, Refused
from annotation_db.pictures import masks
from annotation_db.pictures.picture_files import open_rgb
from annotation_db.vocabulary import texts
from annotation_db.vocabulary.scales import (
    DISTORTIONS,
    NON_EXISTENT,
    SCALE_NAMES,
    SCALES,
    level_of_score,
)
from model.evaluation.evaluate import Evaluation
from model.evaluation.label_file import LabelledRoi
from model.evaluation.prediction_file import PredictedRoi
from seagull_studio.figures.words import title
from seagull_studio.state.contours import trace

_LONGEST: Final = 360
"""Pixels of the longer side in the page."""
_AROUND: Final = 0.6
"""Of the box's longer side: how much of the picture is shown around it."""
UNREADABLE: Final = "could not be read"


@dataclass(frozen=True, slots=True)
class Cutout:
    """The ROI in its surroundings, for an ``<svg>``."""

    width: int
    height: int
    data: str
    """The picture as a data URL."""
    outline: str
    """A path along the pixels' edges."""


@dataclass(frozen=True, slots=True)
class WorstRoi:
    """What is told of one ROI."""

    img: str
    id: str
    error: float
    cutout: Cutout | None
    missing: str
    """Why there is no picture."""
    rows: tuple[tuple[str, str, str], ...]
    """What, by the people, by the model."""
    votes: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
    """Scale, and its levels that have votes."""
    text: str
    """What the model said in words."""


def told(found: Evaluation, folder: Path) -> list[WorstRoi]:
    """The worst ROIs, the worst first.

    Parameters
    ----------
    folder : Path
        That picture names are relative to.
    """
    return [
        _told(found.labels.rois[place], found.said.rois[place], error, folder) for place, error in found.worst
    ]


def _told(roi: LabelledRoi, said: PredictedRoi, error: float, folder: Path) -> WorstRoi:
    cutout, missing = _cutout(roi, folder)
    shown = tuple(
        (title(name), tuple((level.word, roi.counts[name][level.value]) for level in SCALES[name].levels))
        for name in SCALE_NAMES
        if roi.counts is not None
        and (name not in DISTORTIONS or roi.counts[name][NON_EXISTENT] < sum(roi.counts[name]))
    )
    votes = tuple((name, tuple(pair for pair in levels if pair[1])) for name, levels in shown)
    return WorstRoi(roi.img, roi.id, error, cutout, missing, _rows(roi, said), votes, said.text)


def _rows(roi: LabelledRoi, said: PredictedRoi) -> tuple[tuple[str, str, str], ...]:
    answers = {"quality": texts.quality_answer, "importance": texts.importance_answer}
    rows = []
    for name, answer in answers.items():
        score = said.scores[name]
        model = UNREADABLE if score is None else f"{answer(level_of_score(score))} ({score:.2f})"
        rows.append((title(name), f"{answer(roi.levels[name])} ({roi.means[name]:.2f})", model))
    there = texts.distortion_answer({name: roi.levels[name] for name in DISTORTIONS})
    read = {name: level for name, level in said.distortions.items() if level is not None}
    rows.append(
        ("Distortions", there, texts.distortion_answer(read) if len(read) == len(DISTORTIONS) else UNREADABLE)
    )
    return tuple(rows)


def _cutout(roi: LabelledRoi, folder: Path) -> tuple[Cutout | None, str]:
    path = Path(os.path.normpath(folder / roi.img))
    if not path.is_relative_to(Path(os.path.normpath(folder))) or not path.is_file():
        return None, "The picture is not there."
    try:
        mask = masks.decode(_rle(roi.entry))
        rgb = open_rgb(path)
    except (Refused, PictureError) as error:
        return None, str(error)
    if mask.shape != rgb.shape[:2] or not mask.any():
        return None, "The picture has another size than the mask."
    return _cut(rgb, mask), ""


def _rle(entry: Mapping[str, Any]) -> masks.Rle:
    size, counts = entry.get("size"), entry.get("rle")
    fits = isinstance(size, list) and len(size) == 2 and all(type(side) is int for side in size)
    if not fits or not isinstance(counts, str):
        raise Refused("The label file tells no mask.")
    return masks.checked(masks.Rle((size[0], size[1]), counts))


def _cut(rgb: NDArray[np.uint8], mask: NDArray[np.bool_]) -> Cutout:
    from PIL import Image

    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    wide = int(_AROUND * max(xs[-1] - xs[0], ys[-1] - ys[0]) + 16)
    left, top = max(0, int(xs[0]) - wide), max(0, int(ys[0]) - wide)
    right, bottom = min(rgb.shape[1], int(xs[-1]) + wide), min(rgb.shape[0], int(ys[-1]) + wide)
    small = Image.fromarray(np.ascontiguousarray(rgb[top:bottom, left:right]))
    small.thumbnail((_LONGEST, _LONGEST))
    encoded = io.BytesIO()
    small.save(encoded, "JPEG", quality=85)
    data = base64.b64encode(encoded.getvalue()).decode("ascii")
    loops = trace(mask[top:bottom, left:right])
    steps = "".join("M" + "L".join(f"{x} {y}" for x, y in loop.tolist()) + "Z" for loop in loops)
    return Cutout(right - left, bottom - top, f"data:image/jpeg;base64,{data}", steps)
