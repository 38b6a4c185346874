"""Reading files that come from outside: whatever they hold, the answer is data or one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from annotation_db.errors import ImportRefused
from annotation_db.files import json_text
from annotation_db.files.regular_files import other_than_file


@contextmanager
def opened(file: Path) -> Iterator[BinaryIO]:
    """A file to be read, once it is known to be one; errors of the block's reading become sentences.

    Raises
    ------
    ImportRefused
        If there is no such file, it is none (a folder, or a pipe that would be waited for without end), or
        it cannot be read.
    """
    try:
        other = other_than_file(file)
        if other is not None:
            raise ImportRefused(f"{file} is {other} and no file that can be imported; choose a file.")
        with file.open("rb") as stream:
            yield stream
    except FileNotFoundError as error:
        raise ImportRefused(f"There is no file {file}; check the path.") from error
    except OSError as error:
        raise ImportRefused(
            f"{file} cannot be read ({error.strerror}); check that you may read it."
        ) from error


def count_lines(file: Path) -> int:
    """How many lines a file has, at the least 1; it is read in pieces.

    Raises
    ------
    ImportRefused
        As `opened`.
    """
    with opened(file) as stream:
        return 1 + sum(piece.count(b"\n") for piece in iter(lambda: stream.read(2**20), b""))


def read_text(file: Path) -> str:
    """The text of a UTF-8 file, with or without byte order mark, line ends as they are.

    Raises
    ------
    ImportRefused
        If it is no file, cannot be read or is not UTF-8.
    """
    with opened(file) as stream:
        raw = stream.read()
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ImportRefused(f"{file.name} is saved as UTF-16; save it as UTF-8, then import it again.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ImportRefused(
            f"{file.name} is not UTF-8 text (line {line}); save it as UTF-8, then import it again."
        ) from error


def read_json(file: Path) -> Any:
    """The content of a JSON file, by the one rule of `json_text.read`.

    Raises
    ------
    ImportRefused
        If it cannot be read or is not JSON.
    """
    try:
        return json_text.read(read_text(file))
    except json_text.NotJson as error:
        raise ImportRefused(f"{file.name} {error}; repair it or export it again.") from error
