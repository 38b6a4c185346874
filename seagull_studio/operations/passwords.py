"""Passwords of database servers in the keyring of this machine: the one place to keep them but files.

A backend of the package keyring may raise anything, ask the desktop, or be missing; whatever it does,
having no keyring is an ordinary state and no failure.
"""

from __future__ import annotations

import logging
from typing import Any, Final

SERVICE: Final = "seagull-studio"
_TRUSTED: Final = 1.0
"""The package's own mark for a backend that it recommends; those below keep passwords in plain files."""

log = logging.getLogger(__name__)


def has_keyring() -> bool:
    """Whether this machine has a keyring that can be used."""
    return _keyring() is not None


def find(url: str) -> str | None:
    """The password kept for a server's project, by its URL in the one spelling."""
    keyring = _keyring()
    if keyring is None:
        return None
    try:
        found = keyring.get_password(SERVICE, url)
    except Exception as error:
        log.info("the keyring could not be asked (%s)", type(error).__name__)
        return None
    return str(found) if found else None


def keep(url: str, password: str) -> bool:
    """Keep a password; whether that could be done."""
    keyring = _keyring()
    if keyring is None:
        return False
    try:
        if keyring.get_password(SERVICE, url) != password:
            keyring.set_password(SERVICE, url, password)
    except Exception as error:
        log.info("the keyring did not take a password (%s)", type(error).__name__)
        return False
    return True


def _keyring() -> Any:
    try:
        import keyring  # late: few projects are on a server, and most of those need no password from us

        backend = keyring.get_keyring()
        return backend if backend.priority >= _TRUSTED else None
    except Exception as error:
        log.info("there is no keyring (%s)", type(error).__name__)
        return None
