"""What a check finds, and how the database's own damage is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    kind: Literal["database", "journal", "picture", "mask"]
    subject: str
    """What it is about, such as ``set/dog.jpg`` or ``r1 of set/dog.jpg`` or ``rating row 12``."""
    message: str
    """One sentence: what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing wrong inside the database, before anybody says what to do about it."""

    subject: str
    what: str
    """A clause without a full stop, such as "row 12 of rating names a row of roi that is not there"."""

    def found(self, advice: str) -> Finding:
        """The same as a finding; `advice` is a clause that says what to do."""
        return Finding("database", self.subject, f"{self.what[:1].upper()}{self.what[1:]}; {advice}.")
