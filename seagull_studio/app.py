"""Start the window."""

from __future__ import annotations

import gc
import logging
import os
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from platformdirs import user_log_path
from PySide6.QtWidgets import QApplication

from annotation_db.set_aside import Damaged, make_private, open_plain, put_aside
from annotation_db.version import program_version
from seagull_studio.operations.access import about_password
from seagull_studio.services.settings import APP, Settings

if TYPE_CHECKING:
    from seagull_studio.bindings.studio import Studio

WINDOW_WAITS_S = 0.0005
"""How long another thread may keep Python from the window's thread (Python's own choice is 5 ms)."""


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


def make_application(arguments: list[str] | None = None) -> QApplication:
    """The QApplication with its names set; the one that exists, if one does."""
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(arguments or sys.argv[:1])
    application.setApplicationName(APP)
    application.setApplicationDisplayName("SEAGULL Studio")
    application.setDesktopFileName(APP)
    application.setApplicationVersion(program_version())
    sys.setswitchinterval(WINDOW_WAITS_S)
    return application


def report_unexpected(studio: Studio) -> None:
    """Write what nobody foresaw to the log, and say so in the window instead of going on silently."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not issubclass(kind, Exception):
            sys.__excepthook__(kind, error, trace)
            return
        logging.getLogger(__name__).error("unexpected", exc_info=(kind, error, trace))
        studio.say_unexpected(error)

    sys.excepthook = hook


def run(project: str | None = None) -> int:
    """Open the window, with `project` (folder or database URL) in it if given.

    Returns
    -------
    int
        Exit status.
    """
    notices = log_to_file()
    application = make_application()
    from seagull_studio.bindings.studio import Studio

    studio = Studio(application, Settings())
    report_unexpected(studio)
    studio.window.notices.add(*notices)
    studio.show()
    if project is not None:
        if (sentence := about_password(project)) is not None:
            studio.window.notices.add(sentence)
        studio.open_project(project)
    # All of this stays: it is not looked through for garbage again.
    gc.freeze()
    gc.enable()
    return application.exec()
