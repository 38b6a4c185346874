"""The rating flow of one annotator: next ROI, submit, go back. Knows no widgets."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import QObject, Signal

from annotation_db.predictions.prediction_records import PredictorRecord, Prefill
from annotation_db.rating.qualification import Qualification
from annotation_db.records import AnnotatorRecord, Outcome, QueueEntry
from annotation_db.vocabulary.scales import Votes
from seagull_studio.controllers.rating_saver import RatingSaver
from seagull_studio.operations import own_ratings
from seagull_studio.operations import rating as operations
from seagull_studio.operations.rating import OwnRating, QueueItem, QueueView
from seagull_studio.operations.submission import NO_PREFILL, Submission
from seagull_studio.services.database import DatabaseService
from seagull_studio.state.stopwatch import Stopwatch

FURTHER_BACK = 50
"""Ratings of earlier sessions that are looked up at once."""
RENEW_LEASE_S = 300.0
"""Seconds between two renewals that keep the place of the ROI in front; its lease is much longer."""


@dataclass(frozen=True, slots=True)
class CurrentRoi:
    """The ROI in front of the annotator."""

    entry: QueueEntry
    own_votes: Votes | None
    """The annotator's own latest votes, when they came back to it."""
    prefill: Prefill = NO_PREFILL
    """What they are to see of a model's prediction."""
    model: PredictorRecord | None = None
    """Whose prediction that is."""


