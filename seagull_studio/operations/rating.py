"""What an annotator writes: claims and ratings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from annotation_db import annotators, assignments, ratings
from annotation_db.errors import Refused
from annotation_db.records import AnnotatorRecord, QueueEntry, QueueProgress, RatingRecord
from annotation_db.scales import Votes
from annotation_db.store import Store

PEEK = 3
"""Entries looked ahead, so that their pictures can be loaded before they are asked for."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One rating as the window hands it over."""

    roi_id: int
    annotator_id: int
    votes: Votes
    shown_at: datetime
    duration_ms: int


@dataclass(frozen=True, slots=True)
class Turn:
    """The ROI in front of an annotator and what comes after it."""

    current: QueueEntry | None
    upcoming: tuple[QueueEntry, ...]
    progress: QueueProgress


def submit(store: Store, submission: Submission) -> RatingRecord:
    """Store a rating, or a new revision of it. On return it is on disk."""
    with store.write() as session:
        return ratings.submit(
            session,
            roi_id=submission.roi_id,
            annotator_id=submission.annotator_id,
            votes=submission.votes.checked(),
            shown_at=submission.shown_at,
            duration_ms=submission.duration_ms,
            origin="window",
        )


def take_turn(
    store: Store,
    annotator_id: int,
    *,
    after_image: int | None,
    keep: int | None = None,
    skipped: frozenset[int] = frozenset(),
) -> Turn:
    """Hand the annotator their next ROI and look ahead.

    Parameters
    ----------
    after_image : int or None
        Image of the ROI rated last: the next ROI is on another one where possible.
    keep : int or None
        ROI already in front of the annotator; it stays unless others have filled it meanwhile.
    skipped : frozenset of int
        ROIs the annotator put off; they come last.
    """
    with store.read() as session:
        entries = assignments.next_entries(
            session, annotator_id, after_image=after_image, limit=PEEK + 1 + len(skipped)
        )
    entries = sorted(entries, key=lambda entry: (entry.roi.id != keep, entry.roi.id in skipped))
    while entries and entries[0].assignment_id is None:
        try:
            with store.write() as session:
                assignments.claim(session, entries[0].roi.id, annotator_id)
            break
        except Refused:
            entries = entries[1:]
    with store.read() as session:
        progress = assignments.progress(session, annotator_id)
    current, *rest = entries or [None]
    return Turn(current, tuple(entry for entry in rest if entry is not None)[:PEEK], progress)


def latest(store: Store, roi_id: int, annotator_id: int) -> RatingRecord | None:
    """The annotator's own latest rating of a ROI."""
    with store.read() as session:
        return ratings.latest(session, roi_id, annotator_id)


def sign_in(store: Store, name: str) -> AnnotatorRecord:
    """The annotator of that name, added if new."""
    with store.write(name) as session:
        return annotators.get_or_add(session, name.strip(), who=name.strip())
