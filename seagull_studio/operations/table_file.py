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
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    new_file.write(file, text.getvalue().encode("utf-8"))
