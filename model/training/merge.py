"""One folder of the published layout from an adapter and its base."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch

from annotation_db.vocabulary.whole_files import hidden
from model.seagull import checkpoint
from model.seagull.adapter import base_of, is_adapter, load_adapter
from model.seagull.assessor import Assessor
from model.seagull.checkpoint import Checkpoint
from model.training.errors import TrainingError

_SIDE: Final = 96


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What was merged."""

    folder: Path
    base: Path
    difference: float
    """Largest difference between adapter and merged folder in the ten probabilities of two ROIs of a picture
    of noise."""

    def as_json(self) -> dict[str, object]:
        """For ``--json``."""
        return {"folder": str(self.folder), "base": str(self.base), "difference": self.difference}


def merge(adapter: str | Path, out: str | Path, base: str | Path | None = None) -> MergeReport:
    """Merge in float32 on the CPU, from the base as it is on the disk, never from a quantised one.

    Parameters
    ----------
    adapter : str or Path
        A PEFT folder.
    out : str or Path
        A new folder; it appears whole or not at all.
    base : str or Path, optional
        Where it is not the folder that the adapter names.

    Raises
    ------
    TrainingError
        If `adapter` is none, or `out` is in use or can not be written.
    model.seagull.errors.SeagullError
        If adapter or base can not be loaded.
    """
    source, target = Path(adapter), Path(out)
    if not is_adapter(source):
        raise TrainingError(f"{source} is no adapter; choose the folder adapter of a finished training.")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise TrainingError(f"{target} is not empty; choose a new folder for the merged model.")
    place = base_of(source, base)
    before = _answers(_unmerged(source, place))
    merged = checkpoint.load(source, device="cpu", dtype="float32", base=place)
    part = hidden(target)
    try:
        part.mkdir(parents=True)
        checkpoint.save(merged, part)
        card = source / "README.md"
        if card.is_file():
            shutil.copyfile(card, part / "README.md")
        after = _answers(checkpoint.load(part, device="cpu", dtype="float32"))
        if target.exists():
            target.rmdir()
        part.rename(target)
    except OSError as error:
        raise TrainingError(
            f"{target} could not be written ({error}); make room, then merge again."
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return MergeReport(target, place, float((before - after).abs().max()))


def _unmerged(adapter: Path, base: Path) -> Checkpoint:
    return load_adapter(
        adapter, base, device="cpu", dtype="float32", quantised=None, vision_tower=None, merged=False
    )


def _answers(loaded: Checkpoint) -> torch.Tensor:
    """The probabilities of the levels of quality and importance of two ROIs."""
    image = np.random.default_rng(0).integers(0, 256, (_SIDE, _SIDE, 3), dtype=np.uint8)
    masks = [np.zeros((_SIDE, _SIDE), dtype=np.bool_) for _ in range(2)]
    masks[0][10:50, 20:70] = True
    masks[1][60:90, 5:40] = True
    found = Assessor(loaded.network, loaded.tokenizer, mode="given").assess(image, masks)
    return torch.tensor(
        [level.probabilities for one in found for level in (one.quality, one.importance) if level is not None]
    )
