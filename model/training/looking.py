"""A run looked at before it begins: what it would be trained on, and what memory it would take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotation_db.vocabulary.scales import OVERALL
from model.seagull import checkpoint
from model.seagull.adapter import is_adapter
from model.seagull.devices import choose_device
from model.seagull.memory_needs import free_bytes
from model.training import memory_plan
from model.training.card import BaseFacts
from model.training.config import resolve
from model.training.dataset import divide
from model.training.errors import TrainingError
from model.training.export_folder import read_export
from model.training.trainable import with_precision


@dataclass(frozen=True, slots=True)
class Look:
    """What a run would be."""

    counts: dict[str, Any]
    stability: dict[str, list[float]]
    """By scale, of the labels of the training ROIs."""
    simulated: bool
    untrained: bool
    memory: str
    short: str
    device: str


def look(export: Path, base: Path, preset: str, changes: Mapping[str, Any]) -> Look:
    """Read the export, divide it, and compute the memory plan; nothing is loaded.

    Parameters
    ----------
    export, base : Path
        Folders: an export, and a whole checkpoint.
    preset : str
    changes : mapping
        Settings that differ from it.

    Raises
    ------
    TrainingError
        If it could not be trained.
    model.seagull.errors.SeagullError
        If the base can not be loaded.
    """
    if is_adapter(base):
        raise TrainingError(f"{base} is an adapter; merge it with its base into a whole checkpoint first.")
    config = resolve(preset, changes)
    device = choose_device(config.device)
    config = with_precision(config, device)
    found = read_export(export)
    dataset = divide(found, config)
    settings = checkpoint.check(base)[0].config
    needed, free = memory_plan.plan(settings, config), free_bytes(device)
    short = None
    if free is not None:
        short = memory_plan.shortage(settings, config, free, device.type, needed)
    labels = [roi.roi.raw["label"] for one in dataset.train for roi in one.rois]
    return Look(
        counts=dataset.counts(),
        stability={scale: _stabilities(labels, scale) for scale in OVERALL},
        simulated=found.simulated,
        untrained=BaseFacts.of(base, "").untrained,
        memory=needed.sentence(free, device.type),
        short=short or "",
        device=str(device),
    )


def _stabilities(labels: list[Any], scale: str) -> list[float]:
    """Where the export tells: a label has none where a run of an older version kept no counts."""
    found = []
    for label in labels:
        at = label
        for key in (scale, "stability", "at_14"):
            at = at.get(key) if isinstance(at, dict) else None
        if isinstance(at, (int, float)) and 0 <= at <= 1:
            found.append(float(at))
    return found
