"""The rate of LoRA, chosen by short runs where it is not given.

Each rate takes the same first steps of the first epoch, from the same weights and the same random state,
under a schedule of their own. The one with the highest mean validation SROCC is taken; where that is not
defined for all, the one with the lowest validation loss. A rate at which the loss becomes no number is out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import torch

from annotation_db.vocabulary.whole_files import replace_file
from model.training.config import TrainingConfig
from model.training.engine import Engine
from model.training.errors import LossIsNoNumber, TrainingError
from model.training.plan import Plan
from model.training.ranks import Ranks
from model.training.trainable import Trained, put_weights, weights

RATES: Final = (1e-5, 5e-5, 1e-4, 2e-4)
FILE: Final = "rates.json"
_MOST: Final = 100
_FEWEST: Final = 10
_SHARE: Final = 10
"""A short run has a tenth of all steps, within these bounds."""


def choose_rate(
    out: Path,
    trained: Trained,
    config: TrainingConfig,
    plan: Plan,
    engine_of: Callable[[float, int], Engine],
    ranks: Ranks,
) -> float:
    """Find a rate, or read the one that was found before the run was stopped.

    The weights are afterwards what they were.

    Parameters
    ----------
    out : Path
        The run's folder; ``rates.json`` is written there after each short run, and gone on from.
    trained : Trained
    config : TrainingConfig
    plan : Plan
        Of the whole run.
    engine_of : callable
        Makes an engine for a rate and so many steps.
    ranks : Ranks
        All of them take the short runs together.

    Raises
    ------
    TrainingError
        If the loss becomes no number at every rate, or ``rates.json`` can not be read.
    """
    path = out / FILE
    chosen, found = ranks.gather(_read(path))[0]
    if chosen is not None:
        return chosen
    short = min(max(_FEWEST, min(_MOST, plan.steps // _SHARE)), len(plan.epoch(0)))
    before = weights(trained)
    for rate in RATES:
        if rate in found:
            continue
        torch.manual_seed(config.seed + ranks.number)
        try:
            found[rate] = engine_of(rate, short).probe(short)
        except LossIsNoNumber:
            found[rate] = None
        put_weights(trained, before)
        _write(path, None, short, found, ranks)
    chosen = ranks.gather(best_rate(found))[0]
    _write(path, chosen, short, found, ranks)
    return chosen


def _read(path: Path) -> tuple[float | None, dict[float, Mapping[str, Any] | None]]:
    """The rate that was chosen, and what the rates came to that were tried so far.

    Raises
    ------
    TrainingError
        If the file is damaged.
    """
    if not path.is_file():
        return None, {}
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        tried = {float(rate): _figures(one) for rate, one in told["tried"].items()}
        return None if told["chosen"] is None else float(told["chosen"]), tried
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TrainingError(
            f"{path} can not be read ({type(error).__name__}: {error}); remove it, then --resume chooses the "
            "rate anew."
        ) from error


def _figures(told: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if told is None:
        return None
    srocc = told["mean_srocc"]
    return {**told, "loss": float(told["loss"]), "mean_srocc": None if srocc is None else float(srocc)}


def _write(
    path: Path,
    chosen: float | None,
    steps: int,
    found: Mapping[float, Mapping[str, Any] | None],
    ranks: Ranks,
) -> None:
    if ranks.first:
        tried = {f"{rate:g}": one for rate, one in found.items()}
        told = {"chosen": chosen, "steps": steps, "tried": tried}
        replace_file(path, (json.dumps(told, indent=1, allow_nan=False) + "\n").encode())


def best_rate(found: Mapping[float, Mapping[str, Any] | None]) -> float:
    """The rate with the best figures; the lower of equal ones.

    Raises
    ------
    TrainingError
        If no rate has any.
    """
    told = {rate: one for rate, one in found.items() if one is not None}
    if not told:
        raise TrainingError(
            "The loss became no number at every rate that was tried; try precision=float32, or give "
            "lora_rate and a lower extractor_rate."
        )
    if all(one["mean_srocc"] is not None for one in told.values()):
        return max(told, key=lambda rate: (told[rate]["mean_srocc"], -rate))
    return min(told, key=lambda rate: (told[rate]["loss"], rate))
