"""Tables of the window as CSV files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from seagull_studio.operations import new_file


def write_rows(file: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table in UTF-8. The file appears whole: what stood there before stays until then.

    Raises
    ------
    OSError
        If it cannot be written, or a database has this name.
    """
    new_file.write(file, _encoded(header, rows))


def save_rows(file: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """The same for work that runs beside the window.

    Raises
    ------
    DiskError
        If it cannot be written.
    """
    new_file.save(file, _encoded(header, rows))


def _encoded(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")
