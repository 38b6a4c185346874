"""An annotator's turns one after the other, as the window goes through them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from annotation_db.database.schema import new_uid
from annotation_db.database.store import Store
from annotation_db.records import QueueEntry
from annotation_db.vocabulary.scales import Votes
from seagull_studio.operations import rating
from seagull_studio.operations.rating import QueueCache, QueueItem, QueueView
from seagull_studio.operations.submission import Submission

Voter = Callable[[QueueEntry], Votes]


def by_roi(entry: QueueEntry) -> Votes:
    """The same votes whenever somebody meets this ROI, others for others."""
    drawn = int(entry.roi.uid[:8], 16)
    return Votes(*((drawn >> (3 * row)) % 6 for row in range(6)), drawn % 5, (drawn >> 5) % 5)


def give(store: Store, annotator_id: int, item: QueueItem, votes: Votes, uid: str = "") -> None:
    """Submit as the window does."""
    who = rating.sign_in(store, "Ada")
    given = Submission(
        item.entry.roi.id,
        annotator_id,
        votes,
        datetime.now(UTC),
        1500,
        item.prefill,
        uid=uid or new_uid(),
        roi_uid=item.entry.roi.uid,
        annotator_uid=who.uid,
        annotator=who.name,
        check=item.entry.check,
    )
    result = rating.submit_or_keep(store, given)
    assert not result.waits and not result.refused


def turns(
    store: Store, annotator_id: int, most: int = 1000, voter: Voter = by_roi, *, alone: bool = True
) -> Iterator[tuple[QueueItem, QueueView]]:
    """Go through the queue as the window does, with what it looked ahead; each turn before it is answered.

    `alone` says that nobody else rates as the same annotator.
    """
    cache, after, keep = QueueCache(), None, None
    for _ in range(most):
        view = rating.take_next(store, annotator_id, after_image=after, keep=keep, cache=cache)
        if view.current is None:
            return
        if keep is not None and alone:
            assert view.current.entry.roi.id == keep, "what was in front already was pushed aside"
        yield view.current, view
        give(store, annotator_id, view.current, voter(view.current.entry))
        after = view.current.entry.image.id
        keep = view.upcoming[0].entry.roi.id if view.upcoming else None
