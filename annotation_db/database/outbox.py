"""What could not reach the database yet, kept in the journal until `outbox_delivery` can store it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from annotation_db.database.journal import Entry, Journal


class Outbox:
    """The entries of one program that wait; what is in here is on the disk, in the journal.

    Parameters
    ----------
    journal : Journal
        Of the open project.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._waiting: deque[Entry] = deque()
        self._refused: list[str] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def keep(self, entry: Entry) -> None:
        """Keep something until the database can be reached; it is on the disk on return.

        Raises
        ------
        DiskError
            If it cannot be kept either.
        """
        kept = {**entry, "state": "waiting"}
        self._journal.append([kept])
        self._waiting.append(kept)

    def take_over(self, entries: Iterable[Entry]) -> None:
        """Send what programs that have ended left waiting in their journals, before anything else."""
        known = {entry["uid"] for entry in self._waiting}
        self._waiting.extendleft(reversed([entry for entry in entries if entry["uid"] not in known]))

    @property
    def first(self) -> Entry | None:
        """What has waited longest."""
        return self._waiting[0] if self._waiting else None

    def settle(self, refused: str | None = None) -> None:
        """The first is stored, or the project refuses it, which is to be told."""
        self._waiting.popleft()
        if refused is not None:
            self._refused.append(refused)

    def take_refusals(self) -> list[str]:
        """The sentences of what was refused since this was asked last."""
        refused, self._refused = self._refused, []
        return refused
