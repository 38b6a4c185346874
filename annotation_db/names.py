"""What may be a name: of an annotator, of a picture file, or of a ROI within its picture.

One rule for every door: what a scan of a folder takes and an export writes, an import finds again.
"""

from __future__ import annotations

import unicodedata
from typing import Final

MAX_LENGTH: Final = 200
"""Of an annotator's name or a ROI's id, in characters."""
LONGEST_PATH: Final = 4096
"""Of a picture's path, in characters: as long as systems let one be."""

# Control characters, and the two characters that break lines without being called so.
_CONTROL: Final = frozenset({"Cc", "Zl", "Zp"})


def plain(name: str) -> str:
    """An annotator's name as it is stored: without spaces around it, composed (NFC).

    Systems differ in how they write accents; the same name typed on two of them is one annotator.
    """
    return unicodedata.normalize("NFC", name.strip())


def problem(name: str) -> str | None:
    """What is wrong with an annotator's name that is `plain`, to follow it in a sentence; None if nothing."""
    return _problem(name, MAX_LENGTH)


def picture_problem(path: str) -> str | None:
    """What is wrong with a picture's path, to follow it in a sentence; None if nothing.

    Blanks of every kind, at the ends too, joined emoji and direction marks are all parts of a name.
    """
    return _problem(path, LONGEST_PATH)


def roi_problem(name: str) -> str | None:
    """What is wrong with a ROI's id without blanks around it, to follow it in a sentence; None if nothing."""
    return _problem(name, MAX_LENGTH)


def _problem(name: str, longest: int) -> str | None:
    if not name or name.isspace():
        return "is empty"
    if len(name) > longest:
        return f"is longer than {longest} characters"
    if holds_control(name):
        return "holds control characters"
    try:
        name.encode()
    except UnicodeEncodeError:
        return "is not valid text"
    return None


def holds_control(name: str) -> bool:
    """Whether a line break or another control character is in it."""
    return any(unicodedata.category(c) in _CONTROL for c in name)


def visible(name: str) -> str:
    """A name with question marks for its control characters, fit to be shown."""
    return "".join("?" if unicodedata.category(c) in _CONTROL else c for c in name)


def shortened(name: str, most: int = 160) -> str:
    """A name, or its two ends, so that a sentence with it can be read."""
    return name if len(name) <= most else f"{name[: most // 2]}…{name[-most // 2 :]}"
