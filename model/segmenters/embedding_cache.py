"""Embeddings on disk, so that a picture is encoded once for everybody who opens the project.

An entry is one file: a magic line, the SHA-256 of everything after it, the entry's key, and the arrays as
an uncompressed ``.npz`` in the precision they were computed in (float32 from a processor, 4 MB for a
published SAM; float16 from a GPU, 2 MB). They are never rounded for storing, so masks come out the same.
"""

from __future__ import annotations

import hashlib
import io
import os
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from annotation_db.vocabulary.whole_files import is_unfinished, replace_file
from model.segmenters.protocol import SegmenterError

_MAGIC: Final = b"SEAGULL embedding 1\n"
_SUFFIX: Final = ".embedding"
_UNFINISHED: Final = ".unfinished"
"""How names of unfinished files ended in earlier versions."""
_ABANDONED_S: Final = 3600.0
"""Age at which an unfinished file is taken for one that a killed process left."""
DEFAULT_MAX_BYTES: Final = 20 << 30


@dataclass(frozen=True, slots=True)
class EmbeddingKey:
    """What an embedding depends on."""

    picture_sha256: str
    """Of the picture's file, hex."""
    signature: str
    """`Segmenter.signature`: the weights and the version of the computation."""

    @property
    def text(self) -> str:
        """Hash and signature with a blank between them, as the cache hashes and compares them."""
        return f"{self.picture_sha256} {self.signature}"


class EmbeddingCache:
    """A folder of embeddings. Any number of processes may use it at once.

    Parameters
    ----------
    folder : Path
        Made when first written to.
    max_bytes : int
        The least recently used entries go when the folder grows beyond this.
    """

    def __init__(self, folder: Path, max_bytes: int = DEFAULT_MAX_BYTES) -> None:
        self.folder = folder
        self.max_bytes = max_bytes

    def path(self, key: EmbeddingKey) -> Path:
        """The file that holds, or would hold, an entry."""
        return self.folder / (hashlib.sha256(key.text.encode()).hexdigest()[:40] + _SUFFIX)

    def get(self, key: EmbeddingKey) -> dict[str, NDArray[Any]] | None:
        """The arrays of an entry; None if it is not there. A damaged entry is removed and not there."""
        path = self.path(key)
        try:
            content = path.read_bytes()
        except OSError:
            return None
        arrays = _unpack(content, key)
        try:
            if arrays is None:
                path.unlink()
            else:
                # The time of change is when the entry was last wanted: the order of eviction.
                os.utime(path)
        except OSError:
            # Gone or read-only: another process removed it, or the project is only being looked at.
            return arrays
        return arrays

    def put(self, key: EmbeddingKey, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Store an entry: whole or not at all, whatever happens meanwhile.

        Raises
        ------
        SegmenterError
            If the disk is full or the folder cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            replace_file(self.path(key), _pack(key, arrays))
        except OSError as error:
            raise SegmenterError(
                f"The embedding could not be kept in {self.folder} ({error.strerror}); make room there or "
                "check its permissions."
            ) from error
        self.evict()

    def evict(self) -> int:
        """Remove what a killed process left and the least recently used entries beyond the bound.

        Returns
        -------
        int
            How many entries went.
        """
        entries: list[tuple[float, int, str]] = []
        with os.scandir(self.folder) as found:
            for entry in found:
                try:
                    facts = entry.stat()
                except OSError:
                    continue
                if entry.name.endswith(_SUFFIX):
                    entries.append((facts.st_mtime, facts.st_size, entry.path))
                elif _is_unfinished(entry.name) and time.time() - facts.st_mtime > _ABANDONED_S:
                    _remove(entry.path)
        total = sum(size for _, size, _ in entries)
        removed = 0
        # The newest stays even if it alone is beyond the bound: it was asked for a moment ago.
        for _, size, path in sorted(entries)[:-1]:
            if total <= self.max_bytes:
                break
            total -= size
            removed += _remove(path)
        return removed


def _pack(key: EmbeddingKey, arrays: Mapping[str, NDArray[Any]]) -> bytes:
    payload = io.BytesIO()
    payload.write(key.text.encode() + b"\n")
    # No argument against pickles: numpy before 2.3 would store it as an array. `_unpack` takes none.
    np.savez(payload, **dict(arrays))  # type: ignore[arg-type]
    content = payload.getvalue()
    return _MAGIC + hashlib.sha256(content).digest() + content


def _unpack(content: bytes, key: EmbeddingKey) -> dict[str, NDArray[Any]] | None:
    start = len(_MAGIC) + hashlib.sha256().digest_size
    if content[: len(_MAGIC)] != _MAGIC:
        return None
    body = content[start:]
    line = key.text.encode() + b"\n"
    if hashlib.sha256(body).digest() != content[len(_MAGIC) : start] or not body.startswith(line):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(body[len(line) :])) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > len(body):
                return None  # we compress nothing
        with np.load(io.BytesIO(body[len(line) :]), allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except Exception:  # whatever somebody signed anew: zipfile and numpy's header meet it with anything
        return None


def _is_unfinished(name: str) -> bool:
    return is_unfinished(name) or name.endswith(_UNFINISHED)


def _remove(path: str) -> bool:
    """Remove a file if it is still there and nobody holds it open (Windows); whether it went."""
    try:
        Path(path).unlink()
    except OSError:
        return False
    return True
