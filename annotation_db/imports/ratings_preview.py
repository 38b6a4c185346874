"""The first lines of a ratings file as they are understood, before anything is imported."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from annotation_db.errors import Complaint, ImportRefused
from annotation_db.imports import ratings_csv
from annotation_db.imports.ratings_columns import COLUMNS, OPTIONAL, found
from annotation_db.imports.table_format import TableFormat, Unsure

ROWS: Final = 12
"""Lines that are shown."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file looks like under a `TableFormat`."""

    kind: str
    """``csv`` or ``xlsx``; "" where it could not be opened."""
    encoding: str
    separator: str
    header: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    """Column of a ratings file, and what it is called in this one; "" for one that is missing."""
    ignored: tuple[str, ...]
    """Columns of the file that are not read."""
    rows: tuple[tuple[str, ...], ...]
    """The first lines, under `columns`; a line that cannot be taken has only its complaint."""
    refused: str = ""
    """Why it cannot be read so; "" if it can."""
    unsure: bool = False
    """Naming encoding, separator or columns may help."""


def preview(file: Path, how: TableFormat) -> Preview:
    """Read the first lines of a ratings file; whatever is wrong stands in `Preview.refused`."""
    try:
        table = ratings_csv.opened(file, how)
    except ImportRefused as refusal:
        unsure = isinstance(refusal, Unsure)
        return Preview("", how.encoding, how.separator, (), (), (), (), str(refusal), unsure)
    there = found(table.header, how.columns)
    named = [(name, table.header[there.at[name]] if name in there.at else "") for name in COLUMNS]
    named += [(name, table.header[there.at[name]]) for name in OPTIONAL if name in there.at]
    rows: list[tuple[str, ...]] = []
    refused, unsure = "", False
    try:
        for line in islice(ratings_csv.read_rows(file, table, how), ROWS):
            if isinstance(line, Complaint):
                rows.append((str(line),))
            else:
                rows.append(tuple(_told(line, name) for name, _ in named))
    except ImportRefused as refusal:
        refused, unsure = str(refusal), isinstance(refusal, Unsure) or not rows
    header, columns = tuple(table.header), tuple(named)
    return Preview(
        table.kind,
        table.encoding,
        table.separator,
        header,
        columns,
        there.ignored,
        tuple(rows),
        refused,
        unsure and bool(header),
    )


def _told(line: ratings_csv.CsvRating, column: str) -> str:
    """A value as it was understood."""
    if column in line.votes._fields:
        return str(getattr(line.votes, column))
    if column == "excluded":
        return "" if line.excluded is None else "1"
    value = {"excluded_because": line.excluded, "simulated": int(line.simulated)}.get(
        column, getattr(line, column, None)
    )
    if column == "outcomes":
        return "" if line.outcomes is None else " ".join(word or "-" for word in line.outcomes)
    if column == "submitted_at":
        return "" if line.submitted_at is None else line.submitted_at.isoformat()
    return "" if value is None else str(value)
