"""Start the window."""

from __future__ import annotations

import logging
import sys
from importlib.metadata import version
from logging.handlers import RotatingFileHandler
from pathlib import Path

from platformdirs import user_log_path
from PySide6.QtWidgets import QApplication

from seagull_studio.services.settings import APP, Settings


def program_version() -> str:
    return version("seagull-studio")


def log_file() -> Path:
    """Where tracebacks go; named in every message about something unexpected."""
    return user_log_path(APP) / "seagull-studio.log"


def log_to_file() -> None:
    """Send this program's log to `log_file`, a few megabytes at most."""
    path = log_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=2_000_000, backupCount=2, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)


def make_application(arguments: list[str] | None = None) -> QApplication:
    """The QApplication with its names set; the one that exists, if one does."""
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(arguments or sys.argv[:1])
    application.setApplicationName(APP)
    application.setApplicationDisplayName("SEAGULL Studio")
    application.setDesktopFileName(APP)
    application.setApplicationVersion(program_version())
    return application


def run(project: str | None = None) -> int:
    """Open the window, with `project` (folder or database URL) in it if given.

    Returns
    -------
    int
        Exit status.
    """
    log_to_file()
    application = make_application()
    from seagull_studio.bindings.studio import Studio

    studio = Studio(application, Settings())
    studio.show()
    if project is not None:
        studio.open_project(project)
    return application.exec()
