"""Reading weights from disk: safetensors, or pickles that may hold nothing but tensors.

A ``.bin`` file is a pickle, and a pickle can run programs. It is opened with ``weights_only=True``, always.
"""

from __future__ import annotations

import json
import pickle
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import safetensors
import torch

from model.seagull.errors import CheckpointError

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
        if path.suffix == ".safetensors":
            return _SafeTensors(path)
        loaded = torch.load(path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path))
    except FileNotFoundError:
        raise CheckpointError(f"{path} is not there; choose the checkpoint's folder.") from None
    except pickle.UnpicklingError as error:
        if re.search(r"unsupported (global|class|operand)|GLOBAL", str(error), re.IGNORECASE):
            raise CheckpointError(
                f"{path} holds program code beside weights and was not opened; get the checkpoint as "
                "safetensors from a source you trust."
            ) from None
        raise _damaged(path) from None
    except (OSError, RuntimeError, EOFError, ValueError, KeyError, IndexError) as error:
        raise _damaged(path) from error
    except safetensors.SafetensorError:
        raise _damaged(path) from None
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
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CheckpointError(
            f"{path.parent} has no {path.name}; choose a folder that holds a whole checkpoint."
        ) from None
    except (OSError, ValueError, RecursionError):
        raise _damaged(path) from None
    if not isinstance(content, dict):
        raise _damaged(path)
    return content


class _SafeTensors(Mapping[str, torch.Tensor]):
    """A safetensors file whose tensors are read when they are asked for."""

    def __init__(self, path: Path) -> None:
        opened: Any = safetensors.safe_open
        self._file = opened(path, framework="pt")
        self._names = tuple(self._file.keys())

    def __getitem__(self, name: str) -> torch.Tensor:
        if name not in self._names:
            raise KeyError(name)
        tensor: torch.Tensor = self._file.get_tensor(name)
        return tensor

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _indexed(path: Path) -> set[str]:
    weight_map = read_json(path).get("weight_map")
    if not isinstance(weight_map, dict):
        raise _damaged(path)
    # Only names: an index can not point outside its folder.
    return {Path(str(name)).name for name in weight_map.values()}


def _damaged(path: Path) -> CheckpointError:
    return CheckpointError(f"{path} is damaged or cut short; download it again.")


def _listed(names: list[str], most: int = 5) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
