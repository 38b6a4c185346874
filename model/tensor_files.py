"""Opening files of tensors that strangers wrote: looked through before anything in them is followed.

A pickle can run programs. It is looked through first (`model.pickle_scan`) and then opened with
``weights_only=True``, always; an archive's declared sizes are added up before any of it is unpacked.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import safetensors
import torch

from model.pickle_scan import NotPlainWeights, look_through
from model.plain_files import FileRefused, regular_size

_LEGACY_PICKLES: Final = 5
"""Before zip archives, torch wrote a number, a version, its machine, the content and a list of storages."""
_DTYPES: Final = (torch.float16, torch.bfloat16, torch.float32, torch.float64)


def read_tensors(path: Path) -> Mapping[str, torch.Tensor] | Any:
    """Open a file of tensors.

    Parameters
    ----------
    path : Path
        ``.safetensors``, or what ``torch.save`` wrote.

    Returns
    -------
    mapping of str to Tensor, or whatever else ``torch.save`` was given
        On the CPU, mapped from the file where its format allows.

    Raises
    ------
    FileRefused
        With one sentence: it is not there, no regular file, damaged, or holds anything but plain data.
    """
    try:
        size = regular_size(path)
        if path.suffix == ".safetensors":
            return _SafeTensors(path)
        zipped = zipfile.is_zipfile(path)
        _look_through(path, zipped, size)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of protocols and of layouts; what matters is checked here
            return torch.load(path, map_location="cpu", weights_only=True, mmap=zipped)
    except FileRefused:
        raise
    except FileNotFoundError:
        raise FileRefused(f"{path} is not there; choose the checkpoint's folder.") from None
    except NotPlainWeights as error:
        source = "get it as safetensors from a source you trust" if error.code else "save plain tensors"
        raise FileRefused(f"{path} holds {error} and was not opened; {source}.") from None
    except Exception as error:  # A damaged or hostile file fails in any way at all.
        raise damaged(path) from error


def why_not_plain(tensor: torch.Tensor) -> str | None:
    """Why a tensor is no weight of a network, as "it is ..."; None if it is one."""
    if tensor.is_nested or tensor.layout != torch.strided:
        return "sparse or nested"
    if tensor.is_quantized or tensor.dtype not in _DTYPES:
        return f"of the type {str(tensor.dtype).removeprefix('torch.')}"
    if tensor.device.type != "cpu":
        return "without numbers"
    if tensor.numel() == 0:
        return "empty"
    # One number that is said to stand at a billion places takes memory only when it is used.
    if tensor.numel() * tensor.element_size() > tensor.untyped_storage().nbytes():
        return "larger than its numbers"
    return None


def damaged(path: Path) -> FileRefused:
    """The refusal of a file that is not what it once was."""
    return FileRefused(f"{path} is damaged or cut short; download it again.")


def _look_through(path: Path, zipped: bool, size: int) -> None:
    if not zipped:
        with path.open("rb") as file:
            start = file.read(2)
            if start[:1] == b"\x80":
                file.seek(0)
                look_through(file)
                if start != b"\x80\x02" or file.tell() == size:
                    raise FileRefused(
                        f"{path} is a pickle that torch did not write, with no tensors in it, and was not "
                        "opened; choose a file of weights."
                    )
                for _ in range(_LEGACY_PICKLES - 1):
                    look_through(file)
            elif start and start != b"PK":
                raise FileRefused(
                    f"{path} is no file of weights, or damaged, and was not opened; download it again."
                )
        return
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        declared = sum(entry.file_size for entry in entries)
        if declared > size or any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
            raise FileRefused(
                f"{path} is packed ({size:,} bytes that would become {declared:,}), which files of weights "
                "are not, and was not opened; get it from a source you trust."
            )
        for entry in entries:
            if entry.filename.endswith("data.pkl"):
                with archive.open(entry) as file:
                    look_through(file)


class _SafeTensors(Mapping[str, torch.Tensor]):
    """A safetensors file whose tensors are read when they are asked for."""

    def __init__(self, path: Path) -> None:
        opened: Any = safetensors.safe_open
        self._path = path
        self._file = opened(path, framework="pt")
        self._names = frozenset(self._file.keys())

    def __getitem__(self, name: str) -> torch.Tensor:
        if name not in self._names:
            raise KeyError(name)
        try:
            tensor: torch.Tensor = self._file.get_tensor(name)
        except Exception as error:  # such as a number format that this torch does not know
            raise damaged(self._path) from error
        return tensor

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._names))

    def __len__(self) -> int:
        return len(self._names)
