"""A blind second look: a lead rates a disputed ROI first, and sees the votes afterwards.

What they give is a rating like any other: it fills a free place or is an extra, and counts. It was given
before the votes were seen; of a ROI whose votes this window has shown them already, no blind look is offered.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal

from annotation_db.vocabulary.scales import Votes
from seagull_studio.controllers.person import Person
from seagull_studio.controllers.rating_saver import RatingSaver
from seagull_studio.operations.rating import SubmissionResult
from seagull_studio.operations.review_actions import Case
from seagull_studio.operations.submission import Submission
from seagull_studio.services.session import Session
from seagull_studio.state.stopwatch import Stopwatch


class SecondLookController(QObject):
    """Says of which ROI the votes are still hidden, and takes the rating."""

    given = Signal(int)
    """Id of the ROI that was rated: its votes may be seen."""
    failed = Signal(object)
    """The eight levels of a rating that could not be stored, to be tried again."""

    def __init__(
        self,
        session: Session,
        person: Person,
        saving: RatingSaver,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._session = session
        self._person = person
        self._saving = saving
        self._watch = Stopwatch(clock)
        self._on = False
        self._looked_at: int | None = None
        self._handed: dict[str, Case] = {}
        """By uid, ratings that are handed over and not stored yet."""
        self._failed: set[str] = set()
        """Those of them that could not be stored so far."""
        self._case: Case | None = None
        self._open: int | None = None
        self._shown_at: datetime | None = None
        saving.stored.connect(self._stored)
        saving.not_stored.connect(self._not_stored)

    @property
    def is_on(self) -> bool:
        """Whether it is wanted."""
        return self._on

    def set_on(self, on: bool) -> None:
        """Whether ROIs are to be rated before their votes are seen."""
        self._on = on

    def hides(self, case: Case) -> bool:
        """Whether the votes of this ROI, which is looked at from now on, are not to be shown yet."""
        self._looked_at = case.roi.id
        actor = self._session.acting
        who = None if actor is None else actor.annotator_id
        rated = who is None or any(one.annotator_id == who for one in case.ratings)
        if not self._on or rated or case.roi.withdrawn or self._session.has_seen(case.roi.id):
            self._case, self._open = None, case.roi.id
            self._note_seen()
            return False
        self._open = None
        if any(one.roi.id == case.roi.id for uid, one in self._handed.items() if uid not in self._failed):
            self._case = None  # it is rated; its votes come with the answer
            return True
        if self._case is None or self._case.roi.id != case.roi.id:
            self._watch.restart()
            self._shown_at = None
        self._case = case
        return True

    def picture_shown(self, image_id: int) -> None:
        """The picture is on the screen: the time of this rating begins."""
        if self._case is not None and self._case.image.id == image_id and self._shown_at is None:
            self._shown_at = datetime.now(UTC)
            self._watch.restart()

    def attend(self, attending: bool) -> None:
        """Whether somebody looks at the page; only that time counts."""
        self._watch.run(attending)
        self._note_seen()

    def submit(self, levels: tuple[int, ...]) -> None:
        """Store the rating of the ROI that is looked at, once."""
        case, actor = self._case, self._session.acting
        if case is None or actor is None or actor.annotator_id is None:
            return
        submission = Submission(
            case.roi.id,
            actor.annotator_id,
            Votes(*levels).checked(),
            self._shown_at or datetime.now(UTC),
            round(self._watch.seconds * 1000),
            roi_uid=case.roi.uid,
            annotator_uid=next((uid for name, uid in case.uids.items() if name == actor.name), ""),
            annotator=actor.name,
        )
        self._case = None
        for uid in [uid for uid, one in self._handed.items() if one.roi.id == case.roi.id]:
            del self._handed[uid]  # it had failed, and this one comes in its place
            self._failed.discard(uid)
        self._handed[submission.uid] = case
        self._saving.give(submission)

    def _note_seen(self) -> None:
        """Votes on a page that nobody looks at are seen by nobody."""
        if self._open is not None and self._watch.running:
            self._session.note_seen((self._open,))

    def _stored(self, submission: Submission, result: SubmissionResult) -> None:
        if self._handed.pop(submission.uid, None) is None:
            return
        self._failed.discard(submission.uid)
        self._session.note_seen((submission.roi_id,))
        if result.waits:
            self._person.refuse(result.reason)  # it is on this computer's disk and is sent later
        self.given.emit(submission.roi_id)

    def _not_stored(self, submission: Submission, sentence: str) -> None:
        case = self._handed.get(submission.uid)
        if case is None:
            return
        self._failed.add(submission.uid)
        self._person.refuse(sentence)
        if self._looked_at == submission.roi_id:
            self._case = case
            self.failed.emit(tuple(submission.votes))
