"""The program's log: where it is, and how it gets there."""

from __future__ import annotations

import logging
import os
from logging.handlers import RotatingFileHandler
from pathlib import Path

from platformdirs import user_log_path

from annotation_db.files.set_aside import Damaged, make_private, open_plain, put_aside
from seagull_studio.services.settings import APP


def log_file() -> Path:
    """Where tracebacks go; named in every message about something unexpected."""
    return user_log_path(APP) / "seagull-studio.log"


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
