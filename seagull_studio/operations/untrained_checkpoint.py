"""Making a checkpoint with random weights: for trying, and as a base to finetune without any download."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotation_db.database.failures import translate_database_errors
from annotation_db.errors import Refused
from annotation_db.files.whole_folder import building
from model.seagull.preset_names import UNTRAINED_NOTE, Preset
from model.torch_pair import imported_for


@dataclass(frozen=True, slots=True)
class UntrainedCheckpoint:
    """What was made."""

    folder: Path
    preset: Preset
    seed: int
    weights: int
    """Numbers, not bytes."""

    def as_json(self) -> dict[str, Any]:
        """What ``init-checkpoint --json`` prints."""
        return {
            "folder": str(self.folder),
            "preset": self.preset,
            "seed": self.seed,
            "weights": self.weights,
            "untrained": True,
        }

    def sentences(self) -> tuple[str, ...]:
        """What was made, for a person."""
        return (
            f"An untrained SEAGULL network, {self.preset}, with {self.weights:,} random weights is in "
            f"{self.folder}.",
            UNTRAINED_NOTE,
        )


def make(folder: Path, preset: Preset, seed: int = 0) -> UntrainedCheckpoint:
    """Make a SEAGULL checkpoint of the published layout with random weights, tokenizer included.

    It appears whole or not at all.

    Parameters
    ----------
    folder : Path
        A new or empty folder.
    preset : {"tiny", "small"}
        See `model.seagull.presets.config`.
    seed : int
        Same preset and seed, same weights.

    Raises
    ------
    Refused
        If the folder holds anything, or torch is not usable.
    DiskError
        If the disk is full or not writable; nothing is left behind.
    """
    target = Path(os.path.realpath(folder.expanduser()))
    _check_empty(target)
    with imported_for("SEAGULL", Refused):
        from model.seagull import presets
    with translate_database_errors(str(target)), building(target) as place:
        weights = presets.write(place.folder, preset, seed)
        for path in place.folder.iterdir():
            with path.open("rb+") as written:
                os.fsync(written.fileno())
        _check_empty(target)  # another program may have put something there meanwhile
        place.publish()
    return UntrainedCheckpoint(target, preset, seed, weights)


def _check_empty(target: Path) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Refused(f"{target} is not empty; choose a new or empty folder for the checkpoint.")
