"""Keys by their place on the keyboard, for layouts that have other characters there.

A French keyboard has its digits above Shift, a Russian one letters in place of brackets; the keys are where
they are.
"""

from __future__ import annotations

import sys
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

_FIRST_DIGIT: Final = {"linux": 10, "win32": 2}
"""Scan code of the key left in the row of digits, 1 on most keyboards; that of 0 is nine further."""
_BRACKETS: Final = {"linux": (34, 35), "win32": (26, 27)}
"""The two keys right of P."""


def digit_at(event: QKeyEvent) -> int | None:
    """The digit of a key of the row above the letters, whatever it writes; None for any other key."""
    number = event.nativeScanCode() - _FIRST_DIGIT.get(sys.platform, 1 << 16)
    return (number + 1) % 10 if 0 <= number <= 9 else None


def bracket_of(event: QKeyEvent) -> int | None:
    """-1 for [ and 1 for ], by what a key writes or else by where it is; None for any other key."""
    written = {Qt.Key.Key_BracketLeft: -1, Qt.Key.Key_BracketRight: 1}.get(Qt.Key(event.key()))
    if written is not None:
        return written
    places = _BRACKETS.get(sys.platform, ())
    return (-1, 1)[places.index(event.nativeScanCode())] if event.nativeScanCode() in places else None
