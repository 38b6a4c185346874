"""What an annotator writes: claims and ratings."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from annotation_db import names, project
from annotation_db.database import journal_entries
from annotation_db.database.journal import Entry
from annotation_db.database.schema import now
from annotation_db.database.store import Store
from annotation_db.database.transactions import transact, transact_read
from annotation_db.errors import Busy, Refused, Unreachable
from annotation_db.predictions import predictions, prefill
from annotation_db.predictions.prediction_records import PredictorRecord, Prefill
from annotation_db.rating import (
    annotators,
    assignments,
    check_answers,
    check_turns,
    permissions,
    places,
    ratings,
    requests,
)
from annotation_db.rating.check_answers import Answer, NewAnswer
from annotation_db.rating.qualification import Qualification
from annotation_db.rating.queues import Queue
from annotation_db.records import (
    AnnotatorRecord,
    NewRating,
    QueueEntry,
    QueueProgress,
    RatingRecord,
    Role,
)
from annotation_db.safety import outbox_delivery
from annotation_db.vocabulary.check_turn import CheckTurn
from annotation_db.vocabulary.scales import Votes
from seagull_studio.operations import checks
from seagull_studio.operations.submission import NO_PREFILL, Submission

LOOK_AHEAD = 3
"""Entries looked ahead, so that their pictures can be loaded before they are asked for."""


@dataclass(frozen=True, slots=True)
class SubmissionResult:
    """What became of a rating that was handed over."""

    rating: RatingRecord | None
    """As it was stored; None of a check, and while it waits on this computer's disk."""
    reason: str = ""
    """Why it waits."""
    refused: tuple[str, ...] = ()
    """Sentences about ratings that had waited and cannot be stored at all; they stay in the journal."""
    waits: bool = False
    """Whether it waits on this computer's disk."""


@dataclass(frozen=True, slots=True)
class QueueItem:
    """A ROI to rate, and what its annotator is to see of a prediction."""

    entry: QueueEntry
    prefill: Prefill
    model: PredictorRecord | None = None
    """Whose prediction it is, where one is to be seen."""


@dataclass(frozen=True, slots=True)
class QueueView:
    """The ROI in front of an annotator and what comes after it."""

    current: QueueItem | None
    upcoming: tuple[QueueItem, ...]
    progress: QueueProgress
    annotator: AnnotatorRecord
    qualification: Qualification | None = None
    """How the annotator stands with the test; None where they need none, or have begun to rate."""


@dataclass(frozen=True, slots=True)
class OwnRating:
    """The annotator's own latest rating of a ROI, and what they saw when they gave it."""

    votes: Votes | None
    prefill: Prefill
    model: PredictorRecord | None = None


class QueueCache:
    """What is remembered of an annotator's queue from call to call; for the database's thread."""

    def __init__(self) -> None:
        self._of: tuple[Store, Queue] | None = None

    def queue(self, store: Store, annotator: AnnotatorRecord) -> Queue:
        if self._of is None or self._of[0] is not store or self._of[1].annotator_id != annotator.id:
            self._of = store, Queue(annotator.id, annotator.order_seed)
        return self._of[1]


def submit(store: Store, submission: Submission) -> RatingRecord:
    """Store a rating, or a new revision of it. On return it is on disk."""
    return transact(
        store,
        lambda session: ratings.submit(
            session,
            NewRating(
                roi_id=submission.roi_id,
                annotator_id=submission.annotator_id,
                votes=submission.votes,
                shown_at=submission.shown_at,
                duration_ms=submission.duration_ms,
                origin="window",
                prefill=submission.prefill.mode,
                prediction_id=submission.prefill.prediction_id,
                outcomes=submission.outcomes,
                uid=submission.uid,
            ),
        ),
        repeatable=True,
        patient=True,
    )


def submit_or_keep(store: Store, submission: Submission) -> SubmissionResult:
    """Store a rating; where the database cannot be reached, keep it on this disk until it can.

    What waits already goes first, so that corrections stay in order.

    Raises
    ------
    StudioError
        If it can be neither stored nor kept.
    """
    refused: list[str] = []
    try:
        refused = outbox_delivery.deliver_waiting(store)
        if submission.check is None:
            return SubmissionResult(submit(store, submission), refused=tuple(refused))
        checks.submit(store, _answer(submission, submission.check))
        return SubmissionResult(None, refused=tuple(refused))
    except (Busy, Unreachable) as error:
        store.outbox.keep(_journal_entry(submission))
        return SubmissionResult(None, str(error), tuple(refused), waits=True)


