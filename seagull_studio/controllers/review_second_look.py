"""A blind second look: a lead rates a disputed ROI first, and sees the votes afterwards.

What they give is a rating like any other: it fills a free place or is an extra, and counts. It was given
before the votes were seen; of a ROI whose votes this window has shown already, no blind look is offered.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import QObject, Signal

from annotation_db.vocabulary.scales import Votes
from seagull_studio.controllers.person import Person
from seagull_studio.operations import rating as operations
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
        self, session: Session, person: Person, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self._session = session
        self._person = person
        self._watch = Stopwatch(clock)
        self._on = False
        self._seen: set[int] = set()
        self._case: Case | None = None
        self._open: int | None = None
        self._shown_at: datetime | None = None

    @property
    def is_on(self) -> bool:
        """Whether it is wanted."""
        return self._on

    def set_on(self, on: bool) -> None:
        """Whether ROIs are to be rated before their votes are seen."""
        self._on = on

    def hides(self, case: Case) -> bool:
        """Whether the votes of this ROI, which is looked at from now on, are not to be shown yet."""
        actor = self._session.acting
        who = None if actor is None else actor.annotator_id
        rated = who is None or any(one.annotator_id == who for one in case.ratings)
        if not self._on or rated or case.roi.withdrawn or case.roi.id in self._seen:
            self._case, self._open = None, case.roi.id
            self._note_seen()
            return False
        if self._case is None or self._case.roi.id != case.roi.id:
            self._watch.restart()
            self._shown_at = None
        self._case, self._open = case, None
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
        """Store the rating of the ROI that is looked at."""
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
        self._session.database.ask(
            lambda store: operations.submit_or_keep(store, submission),
            partial(self._given, case.roi.id),
            partial(self._refused, levels),
            owner=self,
        )

    def _note_seen(self) -> None:
        """Votes on a page that nobody looks at are seen by nobody."""
        if self._open is not None and self._watch.running:
            self._seen.add(self._open)

    def _given(self, roi_id: int, result: SubmissionResult) -> None:
        self._seen.add(roi_id)
        if result.rating is None:  # it waits on this computer's disk and is sent later
            self._person.refuse(result.reason)
        for sentence in result.refused:
            self._person.refuse(sentence)
        self.given.emit(roi_id)

    def _refused(self, levels: tuple[int, ...], sentence: str) -> None:
        self._person.refuse(sentence)
        self.failed.emit(levels)
