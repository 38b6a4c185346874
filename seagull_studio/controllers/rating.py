"""The rating flow of one annotator: next ROI, submit, go back. Knows no widgets."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import QObject, Signal

from annotation_db.predictions.prediction_records import PredictorRecord, Prefill
from annotation_db.records import AnnotatorRecord, Outcome, QueueEntry
from annotation_db.vocabulary.scales import Votes
from seagull_studio.controllers.saving import Saving
from seagull_studio.operations import rating as operations
from seagull_studio.operations.rating import NOTHING_SHOWN, Offer, Own, Submission, Turn
from seagull_studio.services.database import DatabaseService
from seagull_studio.state.stopwatch import Stopwatch

SIGN_S = 300.0
"""Seconds between two signs of life that keep the place of the ROI in front; its lease is much longer."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The ROI in front of the annotator."""

    entry: QueueEntry
    own: Votes | None
    """The annotator's own latest votes, when they came back to it."""
    prefill: Prefill = NOTHING_SHOWN
    """What they are to see of a model's prediction."""
    model: PredictorRecord | None = None
    """Whose prediction that is."""


class RatingController(QObject):
    """Drive the queue of one annotator. Blind: it never asks for another annotator's ratings."""

    shown_changed = Signal(object)
    """`Shown`, or None when nothing is left to rate."""
    upcoming_changed = Signal(object)
    """Tuple of `QueueEntry` whose pictures are worth loading now."""
    revealed = Signal(object, object)
    """`Shown` of the ROI just rated, and the votes given before its prediction was seen."""
    progress_changed = Signal(object)
    """`QueueProgress`."""
    save_state_changed = Signal(object, str)
    """`SavedState` and, when it is FAILED or KEPT, one sentence."""
    rated = Signal(float)
    """A rating was given; it took this many seconds."""

    def __init__(
        self, database: DatabaseService, annotator_id: int, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self._database = database
        self._annotator_id = annotator_id
        self.watch = Stopwatch(clock)
        """Runs while the ROI in front is being looked at."""
        self._signed_at = clock()
        self._shown: Shown | None = None
        self._seen = False
        self._shown_at = datetime.now(UTC)
        self._upcoming: tuple[Offer, ...] = ()
        self._interrupted: list[Shown] = []
        self._rated: list[QueueEntry] = []
        self._skipped: frozenset[int] = frozenset()
        self._memory = operations.Memory()
        self._turn = 0
        self._turn_failed = False
        self._who: AnnotatorRecord | None = None
        self.saving = Saving(database, self)
        """What becomes of the ratings given."""
        self.saving.state_changed.connect(self.save_state_changed)

    @property
    def shown(self) -> Shown | None:
        return self._shown

    @property
    def can_go_back(self) -> bool:
        return bool(self._rated)

    def start(self) -> None:
        """Show the first ROI."""
        self._take_turn(after=None, keep=None)

    def refresh(self) -> None:
        """Look again: ROIs were marked, withdrawn or assigned meanwhile."""
        if self._shown is None or self._shown.own is None:
            self._take_turn(
                after=self._rated[-1].image.id if self._rated else None,
                keep=self._shown.entry.roi.id if self._shown else None,
            )

    def count(self) -> None:
        """Look again how much is done and how much is left."""
        annotator, memory = self._annotator_id, self._memory
        self._database.ask(
            lambda store: operations.progress(store, annotator, memory),
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
        if attending and self.watch.clock() - self._signed_at >= SIGN_S:
            self.renew()

    def renew(self) -> None:
        """Keep the place of the ROI in front; if others have filled it meanwhile, bring another ROI."""
        if self._shown is None or self._shown.own is not None or not self.watch.running:
            return
        self._signed_at = self.watch.clock()
        roi_id, annotator_id = self._shown.entry.roi.id, self._annotator_id
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
        if self._shown is None:
            return
        seconds = self.watch.seconds
        entry, prefill = self._shown.entry, self._shown.prefill
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
        )
        self._rated = [other for other in self._rated if other.roi.id != entry.roi.id] + [entry]
        self.saving.give(submission)
        if prefill.mode == "revealed" and prefill.prediction is not None:
            self.revealed.emit(self._shown, votes)
        self._advance(entry)
        self.rated.emit(seconds)

    def skip(self) -> None:
        """Put the ROI in front off until the others are done."""
        if self._shown is None or self._shown.own is not None:
            return
        entry = self._shown.entry
        self._skipped |= {entry.roi.id}
        self._advance(entry)

    def back(self) -> None:
        """Show the ROI rated before this one, with the annotator's own votes, for a correction."""
        index = len(self._rated) - 1
        if self._shown is not None and self._shown.own is not None:
            ids = [entry.roi.id for entry in self._rated]
            if self._shown.entry.roi.id in ids:
                index = ids.index(self._shown.entry.roi.id) - 1
        if index < 0:
            return
        entry = self._rated[index]
        self._database.ask(
            lambda store: operations.own(store, entry.roi.id, self._annotator_id),
            partial(self._show_again, entry),
            owner=self,
        )

    def forward(self) -> None:
        """Leave a correction without changing anything."""
        if self._shown is not None and self._shown.own is not None:
            self._resume()

    def retry(self) -> None:
        """Try once more what could not be done: saving, or bringing the next ROI."""
        if self._turn_failed:
            self.refresh()
        self.saving.retry()

    def _show_again(self, entry: QueueEntry, own: Own) -> None:
        if self._shown is not None and self._shown.own is None:
            self._interrupted.append(self._shown)
        self._turn += 1
        unsaved = self.saving.votes_of(entry.roi.id)
        stored = own.rating.votes if own.rating else None
        self._show(Shown(entry, unsaved.votes if unsaved else stored, own.prefill))

    def _advance(self, finished: QueueEntry) -> None:
        if self._interrupted:
            self._resume()
            return
        candidates = [offer for offer in self._upcoming if offer.entry.roi.id != finished.roi.id]
        self._upcoming = tuple(candidates[1:])
        following = candidates[0] if candidates else None
        # The next picture shows before the database has answered: it was looked up beforehand.
        self._show(_first_look(following))
        self._take_turn(after=finished.image.id, keep=following.entry.roi.id if following else None)

    def _resume(self) -> None:
        if self._interrupted:
            self._show(self._interrupted.pop())
        else:
            self._show(None)
            self._take_turn(after=self._rated[-1].image.id if self._rated else None, keep=None)

    def _show(self, shown: Shown | None) -> None:
        self._shown = shown
        self._seen = False
        self._begin()
        self.shown_changed.emit(shown)

    def _begin(self) -> None:
        self._shown_at = datetime.now(UTC)
        self.watch.restart()

    def _take_turn(self, after: int | None, keep: int | None) -> None:
        self._turn += 1
        self._signed_at = self.watch.clock()
        annotator, skipped, memory = self._annotator_id, self._skipped, self._memory
        self._database.ask(
            lambda store: operations.take_turn(
                store, annotator, after_image=after, keep=keep, skipped=skipped, memory=memory
            ),
            partial(self._turn_taken, self._turn),
            self._turn_not_taken,
            owner=self,
        )

    def _turn_not_taken(self, sentence: str) -> None:
        self._turn_failed = True
        self.saving.turn_failed(sentence)

    def _turn_taken(self, turn: int, result: Turn) -> None:
        self._turn_failed = False
        self.saving.turn_failed("")
        self._who = result.annotator
        self.progress_changed.emit(result.progress)
        if turn != self._turn:
            return
        current_id = self._shown.entry.roi.id if self._shown else None
        new_id = result.current.entry.roi.id if result.current else None
        if current_id != new_id:
            self._show(_first_look(result.current))
        self._upcoming = result.upcoming
        self.upcoming_changed.emit(tuple(offer.entry for offer in result.upcoming))


def _first_look(offer: Offer | None) -> Shown | None:
    return Shown(offer.entry, None, offer.prefill, offer.model) if offer else None
