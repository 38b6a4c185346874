"""Start the window."""

from __future__ import annotations

import gc
import logging
import sys
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from annotation_db.version import program_version
from seagull_studio.log import APP, log_to_file
from seagull_studio.operations.access import about_password
from seagull_studio.services.settings import Settings

if TYPE_CHECKING:
    from seagull_studio.bindings.studio import Studio

WINDOW_WAITS_S = 0.0005
"""How long another thread may keep Python from the window's thread (Python's own choice is 5 ms)."""


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
