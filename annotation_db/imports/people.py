"""Who is meant by the names in a file: names that are nearly the same are asked about, not guessed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from annotation_db import names
from annotation_db.errors import Refused
from annotation_db.imports.ratings_values import MISSING
from annotation_db.names import shown

Naming = Literal["ask", "same", "distinct"]
"""What to do about names that are nearly the same (see `names.folded`): refuse them, take each as the
annotator who is there or else as the first in the file, or let them be different people."""


class People:
    """The names of one file, in the order in which they come up.

    Attributes
    ----------
    spellings : dict
        Names of the file that are nearly the same as others -> the one that they are like.
    """

    def __init__(self, naming: Naming) -> None:
        self.spellings: dict[str, str] = {}
        self._naming = naming
        self._first: dict[str, dict[str, int]] = {}
        """Folded name -> names of the file -> the line that each was first in."""
        self._called: dict[str, str] = {}
        self._refused: set[str] = set()
        self._folded: tuple[Mapping[str, int], dict[str, list[str]]] = ({}, {})

    def called(self, name: str, line: int, known: Mapping[str, int]) -> str | None:
        """The name that an annotator goes by; None if it was refused in an earlier line.

        Parameters
        ----------
        known : mapping
            Names of the project -> the person.

        Raises
        ------
        Refused
            If it is nearly that of somebody else, and it is not said what that means; or it is a word that
            programs write for a missing value, and nobody has that name.
        """
        if name in known:
            return name
        if name in self._called:
            return self._called[name]
        if name in self._refused:
            return None
        try:
            self._called[name] = self._new(name, line, known)
            return self._called[name]
        except Refused:
            self._refused.add(name)
            raise

    def _new(self, name: str, line: int, known: Mapping[str, int]) -> str:
        folded = names.folded(name)
        mine = self._first.setdefault(folded, {})
        if name.lower() in MISSING:
            raise Refused(
                f"annotator is {shown(name)}, which means that it is missing; add the annotator first if "
                "somebody is called so."
            )
        there = self._near(folded, known)
        if not there and not mine:
            mine[name] = line
            return name
        if self._naming == "ask":
            like, at = (
                (there[0], "in the project") if there else (next(iter(mine)), f"of line {min(mine.values())}")
            )
            self.spellings[name] = like
            raise Refused(
                f"the annotator {_told(name)} is nearly {_told(like)} {at}, but for case, blanks or "
                "characters that cannot be seen; say whether they are one person (--same-person) or two "
                "(--distinct-names)."
            )
        if self._naming == "same":
            if len({known[one] for one in there}) > 1:
                raise Refused(
                    f"the annotator {_told(name)} may be {' or '.join(map(_told, there))}; write which of "
                    "them it is."
                )
            self.spellings[name] = there[0] if there else next(iter(mine))
        mine[name] = line
        return self.spellings.get(name, name)

    def _near(self, folded: str, known: Mapping[str, int]) -> list[str]:
        if self._folded[0] is not known:
            by_fold: dict[str, list[str]] = {}
            for name in known:
                by_fold.setdefault(names.folded(name), []).append(name)
            self._folded = known, by_fold
        return self._folded[1].get(folded, [])


def _told(name: str) -> str:
    """A name between quotes: blanks at its ends and twice within it can be seen."""
    return f"'{shown(name)}'"
