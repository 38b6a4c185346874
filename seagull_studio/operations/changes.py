"""What was written to a project by other programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from annotation_db.database import changes
from annotation_db.database.changes import Kind
from annotation_db.database.store import Store


@dataclass(frozen=True, slots=True)
class ChangeState:
    """How a project stood when it was last looked at."""

    mark: int | None
    counters: Mapping[Kind, int]
    own: Mapping[Kind, int]
    """How much of the counters was this store's own doing."""


def look(store: Store, before: ChangeState | None) -> tuple[ChangeState, frozenset[Kind]]:
    """Look what others have written since `before`.

    Parameters
    ----------
    before : Seen or None
        What the last call returned for this store; None the first time, when nothing counts as new.

    Returns
    -------
    Seen
        For the next call.
    frozenset of str
        The kinds of things that others changed.
    """
    with store.read() as s:
        mark = changes.mark(s)
        if before is not None and mark is not None and mark == before.mark:
            return before, frozenset()
        now = ChangeState(mark, changes.counters(s), dict(store.written))
    if before is None:
        return now, frozenset()
    return now, frozenset(kind for kind in now.counters if _others(now, kind) != _others(before, kind))


def _others(seen: ChangeState, kind: Kind) -> int:
    return seen.counters.get(kind, 0) - seen.own.get(kind, 0)
