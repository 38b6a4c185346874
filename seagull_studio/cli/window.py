"""The way into the window."""

from __future__ import annotations

import gc
import os
import sys

from annotation_db.errors import ProjectError, Refused
from seagull_studio.cli.runner import Output


def show(output: Output, project: str | None = None) -> int:
    """Open the window, with a project in it if one is given; returns its exit status.

    Raises
    ------
    Refused
        If there is no display to open it on.
    ProjectError
        If there is no such project.
    """
    del output
    # What is made while starting stays: looking through it for garbage took a tenth of the time.
    gc.disable()
    try:
        return _show(project)
    finally:
        gc.enable()


def _show(project: str | None) -> int:
    _import_what_needs_no_qt()
    if project is not None and "://" not in project:
        from seagull_studio.operations.access import folder_of, is_missing

        if is_missing(str(folder_of(project))):
            raise ProjectError(
                f"There is no project in {project}; check the path, or make one with: seagull-studio new."
            )
    displays = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in displays):
        raise Refused(
            "There is no display to open the window on; start it on a desktop, or work with the commands "
            "that seagull-studio --help lists."
        )
    from seagull_studio.app import run

    return run(project)


def _import_what_needs_no_qt() -> None:
    """PySide6 opens and searches the source of every module imported after it: an eighth of the start."""
    from model.segmenters import embedding_cache, factory  # noqa: F401
    from seagull_studio.state import draft, project_view, rating_view  # noqa: F401
