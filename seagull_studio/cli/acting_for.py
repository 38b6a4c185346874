"""Whom a command acts for: ``--as NAME``, else the login name as a lead; and the lead's passphrase."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from getpass import getpass, getuser
from typing import Final

from annotation_db.errors import Refused

PASSPHRASE_VARIABLE: Final = "SEAGULL_STUDIO_PASSPHRASE"
"""The lead's passphrase, for commands that nobody sits in front of."""
OPTION: Final = "--as"
_NAMED: ContextVar[str] = ContextVar("named", default="")
"""Within `acting_for`: the annotator who was named."""


def taken_out(arguments: Sequence[str]) -> tuple[list[str], str]:
    """Arguments without ``--as NAME``, which may stand anywhere before a ``--``, and the name.

    Raises
    ------
    Refused
        If no name follows it, or it is given twice.
    """
    rest: list[str] = []
    names: list[str] = []
    waiting = False
    for at, argument in enumerate(arguments):
        if waiting:
            names.append(argument)
            waiting = False
        elif argument == "--":
            rest += arguments[at:]
            break
        elif argument == OPTION:
            waiting = True
        elif argument.startswith(f"{OPTION}="):
            names.append(argument.removeprefix(f"{OPTION}="))
        else:
            rest.append(argument)
    if waiting or len(names) > 1 or not all(name.strip() for name in names):
        raise Refused("Write --as NAME once, with the name of an annotator of the project.")
    return rest, names[0] if names else ""


@contextmanager
def acting_for(name: str) -> Iterator[None]:
    """Let the command that is done within act for this annotator; "" for nobody in particular."""
    token = _NAMED.set(name)
    try:
        yield
    finally:
        _NAMED.reset(token)


def named() -> str:
    """The annotator that ``--as`` named, "" for none."""
    return _NAMED.get()


def who() -> str:
    """The person at the command line, for the audit trail."""
    if name := named():
        return name
    try:
        return getuser()
    except (KeyError, OSError):  # no name for this user id, as in some containers
        return "command line"


def ask_passphrase() -> str | None:
    """The lead's passphrase, from the environment or a person; None where nobody can be asked."""
    given = os.environ.get(PASSPHRASE_VARIABLE)
    if given:
        return given
    if not sys.stdin.isatty():
        return None
    return getpass("The lead's passphrase: ") or None


def ask_new_passphrase() -> str:
    """A new passphrase, typed twice; where no person sits there, the first line of standard input.

    Raises
    ------
    Refused
        If the two differ.
    """
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass("The new passphrase: ")
    if getpass("Once more: ") != first:
        raise Refused("The two differ; nothing was changed.")
    return first
