"""Checkpoints of a run: whole, or not there.

Each is a folder below ``checkpoints/``: an adapter that can be used (``adapter_config.json``,
``adapter_model.safetensors`` with LoRA, projector and mask extractor in float32, ``seagull_config.json`` with
which ROI tokens there are), and what going on needs: ``optimizer.pt`` (optimiser and schedule), ``rng.pt``
(every random state; ``rng-N.pt`` of further processes), ``place.json`` (where in the data, and what was found
so far) and ``trainer_state.json``. It is built beside its place, flushed and renamed.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from errno import EDQUOT, ENOSPC
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from safetensors.torch import load_file, save

from annotation_db.vocabulary.whole_files import hidden, is_unfinished, sync_folder, write_synced
from model.seagull.adapter import SETTINGS, SWITCHES
from model.training.errors import TrainingError
from model.training.run_folder import read_own
from model.training.standing import Standing
from model.training.trainable import Trained, put_weights, weights

FOLDER: Final = "checkpoints"
PLACE: Final = "place.json"
WEIGHTS: Final = "adapter_model.safetensors"
CONFIG: Final = "adapter_config.json"
_REPLACED: Final = "replaced"
_ASIDE: Final = re.compile(rf"\.(?P<name>.+)\.{_REPLACED}-[0-9a-f]{{8}}")
_REMEDY: Final = "remove that folder, then --resume goes on from the one before it"
_CARRIED: Final = (CONFIG, WEIGHTS, SETTINGS)


def write(
    out: Path,
    name: str,
    trained: Trained,
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
    place: Mapping[str, Any],
    state: Mapping[str, Any],
    random_states: Sequence[Mapping[str, Any]],
) -> Path:
    """Write a checkpoint.

    Parameters
    ----------
    out : Path
        The run's folder.
    name : str
        "epoch-N" or "step-N".
    place : mapping
        For ``place.json``.
    state : mapping
        For ``trainer_state.json``.
    random_states : sequence of mapping
        `random_states` of each process.

    Raises
    ------
    TrainingError
        If the disk is full or not writable; nothing half-written is left, and earlier ones stay.
    """
    target = out / FOLDER / name

    def fill(folder: Path) -> None:
        write_adapter(folder, trained)
        _tensors(
            folder / "optimizer.pt",
            {"optimizer": optimiser.state_dict(), "schedule": schedule.state_dict()},
        )
        for number, states in enumerate(random_states):
            _tensors(folder / _rng(number), states)
        _json(folder / PLACE, place)
        _json(folder / "trainer_state.json", state)

    build(target, fill)
    return target


def build(target: Path, fill: Callable[[Path], None]) -> None:
    """Make a folder whole: `fill` writes it beside its place; what stood there is replaced.

    Raises
    ------
    TrainingError
        If the disk is full or not writable; nothing half-written is left.
    """
    part = hidden(target)
    try:
        part.mkdir(parents=True)
        fill(part)
        sync_folder(part)
        if target.exists():
            old = hidden(target, _REPLACED)  # whole: `latest` puts it back, if this process ends here
            target.rename(old)
            part.rename(target)
            shutil.rmtree(old, ignore_errors=True)
        else:
            part.rename(target)
        sync_folder(target.parent)
    except (OSError, RuntimeError) as error:  # torch's writer hides the first in the second
        shutil.rmtree(part, ignore_errors=True)
        cause = error if isinstance(error, OSError) else error.__context__
        full = isinstance(cause, OSError) and cause.errno in (ENOSPC, EDQUOT)
        reason = "the disk is full" if full else str(error)
        raise TrainingError(
            f"{target} could not be written ({reason}); earlier checkpoints are whole: make room, then go on "
            "with --resume."
        ) from error


def write_adapter(folder: Path, trained: Trained) -> None:
    """Write the files of a PEFT folder."""
    config = trained.adapted.peft_config["default"]
    entries = config.to_dict() | {"inference_mode": True}
    told = {key: sorted(value) if isinstance(value, set) else value for key, value in entries.items()}
    _json(folder / CONFIG, told)
    settings = trained.network.config
    _json(folder / SETTINGS, {name: getattr(settings, name) for name in SWITCHES})
    write_synced(folder / WEIGHTS, save(weights(trained), {"format": "pt"}))


def carry_adapter(checkpoint: Path, target: Path, beside: Mapping[str, bytes]) -> None:
    """Copy the adapter of a checkpoint, with other files beside it.

    Raises
    ------
    TrainingError
        As `build`.
    """

    def fill(folder: Path) -> None:
        for name in _CARRIED:
            write_synced(folder / name, (checkpoint / name).read_bytes())
        for name, data in beside.items():
            write_synced(folder / name, data)

    build(target, fill)


def put_adapter(checkpoint: Path, trained: Trained) -> None:
    """Give a network the weights of a checkpoint."""
    put_weights(trained, load_file(checkpoint / WEIGHTS))


def latest(out: Path) -> Path | None:
    """The checkpoint that went furthest.

    What a killed run left half-written is removed, and one that it was about to replace has its name again.

    Raises
    ------
    TrainingError
        If one is damaged.
    """
    parent = out / FOLDER
    if not parent.is_dir():
        return None
    for path in list(parent.iterdir()):
        if is_unfinished(path.name):
            shutil.rmtree(path, ignore_errors=True)
        elif aside := _ASIDE.fullmatch(path.name):
            with suppress(OSError):  # another process of this run may have done so
                if not (parent / aside["name"]).exists():
                    path.rename(parent / aside["name"])
            shutil.rmtree(path, ignore_errors=True)
    whole = [path for path in parent.iterdir() if (path / PLACE).is_file()]
    return max(whole, key=lambda path: read_place(path)["step"], default=None)


def read_place(checkpoint: Path) -> dict[str, Any]:
    """What ``place.json`` says.

    Raises
    ------
    TrainingError
        If it is gone or damaged.
    """
    path = checkpoint / PLACE
    found = read_own(path, _REMEDY)
    try:
        whole = type(Standing.of(found).step) is int
    except KeyError:
        whole = False
    if not whole:
        raise TrainingError(f"{path} is damaged (it does not say where the run was); {_REMEDY}.")
    return found


def restore(
    checkpoint: Path,
    trained: Trained,
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
    process: int = 0,
) -> dict[str, Any]:
    """Put everything back as it was, for one of the processes of a run.

    A process that was not there then keeps its random state.

    Parameters
    ----------
    checkpoint : Path
        Its folder.
    trained, optimiser, schedule
        What is put back.
    process : int
        Number of the process, from 0 on.

    Returns
    -------
    dict
        What ``place.json`` says.

    Raises
    ------
    TrainingError
        If a file is gone or damaged.
    """
    try:
        put_adapter(checkpoint, trained)
        device = trained.network.device
        found = torch.load(checkpoint / "optimizer.pt", map_location=device, weights_only=True)
        optimiser.load_state_dict(found["optimizer"])
        schedule.load_state_dict(found["schedule"])
        rng = checkpoint / _rng(process)
        if process == 0 or rng.is_file():
            _put_random_states(torch.load(rng, map_location="cpu", weights_only=True))
        return read_place(checkpoint)
    except TrainingError:
        raise
    except Exception as error:  # whatever the libraries say of damaged files
        raise TrainingError(
            f"The checkpoint {checkpoint} is damaged ({type(error).__name__}: {error}); {_REMEDY}."
        ) from error


def remove_between(out: Path, *, kept: Path) -> None:
    """Remove the checkpoints that were made between the ends of epochs, once a later one is whole."""
    for path in (out / FOLDER).glob("step-*"):
        if path != kept:
            shutil.rmtree(path, ignore_errors=True)


def _rng(process: int) -> str:
    return f"rng-{process}.pt" if process else "rng.pt"


def random_states() -> dict[str, Any]:
    """Every random state of this process."""
    version, internal, gauss = random.getstate()
    kind, keys, position, has_gauss, cached = np.random.get_state(legacy=True)  # noqa: NPY002
    words = torch.from_numpy(np.asarray(keys).astype(np.int64))
    return {
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        "python": [version, list(internal), gauss],
        "numpy": [
            str(kind),
            words,
            position,
            has_gauss,
            cached,
        ],
    }


def _put_random_states(found: Mapping[str, Any]) -> None:
    torch.set_rng_state(found["torch"])
    if torch.cuda.is_available() and len(found["cuda"]) == torch.cuda.device_count():
        torch.cuda.set_rng_state_all(found["cuda"])
    version, internal, gauss = found["python"]
    random.setstate((version, tuple(internal), gauss))
    kind, keys, position, has_gauss, cached = found["numpy"]
    np.random.set_state((kind, keys.numpy().astype(np.uint32), position, has_gauss, cached))  # noqa: NPY002


def _tensors(path: Path, value: Any) -> None:
    with path.open("xb") as file:
        torch.save(value, file)
        file.flush()
        os.fsync(file.fileno())


def _json(path: Path, value: Any) -> None:
    write_synced(path, (json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode())