def send_waiting(store: Store) -> tuple[int, tuple[str, ...]]:
    """Send what waits on this disk, if the database can be reached.

    Returns
    -------
    tuple
        How many still wait, and a sentence for each that cannot be stored at all.
    """
    refused: list[str] = []
    with suppress(Busy, Unreachable):
        refused = outbox_delivery.deliver_waiting(store)
    return len(store.outbox), tuple(refused)


def _answer(given: Submission, check: CheckTurn) -> NewAnswer:
    return NewAnswer(
        kind=check.kind,
        target_id=check.target_id,
        annotator_id=given.annotator_id,
        attempt=check.attempt,
        votes=given.votes,
        slot=check.slot,
        shown_at=given.shown_at,
        duration_ms=given.duration_ms,
        prefill=given.prefill.mode,
        uid=given.uid,
    )


def _journal_entry(given: Submission) -> Entry:
    """As it stands in the journal: what `journal_entries.of_rating`, or `of_check`, would write."""
    if given.check is not None:
        return checks.journal_entry(
            given.check, _answer(given, given.check), given.annotator_uid, given.annotator
        )
    shown = given.prefill.prediction
    return {
        "kind": journal_entries.RATING,
        "uid": given.uid,
        "roi": given.roi_uid,
        "annotator": given.annotator_uid,
        "name": given.annotator,
        "rating_kind": "rating",
        "revision": None,
        "votes": given.votes._asdict(),
        "shown_at": given.shown_at.isoformat(),
        "submitted_at": now().isoformat(),
        "duration_ms": given.duration_ms,
        "origin": "window",
        "prefill": given.prefill.mode,
        "prediction": None if shown is None else shown.uid,
        "outcomes": None if given.outcomes is None else list(given.outcomes),
    }


def take_next(
    store: Store,
    annotator_id: int,
    *,
    after_image: int | None,
    keep: int | None = None,
    skipped: Sequence[int] = (),
    cache: QueueCache | None = None,
) -> QueueView:
    """Hand the annotator their next ROI and look ahead.

    Parameters
    ----------
    after_image : int or None
        Image of the ROI rated last: the next ROI is on another one where possible.
    keep : int or None
        ROI already in front of the annotator; it stays unless it was withdrawn, or its lease ran out
        and others have filled it meanwhile.
    skipped : sequence of int
        ROIs the annotator put off, in that order; they come last, and in it.
    cache : QueueCache, optional
        The same from call to call, so that not every ROI is looked at each time.
    """
    cache = cache or QueueCache()
    filled: set[int] = set()  # by others, just now
    put_off = {roi_id: number for number, roi_id in enumerate(skipped)}

    def ahead(session: Session) -> QueueView:
        who, checked = check_turns.current(session, annotator_id)
        queue = cache.queue(store, who)
        queue.look(session)
        progress = assignments.progress_of(queue, who)
        if who.excluded:
            return QueueView(None, (), progress, who)
        limit = LOOK_AHEAD + 1 + len(skipped) + len(filled)
        found = assignments.upcoming(session, queue, after_image=after_image, limit=limit, keep=keep)
        entries = [entry for entry in found if entry.roi.id not in filled]
        entries.sort(key=lambda entry: (entry.roi.id != keep, put_off.get(entry.roi.id, -1)))
        turns = checks.Turns(entries[: LOOK_AHEAD + 1], progress)
        if checked:
            left_out = frozenset(skipped)
            turns = checks.among(store, session, who, turns.entries, progress, keep, left_out, after_image)
        items = _queue_items(session, who.id, turns.entries)
        return QueueView(items[0] if items else None, items[1:], turns.progress, who, turns.qualification)

    while True:
        view = transact_read(store, ahead)
        entry = view.current.entry if view.current else None
        # An assigned place is the annotator's as it is, a check needs none; any other is claimed, or its
        # lease renewed.
        if (
            entry is None
            or entry.check is not None
            or (entry.place_id is not None and entry.lease_until is None)
        ):
            return view
        try:
            renew(store, entry.roi.id, annotator_id)
        except Refused:
            filled.add(entry.roi.id)
            continue
        return view if entry.place_id is not None else replace(view, progress=_claimed(view.progress))


