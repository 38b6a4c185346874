"""Figures of the window as files."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from annotation_db.errors import Refused
from seagull_studio.figures import apart, paper
from seagull_studio.operations import new_file
from seagull_studio.state.figure_view import AnyFigure

_KINDS: Final[dict[str, paper.Format]] = {".svg": "svg", ".pdf": "pdf"}


def save(view: AnyFigure, file: Path) -> Path:
    """Draw a figure in a process of its own, and write it over what stood there.

    Parameters
    ----------
    file : Path
        Its ending, ``.svg`` or ``.pdf``, says what it becomes.

    Raises
    ------
    Refused
        If it has another ending.
    StudioError
        If it cannot be drawn.
    DiskError
        If it cannot be written.
    """
    kind = _KINDS.get(file.suffix.lower())
    if kind is None:
        raise Refused(f"A figure is saved as .svg or .pdf; name the file so, not {file.name}.")
    new_file.save(file, apart.as_files([(view, kind)])[0])
    return file
