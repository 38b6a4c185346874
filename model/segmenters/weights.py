"""Weights files of SAM: whose they are, whether they are whole, and what is in them."""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from model.plain_files import FileRefused, read_object, regular_size, write_whole
from model.segmenters.protocol import SegmenterError

if TYPE_CHECKING:
    from torch import Tensor

PUBLISHED: Final = ("sam_vit_b_01ec64.pth", "sam_vit_l_0b3195.pth", "sam_vit_h_4b8939.pth")
"""The files that Meta published; the six digits are the beginning of each file's MD5."""
_HASH_IN_NAME: Final = re.compile(r"_([0-9a-f]{6,64})\.pth$")
_PIECE: Final = 1 << 22


def hash_in_name(path: Path) -> str | None:
    """The beginning of the hash that a file's name promises, lower case hex, or None."""
    found = _HASH_IN_NAME.search(path.name)
    return found.group(1) if found else None


def verified_sha256(path: Path, memory: Path | None = None) -> str:
    """The SHA-256 of a weights file that is what its name says, if its name says anything.

    The digits in the published names begin the file's MD5 (checked against Meta's files: 01ec64d29a2f...,
    0b3195507c64..., 4b8939a88964...); other files may carry the beginning of their SHA-256, as
    torch.hub's do. MD5 guards against damage and mix-ups here, not against malice: what protects from
    hostile files is that nothing in them is executed.

    A file that was hashed before and has kept its path, size and time of change is not read again.

    Parameters
    ----------
    path : Path
    memory : Path, optional
        File that remembers results; by default in the user's cache folder.

    Raises
    ------
    SegmenterError
        If the file cannot be read, or its hash is not the one in its name.
    """
    memory = memory or _default_memory()
    try:
        regular_size(path)
        facts = path.stat()
    except FileRefused as error:
        raise SegmenterError(str(error)) from error
    except OSError as error:
        raise SegmenterError(f"The weights file {path} cannot be opened ({error.strerror}).") from error
    key = f"{path.resolve()}|{facts.st_size}|{facts.st_mtime_ns}"
    hashes = _remembered(memory).get(key)
    if hashes is None:
        hashes = _hashes(path)
        _remember(memory, key, hashes)
    promised = hash_in_name(path)
    if promised is not None and not any(digest.startswith(promised) for digest in hashes.values()):
        raise SegmenterError(_wrong_hash(path, promised, hashes["md5"]))
    return hashes["sha256"]


def read_state_dict(path: Path) -> dict[str, Tensor]:
    """The tensors of a weights file, by name, on the processor; nothing in the file is executed.

    Raises
    ------
    SegmenterError
        If the file is truncated, no weights file, or holds anything but tensors.
    """
    import torch

    from model.tensor_files import read_tensors, why_not_plain

    try:
        content = read_tensors(path)
    except FileRefused as error:
        raise SegmenterError(str(error)) from error
    if not isinstance(content, dict) or not all(
        isinstance(name, str) and isinstance(value, torch.Tensor) for name, value in content.items()
    ):
        raise SegmenterError(f"{path.name} does not hold the weights of a SAM model; choose another file.")
    for name, value in content.items():
        if (reason := why_not_plain(value)) is not None:
            raise SegmenterError(
                f"{name} in {path.name} is {reason}, which no weight of a SAM model is; download it again."
            )
    return content


def _wrong_hash(path: Path, promised: str, md5: str) -> str:
    for name in PUBLISHED:
        if md5.startswith(hash_in_name(Path(name)) or "-"):
            return f"{path.name} is really {name} under another name; give it its own name back."
    return (
        f"{path.name} is damaged or was renamed: its MD5 begins with {md5[: len(promised)]} and not with "
        f"{promised}; download it again."
    )


def _hashes(path: Path) -> dict[str, str]:
    """MD5 and SHA-256 of a file, read once."""
    digests = {"md5": hashlib.md5(usedforsecurity=False), "sha256": hashlib.sha256()}
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                for digest in digests.values():
                    digest.update(piece)
    except OSError as error:
        raise SegmenterError(f"The weights file {path} cannot be read ({error.strerror}).") from error
    return {name: digest.hexdigest() for name, digest in digests.items()}


def _default_memory() -> Path:
    import platformdirs

    return platformdirs.user_cache_path("seagull-studio") / "verified-weights.json"


def _remembered(memory: Path) -> dict[str, dict[str, str]]:
    try:
        content = read_object(memory)
    except (FileRefused, OSError, ValueError):
        return {}
    return {
        key: hashes
        for key, hashes in content.items()
        if isinstance(hashes, dict) and set(hashes) == {"md5", "sha256"}
    }


def _remember(memory: Path, key: str, hashes: dict[str, str]) -> None:
    """Keep what was verified, beside what others have kept meanwhile.

    Failing to costs a second at the next start, so it is no error.
    """
    with suppress(OSError):
        write_whole(memory, json.dumps({**_remembered(memory), key: hashes}))
