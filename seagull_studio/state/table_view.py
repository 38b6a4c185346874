"""What the preview of a table shows and hands back. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TableChoices:
    """What a person says of a table; "" leaves it to be found out."""

    encoding: str
    separator: str
    columns: tuple[tuple[str, str], ...]
    """Column that is looked for, and what it is called there."""


@dataclass(frozen=True, slots=True)
class TableView:
    """The first lines of a table as they are understood."""

    file: str
    header: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    """Column that is looked for, and what it is called there; "" where it was not found."""
    ignored: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """Under `columns`; a row of one text is a complaint."""
    refused: str
    chosen: TableChoices
    encoding: str
    separator: str
    """What was found out, or chosen."""
    encodings: tuple[str, ...]
    separators: tuple[str, ...]
    is_text: bool = True
    """False for a spreadsheet, which has neither encoding nor separator."""
