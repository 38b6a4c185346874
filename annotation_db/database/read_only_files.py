"""Opening a SQLite file only to look: nothing in it changes, and nothing is left beside it."""

from __future__ import annotations

import sqlite3
from pathlib import Path


def open_read_only(file: Path) -> sqlite3.Connection:
    """A connection that cannot write.

    Where a log lies beside the file, its newest rows are in that, and it is read too. Where there is none,
    nobody has the file open, so SQLite need not look for others and makes no files beside it.
    """
    real = file.resolve()  # beside which SQLite keeps the log
    log = real.with_name(real.name + "-wal")
    mode = "mode=ro" if log.exists() else "mode=ro&immutable=1"
    return sqlite3.connect(f"{file.absolute().as_uri()}?{mode}", uri=True)
