"""The weights of a checkpoint's folder: which files they are in, and reading them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import torch

from model.plain_files import FileRefused, read_object
from model.seagull.errors import CheckpointError, reason_of
from model.tensor_files import read_tensors

_SHARD: Final = re.compile(
    r"^(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})(?P<end>\.bin|\.safetensors)$"
)
_FAMILIES: Final = (
    ("model*.safetensors", "model.safetensors.index.json"),
    ("pytorch_model*.bin", "pytorch_model.bin.index.json"),
)


def find_weights(folder: Path) -> list[Path]:
    """The weight files of a checkpoint folder, complete.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    list of Path
        Safetensors where there are some, else ``.bin``; empty where there are neither.

    Raises
    ------
    CheckpointError
        If a shard of a set is missing.
    """
    for pattern, index_name in _FAMILIES:
        found = sorted(folder.glob(pattern))
        if not found:
            continue
        names = {path.name for path in found}
        wanted = _indexed(folder / index_name) if (folder / index_name).is_file() else set()
        for path in found:
            shard = _SHARD.match(path.name)
            if shard is not None:
                stem, count, end = shard["stem"], shard["count"], shard["end"]
                wanted |= {f"{stem}-{n:05d}-of-{count}{end}" for n in range(1, int(count) + 1)}
        missing = sorted(wanted - names)
        if missing:
            raise CheckpointError(f"{folder} lacks {_listed(missing)}; download the missing files again.")
        return [folder / name for name in sorted(wanted)] if wanted else found
    return []


def read_weights(path: Path) -> Mapping[str, torch.Tensor]:
    """Open one weight file.

    Parameters
    ----------
    path : Path
        ``.safetensors``, or anything that ``torch.save`` wrote.

    Returns
    -------
    mapping of str to Tensor
        On the CPU, mapped from the file where its format allows.

    Raises
    ------
    CheckpointError
        If the file is missing, damaged, cut short, or holds anything but tensors.
    """
    try:
        loaded = read_tensors(path)
    except FileRefused as error:
        raise CheckpointError(str(error)) from error
    if isinstance(loaded, Mapping) and path.suffix == ".safetensors":
        return loaded
    for key in ("state_dict", "model"):
        if isinstance(loaded, dict) and isinstance(loaded.get(key), dict):
            loaded = loaded[key]
    if not isinstance(loaded, dict) or not all(isinstance(value, torch.Tensor) for value in loaded.values()):
        raise CheckpointError(f"{path} is no list of weights; choose the checkpoint's folder.")
    return {str(name): value for name, value in loaded.items()}


def iterate_weights(paths: list[Path]) -> Iterator[tuple[Path, str, torch.Tensor]]:
    """All weights of several files, one file open at a time."""
    for path in paths:
        for name, value in read_weights(path).items():
            yield path, name, value


def is_folder(path: Path) -> bool:
    """Whether there is such a folder; a name that no disk takes is none."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def read_json(path: Path) -> dict[str, object]:
    """Read a JSON object.

    Raises
    ------
    CheckpointError
        If it is missing or no JSON object.
    """
    try:
        return read_object(path)
    except FileNotFoundError:
        raise CheckpointError(
            f"{path.parent} has no {path.name}; choose a folder that holds a whole checkpoint."
        ) from None
    except FileRefused as error:
        raise CheckpointError(str(error)) from None
    except (OSError, ValueError) as error:
        raise CheckpointError(
            f"{path} is damaged or cut short ({reason_of(error, 0)}); download it again."
        ) from None


def _indexed(path: Path) -> set[str]:
    weight_map = read_json(path).get("weight_map")
    if not isinstance(weight_map, dict):
        raise CheckpointError(f"{path} is damaged or cut short (it has no weight_map); download it again.")
    # Only names: an index can not point outside its folder.
    return {Path(str(name)).name for name in weight_map.values()}


def _listed(names: list[str], most: int = 5) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
