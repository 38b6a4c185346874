"""Only regular files are opened: a pipe would keep its reader waiting for ever, a device has no end.

And what is written is there whole, or not at all.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Any, Final, NoReturn

from annotation_db.vocabulary.whole_files import replace_file

_MOST_JSON: Final = 64 << 20
"""Bytes of the largest JSON file that is read; the index of a large checkpoint has some MB."""


class FileRefused(Exception):
    """A file was not opened; ``str(error)`` is one sentence for a person."""


def regular_size(path: Path) -> int:
    """Bytes of a regular file; links are followed, nothing is opened.

    Raises
    ------
    FileRefused
        If it is a folder, a pipe, a socket or a device.
    OSError
        If nothing is there, or it may not be looked at.
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        kind = "a folder" if stat.S_ISDIR(found.st_mode) else "a pipe, socket or device"
        raise FileRefused(f"{path} is {kind} and no file; put the file itself there.")
    return found.st_size


def read_object(path: Path) -> dict[str, Any]:
    """A JSON object from a file; numbers in it are numbers.

    Raises
    ------
    FileRefused
        If it is no regular file, or larger than any such file is.
    OSError
        If it can not be read.
    ValueError
        If it is no JSON object, holds NaN or Infinity (which JSON does not have), or says two things under
        one name.
    """
    size = regular_size(path)
    if size > _MOST_JSON:
        raise FileRefused(f"{path} has {size:,} bytes, more than any such file; get it again.")
    content = parse_json(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise ValueError("it is no JSON object")
    return content


def parse_json(text: str) -> Any:
    """What a stranger's JSON says; numbers in it are numbers.

    Raises
    ------
    ValueError
        If it is none, or as in `read_object`.
    """
    try:
        return json.loads(text, parse_constant=_no_number, parse_float=_finite, object_pairs_hook=_once)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def write_whole(path: Path, text: str) -> None:
    """Write a file that is there whole, on the disk, or is what it was; its folder is made.

    Raises
    ------
    OSError
        If it can not be written; nothing half-written is left.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, text.encode())


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"it holds {word}, which is no number")


def _finite(word: str) -> float:
    value = float(word)
    return value if isfinite(value) else _no_number(word[:80])


def _once(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found and found[key] != value:
            raise ValueError(f"it says two things of {key[:80]!r}")
        found[key] = value
    return found