class RatingController(QObject):
    """Drive the queue of one annotator. Blind: it never asks for another annotator's ratings."""

    current_changed = Signal(object)
    """`CurrentRoi`, or None when nothing is left to rate."""
    upcoming_changed = Signal(object)
    """Tuple of `QueueEntry` whose pictures are worth loading now."""
    revealed = Signal(object, object)
    """`CurrentRoi` of the ROI just rated, and the votes given before its prediction was seen."""
    practised = Signal(object, object)
    """`CurrentRoi` of a practice item just rated, and the votes; `go_on` brings the next."""
    tested = Signal(object)
    """`Qualification` of an annotator who stands before the test, is at it, or has just ended it."""
    progress_changed = Signal(object)
    """`QueueProgress`."""
    save_state_changed = Signal(object, str)
    """`SavedState` and, when it is FAILED or KEPT, one sentence."""
    rated = Signal(float, bool)
    """A rating was given: it took this many seconds, and corrects an earlier one or not."""
    can_go_back_changed = Signal(bool)
    """Whether there is anything to go back to."""

    def __init__(
        self,
        database: DatabaseService,
        annotator_id: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        saving: RatingSaver | None = None,
    ) -> None:
        super().__init__()
        self._database = database
        self._annotator_id = annotator_id
        self.watch = Stopwatch(clock)
        """Runs while the ROI in front is being looked at."""
        self._renewed_at = clock()
        self._current: CurrentRoi | None = None
        self._seen = False
        self._shown_at = datetime.now(UTC)
        self._upcoming: tuple[QueueItem, ...] = ()
        self._interrupted: list[CurrentRoi] = []
        self._rated: list[QueueEntry] = []
        self._skipped: tuple[int, ...] = ()
        """ROIs that were put off, in that order."""
        self._put_off: list[QueueEntry] = []
        """What was put off since the last rating, the latest last."""
        self._done = 0
        self._knows_all = False
        """Nothing was rated before the first of `_rated`."""
        self._cache = operations.QueueCache()
        self._request = 0
        self._next_failed = False
        self._who: AnnotatorRecord | None = None
        self.saving = saving or RatingSaver(database)
        """What becomes of the ratings given; taken over, where the same person gave some on earlier pages."""
        self.saving.setParent(self)
        self.saving.state_changed.connect(self.save_state_changed)
        self.saving.stored.connect(self._stored)

    @property
    def current(self) -> CurrentRoi | None:
        return self._current

    @property
    def can_go_back(self) -> bool:
        before = self._done > 0 and not self._knows_all
        return bool(self._rated or self._put_off) or before

    def start(self) -> None:
        """Show the first ROI."""
        self._take_next(after=None, keep=None)

    def refresh(self) -> None:
        """Look again: ROIs were marked, withdrawn or assigned meanwhile."""
        if self._current is None or self._current.own_votes is None:
            self._take_next(
                after=self._rated[-1].image.id if self._rated else None,
                keep=self._current.entry.roi.id if self._current else None,
            )

    def count(self) -> None:
        """Look again how much is done and how much is left."""
        annotator, cache = self._annotator_id, self._cache
        self._database.ask(
            lambda store: operations.progress(store, annotator, cache),
            self.progress_changed.emit,
            owner=self,
        )

    def picture_shown(self) -> None:
        """The ROI's picture is on the screen: the time of this rating starts."""
        if not self._seen:  # coming back to it goes on with its time
            self._seen = True
            self._begin()

    def attend(self, attending: bool) -> None:
        """Whether somebody looks at the ROI in front; only that time counts, and keeps its place."""
        if attending == self.watch.running:
            return
        self.watch.run(attending)
        if attending and self.watch.clock() - self._renewed_at >= RENEW_LEASE_S:
            self.renew()

    def renew(self) -> None:
        """Keep the place of the ROI in front; if others have filled it meanwhile, bring another ROI."""
        shown = self._current
        if shown is None or shown.own_votes is not None or shown.entry.check is not None:
            return  # nothing whose place could go to others
        if not self.watch.running:
            return
        self._renewed_at = self.watch.clock()
        roi_id, annotator_id = shown.entry.roi.id, self._annotator_id
        self._database.ask(
            lambda store: operations.renew(store, roi_id, annotator_id),
            None,
            lambda _sentence: self.refresh(),
            owner=self,
        )

    def submit(self, votes: Votes, outcomes: tuple[Outcome | None, ...] | None = None) -> None:
        """Hand the votes to the database thread and go on at once.

        Parameters
        ----------
        votes : Votes
            The eight integers.
        outcomes : tuple, optional
            What became of each row's suggestion, where suggestions were shown.
        """
        if self._current is None:
            return
        seconds = self.watch.seconds
        entry, prefill = self._current.entry, self._current.prefill
        submission = Submission(
            entry.roi.id,
            self._annotator_id,
            votes.checked(),
            self._shown_at,
            round(seconds * 1000),
            prefill,
            outcomes if prefill.mode == "shown" else None,
            roi_uid=entry.roi.uid,
            annotator_uid=self._who.uid if self._who else "",
            annotator=self._who.name if self._who else "",
            check=entry.check,
        )
        self._rated = [other for other in self._rated if other.roi.id != entry.roi.id] + [entry]
        self._put_off = []
        corrects = self._current.own_votes is not None
        self.saving.give(submission)
        if prefill.mode == "revealed" and prefill.prediction is not None:
            self.revealed.emit(self._current, votes)
        if entry.check is not None and entry.check.expected is not None:
            self.practised.emit(self._current, votes)  # it stays in front while that is read
        else:
            self._advance(entry)
        self.rated.emit(seconds, corrects)

    def go_on(self, entry: QueueEntry) -> None:
        """What is told after practice has been read: bring what comes next."""
        if self._current is not None and self._current.entry.roi.id == entry.roi.id:
            self._advance(entry)

    def skip(self) -> None:
        """Put the ROI in front off until the others are done; what is put off once more comes last of all."""
        if self._current is None or self._current.own_votes is not None:
            return
        entry = self._current.entry
        self._skipped = (*(one for one in self._skipped if one != entry.roi.id), entry.roi.id)
        self._put_off = [other for other in self._put_off if other.roi.id != entry.roi.id] + [entry]
        self._advance(entry)

    def back(self) -> None:
        """Show the ROI before this one: put off just now, or rated, with their votes, for a correction."""
        if self._put_off and (self._current is None or self._current.own_votes is None):
            self._fetch(self._put_off.pop())
            return
        index = len(self._rated) - 1
        if self._current is not None and self._current.own_votes is not None:
            ids = [entry.roi.id for entry in self._rated]
            if self._current.entry.roi.id in ids:
                index = ids.index(self._current.entry.roi.id) - 1
        if index < 0:
            self._look_further_back()
        else:
            self._ask_own(self._rated[index])

    def _fetch(self, entry: QueueEntry) -> None:
        """Show again what was put off by mistake."""
        self._skipped = tuple(one for one in self._skipped if one != entry.roi.id)
        self._interrupted = [one for one in self._interrupted if one.entry.roi.id != entry.roi.id]
        self._take_next(after=None, keep=entry.roi.id)

    def _look_further_back(self) -> None:
        """What was rated before the window was opened is gone back to, too."""
        if self._knows_all:
            return
        annotator, limit = self._annotator_id, len(self._rated) + FURTHER_BACK
        self._database.ask(
            lambda store: own_ratings.last_rated(store, annotator, limit),
            self._have_earlier,
            self.saving.refused.emit,
            owner=self,
        )

    def _have_earlier(self, found: tuple[QueueEntry, ...]) -> None:
        known = {entry.roi.id for entry in self._rated}
        current = self._current.entry.roi.id if self._current is not None else None
        earlier = [entry for entry in found if entry.roi.id not in known and entry.roi.id != current]
        self._knows_all = not earlier
        self._rated = [*earlier, *self._rated]
        self.can_go_back_changed.emit(self.can_go_back)
        if earlier:
            self._ask_own(earlier[-1])

    def _ask_own(self, entry: QueueEntry) -> None:
        self._database.ask(
            lambda store: operations.own_rating(store, entry.roi.id, self._annotator_id, entry.check),
            partial(self._show_again, entry),
            self.saving.refused.emit,
            owner=self,
        )

    def forward(self) -> None:
        """Leave a correction without changing anything."""
        if self._current is not None and self._current.own_votes is not None:
            self._resume()

    def retry(self) -> None:
        """Try once more what could not be done: saving, or bringing the next ROI."""
        if self._next_failed:
            self.refresh()
        self.saving.retry()

    def _stored(self, submission: Submission, _result: object) -> None:
        """What another page of this window rated must not come to be rated here too."""
        roi_id = submission.roi_id
        if all(entry.roi.id != roi_id for entry in self._rated):
            self._interrupted = [one for one in self._interrupted if one.entry.roi.id != roi_id]
            self.refresh()

    def _show_again(self, entry: QueueEntry, own: OwnRating) -> None:
        if self._current is not None and self._current.own_votes is None:
            self._interrupted.append(self._current)
        self._request += 1
        unsaved = self.saving.votes_of(entry.roi.id)
        self._show(CurrentRoi(entry, unsaved.votes if unsaved else own.votes, own.prefill, own.model))

    def _advance(self, finished: QueueEntry) -> None:
        if self._interrupted:
            self._resume()
            return
        candidates = [item for item in self._upcoming if item.entry.roi.id != finished.roi.id]
        self._upcoming = tuple(candidates[1:])
        following = candidates[0] if candidates else None
        # The next picture shows before the database has answered: it was looked up beforehand.
        self._show(_as_current(following))
        self._take_next(after=finished.image.id, keep=following.entry.roi.id if following else None)

    def _resume(self) -> None:
        if self._interrupted:
            self._show(self._interrupted.pop())
        else:
            self._show(None)
            self._take_next(after=self._rated[-1].image.id if self._rated else None, keep=None)

    def _show(self, shown: CurrentRoi | None) -> None:
        self._current = shown
        self._seen = False
        self._begin()
        self.current_changed.emit(shown)

    def _begin(self) -> None:
        self._shown_at = datetime.now(UTC)
        self.watch.restart()

    def _take_next(self, after: int | None, keep: int | None) -> None:
        self._request += 1
        self._renewed_at = self.watch.clock()
        annotator, skipped, cache = self._annotator_id, self._skipped, self._cache
        self._database.ask(
            lambda store: operations.take_next(
                store, annotator, after_image=after, keep=keep, skipped=skipped, cache=cache
            ),
            partial(self._next_taken, self._request),
            self._next_not_taken,
            owner=self,
        )

    def _next_not_taken(self, sentence: str) -> None:
        self._next_failed = True
        self.saving.next_failed(sentence)

    def _next_taken(self, request: int, result: QueueView) -> None:
        self._next_failed = False
        self.saving.next_failed("")
        self._who = result.annotator
        if result.qualification is not None:
            self._forget_ended(result.qualification)
            self.tested.emit(result.qualification)
        self._done = result.progress.done
        self.progress_changed.emit(result.progress)
        self.can_go_back_changed.emit(self.can_go_back)
        if request != self._request:
            return
        current_id = self._current.entry.roi.id if self._current else None
        new_id = result.current.entry.roi.id if result.current else None
        if current_id != new_id:
            self._show(_as_current(result.current))
        self._upcoming = result.upcoming
        self.upcoming_changed.emit(tuple(item.entry for item in result.upcoming))

    def _forget_ended(self, stands: Qualification) -> None:
        """What belongs to an attempt that has ended is not to be corrected any more."""
        ended = {one.number for one in stands.attempts if one.finished}
        self._rated = [
            entry
            for entry in self._rated
            if entry.check is None or entry.check.slot is not None or entry.check.attempt not in ended
        ]


def _as_current(item: QueueItem | None) -> CurrentRoi | None:
    return CurrentRoi(item.entry, None, item.prefill, item.model) if item else None
