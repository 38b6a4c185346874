"""Names of people in what people wrote: replaced where a document goes out under pseudonyms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

SOMEBODY: Final = "[name]"
"""Stands for a part of a name that several people share."""
_SHORTEST_PART: Final = 3
"""Letters; shorter parts of names are words of every language."""
_LONG: Final = 4
"""Characters from which a whole name is found inside of words too: "Annas" is Anna's."""


class HiddenNames:
    """Replaces names, whatever their case; of people also given and family names that stand alone.

    Too much is hidden rather than too little: who is called May hides the month.

    Parameters
    ----------
    people : mapping
        What people are called -> what stands for it.
    others : mapping, optional
        Names of which only the whole is replaced, such as those of simulated annotators.
    """

    def __init__(self, people: Mapping[str, str], others: Mapping[str, str] | None = None) -> None:
        whole = {_composed(name): said for name, said in {**(others or {}), **people}.items()}
        stands_for = {**_parts_of_all(people), **whole}
        longest_first = sorted(stands_for, key=lambda name: (-len(name), name))
        # Folded too: "Weiß" is written "WEISS", which differs from it in more than case.
        spelt = ((name, form) for name in longest_first for form in dict.fromkeys((name, _folded(name))))
        patterns = [_pattern(form, whole=name in whole) for name, form in spelt]
        self._pattern = re.compile("|".join(patterns), re.IGNORECASE) if patterns else None
        self._said_of = {_folded(name): said for name, said in stands_for.items()}

    def hide(self, text: str) -> str:
        """The text with every known name replaced."""
        plain = _composed(text)
        return plain if self._pattern is None else self._pattern.sub(self._said, plain)

    def _said(self, found: re.Match[str]) -> str:
        return self._said_of.get(_folded(found[0]), SOMEBODY)


def _parts_of_all(people: Mapping[str, str]) -> dict[str, str]:
    """By part of a name, as it is spelt, what stands for it."""
    parts: dict[str, str] = {}
    spelt: dict[str, str] = {}
    for name, said in people.items():
        for part in re.findall(r"[^\W\d_]+", _composed(name)):
            if len(part) >= _SHORTEST_PART:
                key = spelt[part] = _folded(part)
                parts[key] = said if parts.get(key, said) == said else SOMEBODY
    return {part: parts[key] for part, key in spelt.items()}


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _folded(text: str) -> str:
    return " ".join(_composed(text).casefold().split())


def _pattern(name: str, *, whole: bool) -> str:
    words = r"\s+".join(map(re.escape, name.split()))
    if not name.isascii() or (whole and len(name) >= _LONG):
        return words  # many scripts put nothing between words
    before = r"(?<![0-9A-Za-z])" if name[0].isalnum() else ""
    after = r"(?![0-9A-Za-z])" if name[-1].isalnum() else ""
    return f"{before}{words}{after}"
