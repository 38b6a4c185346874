"""Opening the project that a command names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seagull_studio.cli.acting_for import ask_passphrase, named, who
from seagull_studio.cli.runner import Output
from seagull_studio.operations import access, acting

if TYPE_CHECKING:
    from annotation_db.database.store import Store


def open_project(output: Output, project: str) -> Store:
    """Open a folder or URL, for whom the command acts; who wrote a password into it is told of better places.

    Raises
    ------
    StudioError
        As `seagull_studio.operations.access.open_project`; if ``--as`` names nobody of the project.
    """
    store = access.open_project(project)
    try:
        act(store)
    except BaseException:
        store.close()
        raise
    tell_of_password(output, project)
    return store


def act(store: Store) -> None:
    """Let a store act for whom the command does; raises as `acting.act_at_command_line`."""
    acting.act_at_command_line(store, who(), named=bool(named()), ask=ask_passphrase)


def tell_of_password(output: Output, project: str) -> None:
    """Say that a password in an argument is no secret, if there is one."""
    if (sentence := access.about_password(project)) is not None:
        output.note(sentence)