def _claimed(before: QueueProgress) -> QueueProgress:
    """One that could be taken has been."""
    return replace(before, open=before.open + 1, available=before.available - 1)


def progress(store: Store, annotator_id: int, cache: QueueCache | None = None) -> QueueProgress:
    """How much an annotator has done, and what is left for them; parameters are those of `take_next`."""
    cached = cache or QueueCache()

    def counted(session: Session) -> QueueProgress:
        who, checked = check_turns.current(session, annotator_id)
        real = assignments.progress(session, who.id, cached.queue(store, who))
        return checks.progress(session, who, real) if checked else real

    return transact_read(store, counted)


def renew(store: Store, roi_id: int, annotator_id: int) -> None:
    """Keep the annotator's place of the ROI in front of them; raises `Refused` if others have filled it."""

    transact(
        store, lambda session: places.claim(session, roi_id, annotator_id), repeatable=True, passing=True
    )


def own_rating(store: Store, roi_id: int, annotator_id: int, check: CheckTurn | None = None) -> OwnRating:
    """What the annotator gave a ROI, or a check, for a correction.

    Parameters
    ----------
    roi_id : int
        Which ROI.
    annotator_id : int
        Any of their names.
    check : CheckTurn or None
        Where the turn was a check.

    Raises
    ------
    Refused
        If the project gives feedback and the rating is old enough for that: they may have seen its label.
    """

    def found(session: Session) -> OwnRating:
        person = annotators.person(session, annotator_id)
        given: Answer | RatingRecord | None
        if check is None:
            seen = prefill.decide(session, person, roi_id)
            given = ratings.latest(session, roi_id, person)
        else:
            seen = prefill.decide(session, person, check.target_id) if check.kind == "repeat" else NO_PREFILL
            given = check_answers.own(session, person, check.kind, check.target_id, check.attempt)
        # Of checks no label is told, but what differed here would tell them apart.
        told = given is not None and given.submitted_at <= requests.settled_before(session)
        if told and project.settings(session).feedback:
            raise Refused(
                "This rating is more than a day old, and its label may have been seen since; a "
                "correction would no longer be an opinion of its own."
            )
        return OwnRating(given.votes if given else None, seen, _model(session, seen))

    return transact_read(store, found)


def is_known(store: Store, name: str) -> bool:
    """Whether an annotator has this very name."""
    return transact_read(store, lambda session: names.normalised(name) in annotators.by_name(session))


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
        If the name is nearly somebody else's, and `distinct` was not said; or they are new, want to be the
        lead, and the project has one.
    """
    if store.read_only:
        with store.read() as session:
            return annotators.find(session, name.strip())
    as_role: Role = "lead" if role == "lead" else "annotator"

    def work(session: Session) -> AnnotatorRecord:
        if as_role == "lead" and names.normalised(name) not in annotators.by_name(session):
            _refuse_second_lead(session, name)
        return annotators.get_or_add(session, name.strip(), role=as_role, distinct=distinct, who=name.strip())

    return transact(store, work, who=name, repeatable=True)


def _refuse_second_lead(session: Session, name: str) -> None:
    """Nobody makes themselves a lead beside another."""
    if permissions.is_led(session):
        raise Refused(
            f"This project has a lead, who can make {name.strip()} one too; sign in as an "
            "annotator until then."
        )


def _queue_items(session: Session, annotator_id: int, entries: Sequence[QueueEntry]) -> tuple[QueueItem, ...]:
    """With what is to be seen of predictions: of a ROI that is shown again, what was seen the first time."""
    rois = {
        entry.roi.id: entry.roi.id if entry.check is None else entry.check.target_id
        for entry in entries
        if entry.check is None or entry.check.kind == "repeat"
    }
    listed = list(dict.fromkeys(rois.values()))
    seen = dict(zip(listed, prefill.decide_all(session, annotator_id, listed), strict=True))
    told = [seen[rois[entry.roi.id]] if entry.roi.id in rois else NO_PREFILL for entry in entries]
    return tuple(
        QueueItem(entry, one, _model(session, one)) for entry, one in zip(entries, told, strict=True)
    )


def _model(session: Session, seen: Prefill) -> PredictorRecord | None:
    """Whose prediction is to be seen."""
    return seen.prediction and predictions.get_predictor(session, seen.prediction.predictor_id)
