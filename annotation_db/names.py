"""What may be a name: of an annotator, of a picture file, or of a ROI within its picture.

One rule for every door: what a scan of a folder takes and an export writes, an import finds again.
"""

from __future__ import annotations

import json
import unicodedata
from typing import Final

MAX_LENGTH: Final = 200
"""Of an annotator's name or a ROI's id, in characters."""
_SHOWN: Final = 60
LONGEST_PATH: Final = 4096
"""Of a picture's path, in characters: as long as systems let one be."""

# Characters that can be in a name without being seen, beside the format characters (Cf): they join, fill or
# choose a variant. From Unicode's Default_Ignorable_Code_Point.
_UNSEEN: Final = frozenset(
    {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10)}
) | frozenset(range(0xE0100, 0xE01F0))
_BLANK_PATTERN: Final = "\u2800"
"""Braille without dots: looks like a space and is called a symbol."""

# Control characters, and the two characters that break lines without being called so.
_CONTROL: Final = frozenset({"Cc", "Zl", "Zp"})


def normalised(name: str) -> str:
    """An annotator's name as it is stored: without spaces around it, composed (NFC).

    Systems differ in how they write accents; the same name typed on two of them is one annotator.
    """
    return unicodedata.normalize("NFC", name.strip())


def folded(name: str) -> str:
    """A name as it is compared with others: who differ only in what is easily overlooked are asked about.

    Upper and lower case, the width and form of characters (NFKC), characters that cannot be seen, and how
    many blanks of which kind there are make no difference here. Accents do.
    """
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    seen = (c for c in text if unicodedata.category(c) != "Cf" and ord(c) not in _UNSEEN)
    return " ".join("".join(seen).replace(_BLANK_PATTERN, " ").split())


def problem(name: str) -> str | None:
    """What is wrong with an annotator's `normalised` name, to follow it in a sentence; None if nothing."""
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
    if not folded(name):
        return "holds nothing that can be seen"
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


def escaped(text: str, keep: str = "") -> str:
    """A text with its control characters written out, but for those of `keep`: it cannot steer a terminal."""
    odd = {c for c in set(text) - set(keep) if unicodedata.category(c) in _CONTROL}
    return "".join(repr(c)[1:-1] if c in odd else c for c in text) if odd else text


def shortened(name: str, most: int = 160) -> str:
    """A name, or its two ends, so that a sentence with it can be read."""
    return name if len(name) <= most else f"{name[: most // 2]}…{name[-most // 2 :]}"


def shown(value: object) -> str:
    """A value from a file, short and without control characters, fit to stand in a sentence."""
    text = value if isinstance(value, str) else json.dumps(value, default=repr)[: 2 * _SHOWN]
    text = "".join(c if c.isprintable() else "?" for c in text)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
