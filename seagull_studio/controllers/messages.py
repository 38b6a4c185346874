"""Messages of leads, shown to whoever sits at the window, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from annotation_db.database.changes import Kind
from annotation_db.records import MessageRecord
from seagull_studio.controllers.person import Person
from seagull_studio.controllers.times import shown_time
from seagull_studio.operations import messages as operations
from seagull_studio.services.owners import is_there
from seagull_studio.services.session import Session
from seagull_studio.state.project_questions import ShowMessage


class MessagesController(QObject):
    """Looks for messages when somebody has sat down, and when others have written some."""

    def __init__(self, session: Session, person: Person) -> None:
        super().__init__()
        self._session = session
        self._person = person
        self._put_off: set[int] = set()
        self._showing = False
        session.changes.changed.connect(self._changed)

    def look(self) -> None:
        """Show what whoever sits here has not read yet; what they put off waits for their next start."""
        if self._session.read_only:
            return  # nobody could say that they have read it
        self._session.database.ask(operations.unread, self._show, self._person.refuse, owner=self)

    def _changed(self, kinds: frozenset[Kind], _by: QObject | None) -> None:
        if "messages" in kinds:
            self.look()

    def _show(self, unread: Sequence[MessageRecord]) -> None:
        if self._showing:
            return  # looked for again once that one is closed
        new = [one for one in unread if one.id not in self._put_off]
        for one in new:
            self._showing = True
            read = self._person.ask(ShowMessage(one.by, shown_time(one.at), one.text))
            if not is_there(self):
                return  # somebody else sits here now, or the project was left
            self._showing = False
            self._put_off.add(one.id)
            if read:
                self._acknowledge(one.id)
        if new:
            self.look()

    def _acknowledge(self, message_id: int) -> None:
        self._session.database.ask(
            lambda store: operations.acknowledge(store, message_id), None, self._person.refuse, owner=self
        )
