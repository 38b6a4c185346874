"""Opening the project that a command names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seagull_studio.cli.runner import Output
from seagull_studio.operations import access

if TYPE_CHECKING:
    from annotation_db.database.store import Store


def open_project(output: Output, project: str) -> Store:
    """Open a folder or URL; who wrote a password into the command is told of better places.

    Raises
    ------
    StudioError
        As `seagull_studio.operations.access.open_project`.
    """
    store = access.open_project(project)
    tell_of_password(output, project)
    return store


def tell_of_password(output: Output, project: str) -> None:
    """Say that a password in an argument is no secret, if there is one."""
    if (sentence := access.about_password(project)) is not None:
        output.note(sentence)
