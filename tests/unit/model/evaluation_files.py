"""Label files and prediction files made by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from annotation_db.vocabulary.scales import DISTORTIONS, level_of_score

NONE = dict.fromkeys(DISTORTIONS, 5)


def label(
    quality: float = 2.0,
    importance: float = 2.0,
    counts: Mapping[str, Sequence[int]] | None = None,
    **levels: int,
) -> dict[str, Any]:
    """A label; distortions that are not named are not there."""
    told: dict[str, Any] = {
        "n": 7,
        "quality": {"mean": quality, "level": level_of_score(quality)},
        "importance": {"mean": importance, "level": level_of_score(importance)},
        "distortions": {
            name: {"present": name in levels, "severity": {"level": levels[name]} if name in levels else None}
            for name in DISTORTIONS
        },
    }
    for name, given in (counts or {}).items():
        (told["distortions"].get(name) or told[name])["counts"] = list(given)
    return told


def said(quality: float | None = 2.0, importance: float | None = 2.0, **levels: int | None) -> dict[str, Any]:
    """What a model says; distortions that are not named are not there."""
    return {
        "quality": {"score": quality},
        "importance": {"score": importance},
        "distortions": {**NONE, **levels},
    }


def key(number: int, each: int = 1) -> dict[str, str]:
    """Picture and id of the n-th ROI, `each` on a picture."""
    return {"img": f"p{number // each:03d}.png", "id": f"r{number % each}"}


def write_labels(path: Path, labels: Sequence[dict[str, Any] | None], each: int = 1) -> Path:
    path.write_text(json.dumps([{**key(n, each), "label": one} for n, one in enumerate(labels)]))
    return path


def write_predictions(path: Path, lines: Sequence[dict[str, Any]], each: int = 1) -> Path:
    path.write_text("".join(json.dumps({**key(n, each), **one}) + "\n" for n, one in enumerate(lines)))
    return path
