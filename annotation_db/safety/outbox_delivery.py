"""What waited for the database goes out in order, once each."""

from __future__ import annotations

from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from annotation_db.database.store import Store
from annotation_db.database.transactions import transact, trouble
from annotation_db.errors import NotFound, Refused
from annotation_db.safety.journal_check import describe, store_entry


def deliver_waiting(store: Store) -> list[str]:
    """Store what waits in the store's outbox, in order; nothing is stored twice.

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
    outbox = store.outbox
    while (entry := outbox.first) is not None:
        refused = None
        try:
            transact(store, partial(store_entry, entry=entry), attempts=1, repeatable=True)
        except (NotFound, Refused) as error:
            refused = f"{describe(entry)} cannot be stored: {error}"
        except (SQLAlchemyError, ValueError, TypeError, LookupError, OverflowError) as error:
            if trouble(error) is not None:
                raise
            # A line that was damaged must not keep what comes after it from being stored.
            refused = f"{describe(entry)} cannot be stored: its line in the journal is damaged."
        outbox.settle(refused)
    return outbox.take_refusals()
