"""Messages to the annotator whose page is open: written, and what became of earlier ones."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Signal

from annotation_db.rating.messages import LONGEST
from annotation_db.records import AnnotatorRecord, MessageRecord
from seagull_studio.controllers.person import Person
from seagull_studio.controllers.times import shown_time
from seagull_studio.operations import messages as operations
from seagull_studio.services.session import Session
from seagull_studio.state.project_questions import AskMessage

_SHOWN: Final = 5
"""Of one annotator, the newest."""
_LONGEST_SHOWN: Final = 120


class ReviewMessagesController(QObject):
    """Says what one annotator was told, and tells them more."""

    listed = Signal(object)
    """Tuple of str, newest first."""

    def __init__(self, session: Session, who: str, person: Person) -> None:
        super().__init__()
        self._session = session
        self._who = who
        self._person = person
        self._about: AnnotatorRecord | None = None
        self._messages: tuple[MessageRecord, ...] = ()

    def refresh(self) -> None:
        """Read them again."""
        self._session.database.ask(operations.listing, self._have, self._person.refuse, owner=self)

    def show(self, about: AnnotatorRecord | None) -> None:
        """Say what this annotator was told."""
        self._about = about
        self._say()

    def write(self) -> None:
        """Ask what they are to be told, and leave it for them."""
        if (about := self._about) is None:
            return
        text = self._person.ask(AskMessage(about.name, LONGEST))
        if text:
            self._session.database.ask(
                lambda store: operations.write(store, about.name, text, self._who),
                lambda _: self.refresh(),
                self._person.refuse,
                owner=self,
            )

    def _have(self, messages: tuple[MessageRecord, ...]) -> None:
        self._messages = messages
        self._say()

    def _say(self) -> None:
        about = self._about
        theirs = [] if about is None else [one for one in self._messages if one.annotator_id == about.id]
        self.listed.emit(tuple(self._told(one) for one in theirs[: -_SHOWN - 1 : -1]))

    def _told(self, one: MessageRecord) -> str:
        text = " ".join(one.text.split())
        if len(text) > _LONGEST_SHOWN:
            text = text[:_LONGEST_SHOWN] + "…"
        if one.read_at is None:
            said = self.tr("Message of {by}, {at}, not read yet: {text}")
            return said.format(by=one.by, at=shown_time(one.at), text=text)
        said = self.tr("Message of {by}, {at}, read {read}: {text}")
        return said.format(by=one.by, at=shown_time(one.at), read=shown_time(one.read_at), text=text)
