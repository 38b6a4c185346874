"""What could not reach the database yet: kept in the journal, sent in order when it can be reached again."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from annotation_db.errors import NotFound, Refused
from annotation_db.journal import Entry, Journal
from annotation_db.journal_check import store_entry, told
from annotation_db.transactions import transact, trouble

if TYPE_CHECKING:
    from annotation_db.store import Store


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

    def send(self, store: Store) -> list[str]:
        """Store what waits, in order; nothing is stored twice.

        Returns
        -------
        list of str
            A sentence for each entry that the project's rules refuse; it stays in the journal. What was
            refused before a call that raised is told by the next one.

        Raises
        ------
        Busy, Unreachable, DiskError
            If the database still cannot be written to; what was not stored goes on waiting.
        """
        while self._waiting:
            entry = self._waiting[0]
            try:
                transact(store, partial(store_entry, entry=entry), attempts=1, repeatable=True)
            except (NotFound, Refused) as error:
                self._refused.append(f"{told(entry)} cannot be stored: {error}")
            except (SQLAlchemyError, ValueError, TypeError, LookupError, OverflowError) as error:
                if trouble(error) is not None:
                    raise
                # A line that was damaged must not keep what comes after it from being stored.
                self._refused.append(f"{told(entry)} cannot be stored: its line in the journal is damaged.")
            self._waiting.popleft()
        refused, self._refused = self._refused, []
        return refused
