"""What an annotator writes: claims and ratings."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from annotation_db import annotators, assignments, journal_entries, places, predictions, prefill, ratings
from annotation_db.errors import Busy, Refused, Unreachable
from annotation_db.journal import Entry
from annotation_db.prediction_records import PredictorRecord, Prefill
from annotation_db.records import AnnotatorRecord, Outcome, QueueEntry, QueueProgress, RatingRecord, Role
from annotation_db.scales import Votes
from annotation_db.schema import new_uid, now
from annotation_db.store import Store
from annotation_db.transactions import look, transact

NOTHING_SHOWN = Prefill("none")
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
    prefill: Prefill = NOTHING_SHOWN
    """What the annotator saw of a model's prediction."""
    outcomes: tuple[Outcome | None, ...] | None = None
    """What became of each suggestion, where one was shown."""
    uid: str = field(default_factory=new_uid)
    """However often it is handed over, it is stored once."""
    roi_uid: str = ""
    annotator_uid: str = ""
    annotator: str = ""
    """Name."""


@dataclass(frozen=True, slots=True)
class Given:
    """What became of a rating that was handed over."""

    rating: RatingRecord | None
    """As it was stored; None while it waits on this computer's disk."""
    reason: str = ""
    """Why it waits."""
    refused: tuple[str, ...] = ()
    """Sentences about ratings that had waited and cannot be stored at all; they stay in the journal."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A ROI to rate, and what its annotator is to see of a prediction."""

    entry: QueueEntry
    prefill: Prefill
    model: PredictorRecord | None = None
    """Whose prediction it is, where one is to be seen."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The ROI in front of an annotator and what comes after it."""

    current: Offer | None
    upcoming: tuple[Offer, ...]
    progress: QueueProgress
    annotator: AnnotatorRecord


@dataclass(frozen=True, slots=True)
class Own:
    """The annotator's own latest rating of a ROI, and what they saw when they gave it."""

    rating: RatingRecord | None
    prefill: Prefill
    model: PredictorRecord | None = None


def submit(store: Store, submission: Submission) -> RatingRecord:
    """Store a rating, or a new revision of it. On return it is on disk."""
    return transact(
        store,
        lambda session: ratings.submit(
            session,
            roi_id=submission.roi_id,
            annotator_id=submission.annotator_id,
            votes=submission.votes.checked(),
            shown_at=submission.shown_at,
            duration_ms=submission.duration_ms,
            origin="window",
            prefill=submission.prefill.mode,
            prediction_id=submission.prefill.prediction_id,
            outcomes=submission.outcomes,
            uid=submission.uid,
        ),
        repeatable=True,
        patient=True,
    )


def give(store: Store, submission: Submission) -> Given:
    """Store a rating; where the database cannot be reached, keep it on this disk until it can.

    What waits already goes first, so that corrections stay in order.

    Raises
    ------
    StudioError
        If it can be neither stored nor kept.
    """
    refused: list[str] = []
    try:
        refused = store.outbox.send(store)
        return Given(submit(store, submission), refused=tuple(refused))
    except (Busy, Unreachable) as error:
        store.outbox.keep(_entry(submission))
        return Given(None, str(error), tuple(refused))


def send_waiting(store: Store) -> tuple[int, tuple[str, ...]]:
    """Send what waits on this disk, if the database can be reached.

    Returns
    -------
    tuple
        How many still wait, and a sentence for each that cannot be stored at all.
    """
    refused: list[str] = []
    with suppress(Busy, Unreachable):
        refused = store.outbox.send(store)
    return len(store.outbox), tuple(refused)


def _entry(given: Submission) -> Entry:
    """The rating as it stands in the journal: what `annotation_db.journal_entries.of_rating` would write."""
    shown = given.prefill.prediction
    return {
        "kind": journal_entries.RATING,
        "uid": given.uid,
        "roi": given.roi_uid,
        "annotator": given.annotator_uid,
        "name": given.annotator,
        "rating_kind": "rating",
        "revision": None,
        "votes": given.votes.checked()._asdict(),
        "shown_at": given.shown_at.isoformat(),
        "submitted_at": now().isoformat(),
        "duration_ms": given.duration_ms,
        "origin": "window",
        "prefill": given.prefill.mode,
        "prediction": None if shown is None else shown.uid,
        "outcomes": None if given.outcomes is None else list(given.outcomes),
    }


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
        ROI already in front of the annotator; it stays unless it was withdrawn, or its lease ran out
        and others have filled it meanwhile.
    skipped : frozenset of int
        ROIs the annotator put off; they come last.
    """
    annotator_id = _person(store, annotator_id)
    limit = PEEK + 1 + len(skipped)
    entries = look(
        store,
        lambda session: assignments.next_entries(
            session, annotator_id, after_image=after_image, limit=limit, keep=keep
        ),
    )
    entries = sorted(entries, key=lambda entry: (entry.roi.id != keep, entry.roi.id in skipped))
    # An assigned place is the annotator's as it is; any other is claimed, or its lease renewed.
    while entries and (entries[0].place_id is None or entries[0].lease_until is not None):
        try:
            renew(store, entries[0].roi.id, annotator_id)
            break
        except Refused:
            entries = entries[1:]
    shown = entries[: PEEK + 1]

    def rest(session: Session) -> Turn:
        offers = tuple(Offer(entry, *_to_see(session, annotator_id, entry.roi.id)) for entry in shown)
        progress, who = assignments.progress(session, annotator_id), annotators.get(session, annotator_id)
        return Turn(offers[0] if offers else None, offers[1:], progress, who)

    return look(store, rest)


def progress(store: Store, annotator_id: int) -> QueueProgress:
    """How much an annotator has done, and what is left for them."""
    return look(store, lambda session: assignments.progress(session, annotator_id))


def renew(store: Store, roi_id: int, annotator_id: int) -> None:
    """Keep the annotator's place of the ROI in front of them; raises `Refused` if others have filled it."""
    person = _person(store, annotator_id)
    transact(store, lambda session: places.claim(session, roi_id, person), repeatable=True)


def own(store: Store, roi_id: int, annotator_id: int) -> Own:
    """What the annotator gave a ROI, for a correction."""
    person = _person(store, annotator_id)
    return look(
        store,
        lambda session: Own(ratings.latest(session, roi_id, person), *_to_see(session, person, roi_id)),
    )


def _person(store: Store, annotator_id: int) -> int:
    """Who somebody is that was signed in when their name was merged with another one's."""
    return look(store, lambda session: annotators.person(session, annotator_id))


def sign_in(store: Store, name: str, role: str = "annotator", *, distinct: bool = False) -> AnnotatorRecord:
    """The annotator of that name, added in `role` if new.

    Parameters
    ----------
    distinct : bool
        It was said that they are another person than whoever has nearly the same name.

    Raises
    ------
    NotFound
        If they are new and the project cannot be written to.
    Refused
        If the name is nearly somebody else's, and `distinct` was not said.
    """
    if store.read_only:
        with store.read() as session:
            return annotators.find(session, name.strip())
    as_role: Role = "lead" if role == "lead" else "annotator"
    return transact(
        store,
        lambda session: annotators.get_or_add(
            session, name.strip(), role=as_role, distinct=distinct, who=name.strip()
        ),
        who=name,
        repeatable=True,
    )


def _to_see(session: Session, annotator_id: int, roi_id: int) -> tuple[Prefill, PredictorRecord | None]:
    """What the annotator is to see of a prediction, and of which model."""
    seen = prefill.decide(session, annotator_id, roi_id)
    if seen.prediction is None:
        return seen, None
    return seen, predictions.get_predictor(session, seen.prediction.predictor_id)
