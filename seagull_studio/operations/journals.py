"""What stands in the journals beside a project and not in its database: sent at opening, and put back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from annotation_db.database import journal
from annotation_db.database.store import Store
from annotation_db.errors import Busy, Unreachable
from annotation_db.safety import journal_check, outbox_delivery
from annotation_db.safety.journal_check import PutBack
from annotation_db.vocabulary.callbacks import CancelCheck, Progress


def at_opening(store: Store) -> tuple[str, ...]:
    """Send what waited when the program last ended; remove the journals that are done with.

    Returns
    -------
    tuple of str
        Sentences for the person: what could not be sent, and what is missing from the database.
    """
    if store.read_only:
        return ()
    state = journal_check.look(store)
    said: list[str] = []
    store.outbox.take_over(state.waiting)
    try:
        said += outbox_delivery.deliver_waiting(store)
    except (Busy, Unreachable) as error:
        said.append(f"{error} {len(store.outbox)} ratings wait on this computer until then.")
    if missing := len(state.missing) + len(state.differing):
        said.append(
            f"{missing} ratings or ROIs that were saved are in the journal and not in the database; choose "
            "Check on the Project page to put them back."
        )
    journal_check.look(store, fold=True)
    return tuple(said)


def put_back(store: Store, who: str, progress: Progress, cancelled: CancelCheck) -> PutBack:
    """Store what stands in the journals and not in the database.

    What was laid aside is tried again too; of that nothing is said but what could be stored now.

    Parameters
    ----------
    who : str
        Who does it, for the audit trail.
    progress : callable
        Called with entries done and entries in all.
    cancelled : callable
        Asked between entries.
    """
    del cancelled  # each entry is a transaction of its own; there are never many
    progress(0, 0, "journals")
    state = journal_check.look(store)
    done = journal_check.put_back(store, (*state.missing, *state.waiting), who)
    again = journal_check.put_back(store, state.laid_aside, who)
    journal_check.look(store, fold=True)
    return replace(done, stored=done.stored + again.stored)


def lay_aside(store: Store, done: PutBack) -> Path:
    """Keep what the project's rules refused where `check` names it no more; returns the file.

    Raises
    ------
    DiskError
        If the disk is full or not writable.
    """
    return journal.lay_aside(store.folder, done.against_rules)
