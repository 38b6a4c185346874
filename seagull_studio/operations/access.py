"""Opening projects as a person names them: the password of a server is found, kept, and told to nobody.

In this order: a password in the URL; libpq's own ways (PGPASSWORD, PGPASSFILE, .pgpass); the keyring.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from annotation_db.database.engines import is_url
from annotation_db.database.locations import DATABASE, user_folder
from annotation_db.database.server_access import parse, split
from annotation_db.database.store import Store
from annotation_db.errors import PasswordWanted, ProjectError
from seagull_studio.operations import passwords

PASSWORD_VARIABLE: Final = "PGPASSWORD"
"""Of libpq: the only way a password goes to a child process that opens the same project."""


def open_project(location: str | Path, password: str | None = None) -> Store:
    """Open a project.

    Parameters
    ----------
    location : str or Path
        Folder or URL. A password in the URL goes into the keyring, once the server has taken it.
    password : str, optional
        Known already, where the URL holds none.

    Raises
    ------
    PasswordWanted
        If the server refuses the password, or there is none; the sentence names what can be done.
    StudioError
        As `annotation_db.database.store.Store.open`.
    """
    if not is_url(location):
        return Store.open(location)
    return _reach(str(location), password, lambda known: Store.open(location, password=known))


def create_project(location: str | Path, name: str, **options: Any) -> Store:
    """Make a project and open it; passwords as in `open_project`.

    Parameters
    ----------
    **options
        As in `annotation_db.database.store.Store.create`.

    Raises
    ------
    StudioError
        As `open_project` and `annotation_db.database.store.Store.create`.
    """
    if not is_url(location):
        return Store.create(location, name, **options)
    return _reach(str(location), None, lambda known: Store.create(location, name, password=known, **options))


def folder_of(project: str) -> Path:
    """The folder on this machine of a project that a person names: its own, or that of its URL."""
    if is_url(project):
        return user_folder(parse(project), project)
    path = Path(project).expanduser().absolute()
    return path.parent if path.name == DATABASE and not path.is_dir() else path


def is_missing(location: str) -> bool:
    """Whether a project that was opened before is a folder and no longer there."""
    try:
        return not is_url(location) and not Store.is_project(location)
    except OSError:  # a name that is too long for this disk
        return True


def environment_for(password: str | None, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of a child process that opens the same project."""
    if password is None:
        return dict(environment)
    return {**environment, PASSWORD_VARIABLE: password}


def about_password(location: str) -> str | None:
    """What a person is told who wrote a password into an argument; None where there is none."""
    try:
        given = split(location)[1] if is_url(location) else None
    except ProjectError:
        return None
    if given is None:
        return None
    return (
        "Others on this machine can see the password in this command while it runs; leave it out once the "
        "keyring has it, and where there is no keyring, set PGPASSWORD or write a password file."
    )


def _reach(location: str, password: str | None, opened: Callable[[str | None], Store]) -> Store:
    url, given = split(location)
    known = given or password
    try:
        store = opened(known)
    except PasswordWanted as error:
        kept = passwords.find(url) if known is None else None
        if kept is None:
            none_here = "" if passwords.has_keyring() else " This machine has no keyring to keep it in."
            raise PasswordWanted(f"{error}{none_here}") from error
        try:
            return opened(kept)
        except PasswordWanted as again:
            raise PasswordWanted(f"{again} The one in the keyring is not taken either.") from again
    if given is not None:
        passwords.keep(url, given)
    return store
