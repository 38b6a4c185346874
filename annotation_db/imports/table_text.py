"""Tables as text: in which encoding they are, and what stands between their columns."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from annotation_db.errors import ImportRefused
from annotation_db.imports.files import opened
from annotation_db.imports.table_format import ENCODINGS, SEPARATORS, Table, TableFormat, Unsure

_START: Final = 64 * 1024
"""Bytes that a file is judged by."""
_SAMPLE: Final = 20
"""Lines that a separator is judged by."""
_SEP: Final = re.compile(r'"?sep=(.)"?[,;\t|]*\s*', re.IGNORECASE)
"""The line by which Excel is told what separates columns."""
_PLAIN: Final = re.compile(rb"[\t\r\n -~]+")
_FEW_LETTERS: Final = 4
_UTF32: Final = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_MOST_CELL: Final = 128 * 1024

Fit = Callable[[Sequence[str]], int]
"""How many of the columns that are looked for a first line has."""


def opened_text(file: Path, how: TableFormat, fit: Fit, wanted: int) -> Table:
    """Open a table that is text.

    Parameters
    ----------
    fit, wanted : callable, int
        How many columns a first line has of those that are looked for, and how many there are.

    Raises
    ------
    ImportRefused
        If it is no text, or its encoding or separator is not sure; while rows are read, if it is broken.
    """
    with opened(file) as stream:
        start = stream.read(_START)
        whole = len(start) < _START
    encoding = how.encoding or _encoding(file, start)
    sample = _decoded(start, encoding, whole)
    told = next((found for line in sample[:1] if (found := _SEP.fullmatch(line))), None)
    if how.separator:
        mark = SEPARATORS[how.separator]
    elif told is not None:
        mark = "\t" if told[1] == "\\" else told[1]
        if mark not in SEPARATORS.values():
            raise ImportRefused(f"{file.name} says that {mark} separates its columns; use , ; | or a tab.")
    else:
        mark = _separator(file, sample, fit, wanted)
    name = next(name for name, known in SEPARATORS.items() if known == mark)
    reader = csv.reader(_lines(file, encoding, hinted=not how.encoding), delimiter=mark, strict=True)
    rows = _rows(file, reader, skips=told is not None)
    _, header = next(rows, (1, []))
    return Table("csv", encoding, name, header, rows, comma=mark != ",")


def _encoding(file: Path, start: bytes) -> str:
    if start.startswith(_UTF32):
        raise ImportRefused(f"{file.name} is saved as UTF-32; save it as UTF-8, then import it again.")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = start[0::2].count(0), start[1::2].count(0)
    # The names of columns are plain letters: in UTF-16 every other byte of theirs is zero.
    first, second = start[:40:2], start[1:40:2]
    if len(second) >= _FEW_LETTERS:
        if not any(second) and _PLAIN.fullmatch(first):
            return "utf-16-le"
        if not any(first) and _PLAIN.fullmatch(second):
            return "utf-16-be"
    if even or odd:
        raise ImportRefused(f"{file.name} holds zero bytes and is no CSV text; export it again.")
    return "utf-8"


def _decoded(start: bytes, encoding: str, whole: bool) -> list[str]:
    """The first lines that are not blank, as they can be read; what cannot be is told when rows are read."""
    decoder = codecs.getincrementaldecoder(ENCODINGS[encoding])("replace")
    lines = decoder.decode(start).splitlines(keepends=True)
    complete = lines if whole else lines[:-1] or lines
    return [line for line in complete if line.strip()]


def _separator(file: Path, sample: list[str], fit: Fit, wanted: int) -> str:
    """What separates the columns: what makes the first line hold those that are looked for."""
    found: dict[str, tuple[int, int]] = {}
    for mark in SEPARATORS.values():
        rows = list(_tried(sample, mark))
        if rows:
            steady = sum(len(row) == len(rows[0]) for row in rows)
            found[mark] = fit(rows[0]), steady if len(rows[0]) > 1 else 0
    best = max(found.values(), default=(0, 0))
    fitting = [mark for mark, how_well in found.items() if how_well[0] == best[0] and how_well[1]]
    if best[0] == 0 or best[0] < wanted:
        # Columns are called otherwise here: what splits every line alike is a separator.
        fitting = [mark for mark in fitting if found[mark][1] == max(found[one][1] for one in fitting)]
    if len(fitting) > 1:
        names = [name for name, mark in SEPARATORS.items() if mark in fitting]
        raise Unsure(
            f"The columns of {file.name} may be separated by {' or by '.join(names)}; say which it is "
            "(--separator)."
        )
    return fitting[0] if fitting else ","


def _tried(sample: list[str], mark: str) -> Iterator[list[str]]:
    reader = csv.reader(iter(sample), delimiter=mark, strict=True)
    try:
        for number, row in enumerate(reader):
            if number == _SAMPLE:
                return
            yield row
    except csv.Error:
        return


def _lines(file: Path, encoding: str, *, hinted: bool) -> Iterator[str]:
    with opened(file) as stream:
        text = io.TextIOWrapper(stream, encoding=ENCODINGS[encoding], newline="")
        try:
            for line in text:
                if "\0" in line:
                    raise ImportRefused(f"{file.name} holds zero bytes and is no CSV text; export it again.")
                yield line
        except UnicodeError as error:
            advice = "save it as UTF-8, or name its encoding, such as windows-1252 (--encoding)"
            raise Unsure(
                f"{file.name} is not {encoding.upper()} text ({_where(file, encoding)}); "
                f"{advice if hinted else 'name another encoding'}, then import it again."
            ) from error


def _where(file: Path, encoding: str) -> str:
    """The line in which a file stops being text of its encoding."""
    decoder = codecs.getincrementaldecoder(ENCODINGS[encoding])()
    line = 1
    with opened(file) as stream:
        for raw in iter(lambda: stream.readline(_MOST_CELL), b""):
            try:
                line += decoder.decode(raw).count("\n")
            except UnicodeError:
                return f"line {line}"
    return f"line {line}"


def _rows(file: Path, reader: Iterable[list[str]], *, skips: bool) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the line that it begins in."""
    line = 1
    try:
        for fields in reader:
            if any(value.strip() for value in fields):
                if not skips:
                    yield line, fields
                skips = False
            line = reader.line_num + 1  # type: ignore[attr-defined]
    except csv.Error as error:
        raise ImportRefused(
            f"{file.name} is broken at line {line} ({error}); repair the quotes there, or export it again."
        ) from error
