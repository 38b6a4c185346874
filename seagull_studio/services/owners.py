"""Whether whoever asked for something is still there to hear the answer.

Everything that is asked of a thread names its owner: the object of the window's thread that the answer is
for. An answer whose owner is gone is dropped. Gone means deleted, or left: a page that was put away lives on
until the event loop deletes it, and must hear nothing meanwhile.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject
from shiboken6 import isValid

_LEFT: Final = "left"
"""Dynamic property of what was put away."""


def leave(*owners: QObject) -> None:
    """Put `owners` and all their children away: no answer reaches them any more."""
    for owner in owners:
        owner.setProperty(_LEFT, True)


def belongs_to(owner: QObject | None, whole: QObject) -> bool:
    """Whether `owner` is `whole` or something that belongs to it."""
    while owner is not None and owner is not whole:
        owner = owner.parent()
    return owner is whole


def is_there(owner: QObject | None) -> bool:
    """Whether an answer may be given to `owner`; None always hears it. In the window's thread."""
    while owner is not None:
        if not isValid(owner) or owner.property(_LEFT):
            return False
        owner = owner.parent()
    return True
