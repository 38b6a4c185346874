"""The program's log: where it is, and how it gets there."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from platformdirs import user_log_path

from annotation_db.database.server_access import without_password
from annotation_db.files.set_aside import Damaged, make_private, open_plain, put_aside

APP: Final = "seagull-studio"
"""The program's name among the folders of a person's programs."""


def log_file() -> Path:
    """Where tracebacks go; named in every message about something unexpected."""
    return user_log_path(APP) / f"{APP}.log"


def add_traceback(error: Exception) -> Path:
    """Write what happened into the log, where no handler leads to it; returns the file.

    Raises
    ------
    OSError
        If it cannot be written to.
    """
    path = log_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8", errors="replace") as file:
        make_private(path)
        words = " ".join(without_password(word) for word in sys.argv)
        file.write(f"{datetime.now(UTC).isoformat()} {words}\n")
        traceback.print_exception(error, file=file)
    return path


def log_to_file() -> list[str]:
    """Send this program's log to `log_file`, a few megabytes at most.

    Returns
    -------
    list of str
        One sentence if that cannot be done; the log then goes to standard error.
    """
    path, said = log_file(), []
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if os.path.lexists(path) and not path.is_file():
            said.append(put_aside(path, "a new log takes its place"))
        os.close(open_plain(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT))
        make_private(path)
        handler: logging.Handler = RotatingFileHandler(
            path, maxBytes=2_000_000, backupCount=2, encoding="utf-8"
        )
    except (OSError, Damaged):
        said = [f"{path} cannot be written to, so there is no log; check that you may write there."]
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    return said
