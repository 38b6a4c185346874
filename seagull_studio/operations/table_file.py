"""Tables of the window as CSV files."""

from __future__ import annotations

import csv
import errno
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from annotation_db.files.regular_files import is_database_file
from annotation_db.vocabulary.whole_files import replace_file


def write_rows(file: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table in UTF-8. The file appears whole: what stood there before stays until then.

    Raises
    ------
    OSError
        If it cannot be written, or a database has this name.
    """
    if is_database_file(file):
        raise FileExistsError(errno.EEXIST, "a database has this name", str(file))
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    replace_file(file, text.getvalue().encode("utf-8"))
