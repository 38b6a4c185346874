"""What becomes of ratings once they are given: saved, waiting, kept on this disk. Knows no widgets."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from seagull_studio.operations import rating as operations
from seagull_studio.operations.rating import SubmissionResult
from seagull_studio.operations.submission import Submission
from seagull_studio.services.database import DatabaseService
from seagull_studio.state.session_view import SavedState

SHOW_WAITING_MS = 500
"""A rating that is not saved after so long is shown as waiting."""
SEND_EVERY_MS = 5_000
"""How often what is kept on this disk is tried to be sent."""


class RatingSaver(QObject):
    """Hands ratings to the database, and says what is true of all of them together."""

    state_changed = Signal(object, str)
    """`SavedState` and, when it is FAILED or KEPT, one sentence."""
    refused = Signal(str)
    """One sentence about a rating that had waited and cannot be stored; it stays in the journal."""

    def __init__(self, database: DatabaseService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._database = database
        self._unsaved: list[Submission] = []
        self._failed: list[Submission] = []
        self._reason = ""
        self._kept = 0
        self._kept_because = ""
        self._no_next = ""
        self._slow = QTimer(self, singleShot=True, interval=SHOW_WAITING_MS)
        self._slow.timeout.connect(self._say)
        self._again = QTimer(self, interval=SEND_EVERY_MS)
        self._again.timeout.connect(self._send)

    @property
    def unsaved(self) -> int:
        """Ratings given that are not on disk yet."""
        return len(self._unsaved)

    @property
    def failed(self) -> int:
        """Ratings that could be neither saved nor kept; `retry` tries again."""
        return len(self._failed)

    @property
    def kept(self) -> int:
        """Ratings on this computer's disk that are not in the database yet."""
        return self._kept

    def give(self, submission: Submission) -> None:
        """Hand one rating over."""
        # What failed before must not come after this, as a correction of it.
        for old in [other for other in self._failed if other.roi_id == submission.roi_id]:
            self._failed.remove(old)
            self._unsaved.remove(old)
        self._unsaved.append(submission)
        self._hand_over(submission)

    def retry(self) -> None:
        """Try once more what could not be saved."""
        failed, self._failed = self._failed, []
        for submission in failed:
            self._hand_over(submission)

    def resume(self) -> None:
        """Go on with what waits from an earlier time: the mark says so, and it is tried again and again."""
        self._database.ask(lambda store: len(store.outbox), self._resumed, owner=self)

    def votes_of(self, roi_id: int) -> Submission | None:
        """The newest rating of a ROI that is not saved yet."""
        return next((given for given in reversed(self._unsaved) if given.roi_id == roi_id), None)

    def next_failed(self, sentence: str) -> None:
        """The next ROI could not be brought; "" once it could."""
        if sentence or self._no_next:
            self._no_next = sentence
            self._say()

    def _hand_over(self, submission: Submission) -> None:
        if not self._slow.isActive():
            self._slow.start()
        self.state_changed.emit(SavedState.SAVING, "")
        self._database.ask(
            lambda store: operations.submit_or_keep(store, submission),
            partial(self._given, submission),
            partial(self._not_saved, submission),
            owner=self,
        )

    def _given(self, submission: Submission, given: SubmissionResult) -> None:
        if submission in self._unsaved:
            self._unsaved.remove(submission)
        for sentence in given.refused:
            self.refused.emit(sentence)
        if given.waits:
            self._kept += 1
            self._kept_because = given.reason
            self._again.start()
        else:
            self._kept = 0  # what waited went first
            self._again.stop()
        if self._failed:
            self.retry()  # the database takes ratings again
        self._say()

    def _not_saved(self, submission: Submission, sentence: str) -> None:
        later = self._unsaved[self._unsaved.index(submission) + 1 :]
        if any(other.roi_id == submission.roi_id for other in later):
            self._unsaved.remove(submission)  # corrected meanwhile
            return
        self._failed.append(submission)
        self._reason = sentence
        self._say()

    def _resumed(self, waiting: int) -> None:
        if waiting:
            self._kept = waiting
            self._again.start()
            self._say()

    def _send(self) -> None:
        if self._kept and not self._unsaved:
            self._database.ask(operations.send_waiting, self._sent, self._not_sent, owner=self)

    def _sent(self, result: tuple[int, tuple[str, ...]]) -> None:
        self._kept, refused = result
        for sentence in refused:
            self.refused.emit(sentence)
        if not self._kept:
            self._again.stop()
        self._say()

    def _not_sent(self, sentence: str) -> None:
        self._kept_because = sentence
        self._say()

    def _say(self) -> None:
        """Let the mark say what is true of all ratings given, not of the last one alone."""
        if self._failed:
            self.state_changed.emit(SavedState.FAILED, self._reason)
        elif self._kept:
            self.state_changed.emit(SavedState.KEPT, self._kept_because)
        elif self._no_next:
            self.state_changed.emit(SavedState.FAILED, self._no_next)
        elif self._unsaved:
            waited = not self._slow.isActive()
            self.state_changed.emit(SavedState.WAITING if waited else SavedState.SAVING, "")
        else:
            self._slow.stop()
            self.state_changed.emit(SavedState.SAVED, "")
