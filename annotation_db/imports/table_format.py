"""How a table is to be read: what a person said about it, and what was found out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from annotation_db.errors import ImportRefused


class Unsure(ImportRefused):
    """A table can be read in several ways, or in none until its encoding is named: a person can say which."""


ENCODINGS: Final = {
    "utf-8": "utf-8-sig",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "windows-1252": "cp1252",
    "windows-1250": "cp1250",
    "windows-1251": "cp1251",
    "iso-8859-15": "iso8859-15",
    "mac-roman": "mac-roman",
    "gb18030": "gb18030",
    "big5": "big5",
    "shift-jis": "cp932",
    "euc-kr": "cp949",
}
"""Encodings of text by the names that people choose them by -> Python's names."""

SEPARATORS: Final = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
"""What may stand between two columns."""


@dataclass(frozen=True, slots=True)
class TableFormat:
    """What is said of a table; what is not said is found out, or refused where it is not sure."""

    encoding: str = ""
    """A key of `ENCODINGS`; "" finds it out."""
    separator: str = ""
    """A key of `SEPARATORS`; "" finds it out."""
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Column of a ratings file -> what it is called in this one."""


@dataclass(frozen=True, slots=True)
class Table:
    """An open table: its first line as it stands there, and the others one by one."""

    kind: str
    """``csv`` or ``xlsx``."""
    encoding: str
    separator: str
    """A key of `SEPARATORS`; "" for a spreadsheet."""
    header: Sequence[str]
    rows: Iterator[tuple[int, list[str]]]
    """Number of the line, as an editor or spreadsheet counts, and its cells."""
    comma: bool
    """Whether a comma may stand before decimals."""
