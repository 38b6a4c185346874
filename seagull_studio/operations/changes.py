"""What was written to a project by other programs."""

from __future__ import annotations

from annotation_db import changes
from annotation_db.store import Store


def mark(store: Store) -> int:
    """A number that becomes another one when another program has written to the project."""
    with store.read() as session:
        return changes.mark(session)
