"""The way into the window."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from annotation_db.errors import ProjectError, Refused
from seagull_studio.cli.performing import Output


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
    if project is not None and "://" not in project:
        from annotation_db.store import Store

        place = Path(project).expanduser()
        if not Store.is_project(place if place.is_dir() else place.parent):
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
