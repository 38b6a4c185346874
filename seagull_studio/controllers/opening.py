"""Opening a project: a password is asked for, and what is not wanted any more is let go."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from annotation_db.database.server_access import with_password
from annotation_db.errors import PasswordWanted
from seagull_studio.controllers.person import Person
from seagull_studio.operations import project as operations
from seagull_studio.services.database import DatabaseService
from seagull_studio.state.questions import AskPassword


class OpeningController(QObject):
    """Opens one project at a time, on a thread that is the project's from then on."""

    opened = Signal(object, object, str)
    """`Opening`, the `DatabaseService` it came from, and who is to rate ("" for whoever did last)."""
    again_wanted = Signal(str, str)
    """Location with a password, and who is to rate: the person gave one, so it is to be opened once more."""

    def __init__(self, person: Person) -> None:
        super().__init__()
        self._person = person
        self._opening: DatabaseService | None = None
        self._left: list[DatabaseService] = []
        """Projects that were given up while they were opened; their threads end by themselves."""

    @property
    def is_opening(self) -> bool:
        """Whether an answer is still awaited."""
        return self._opening is not None

    @property
    def is_working(self) -> bool:
        """Whether a thread of what was given up is still there."""
        return any(database.is_working for database in self._left)

    def open(self, location: str, annotator: str) -> None:
        """Begin to open a project folder or database URL; what was being opened is given up."""
        self.give_up()
        self._opening = DatabaseService(location)
        self._opening.ask(
            operations.opening,
            partial(self._opened, annotator),
            partial(self._not_opened, location, annotator),
            owner=self,
        )

    def give_up(self) -> None:
        """Want no answer of the project that is being opened; nobody waits for its thread."""
        if self._opening is not None:
            self._left = [database for database in self._left if database.is_working]
            self._left.append(self._opening)
            self._opening.leave()
            self._opening = None

    def close(self) -> None:
        """Join the threads of what was given up."""
        for database in self._left:
            database.close()

    def _opened(self, annotator: str, opening: operations.Opening) -> None:
        if self._opening is not None:
            database, self._opening = self._opening, None
            self.opened.emit(opening, database, annotator)

    def _not_opened(self, location: str, annotator: str, sentence: str) -> None:
        refusal = self._opening.refusal if self._opening is not None else None
        self.give_up()
        if not isinstance(refusal, PasswordWanted):
            self._person.refuse(sentence)
        elif password := self._person.ask(AskPassword(sentence)):
            self.again_wanted.emit(with_password(location, password), annotator)
