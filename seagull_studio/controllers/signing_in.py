"""Who sits here: asked, told apart from people of nearly the same name, and signed in."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from annotation_db.records import AnnotatorRecord
from seagull_studio.controllers.person import Person
from seagull_studio.controllers.who_is_meant import ask_who
from seagull_studio.operations import project as operations
from seagull_studio.operations import rating
from seagull_studio.services.owners import is_there
from seagull_studio.services.session import Session
from seagull_studio.services.settings import Settings
from seagull_studio.state.project_questions import AskAnnotator
from seagull_studio.state.project_view import AnnotatorRow


class SignInController(QObject):
    """Signs one person after another into one project; put away with it (`owners.leave`)."""

    signed_in = Signal(object)
    """`AnnotatorRecord` of whoever rates from now on."""
    nobody = Signal()
    """The person did not say who they are, or was refused; whoever rated until now goes on."""

    def __init__(self, session: Session, settings: Settings, person: Person) -> None:
        super().__init__()
        self._session = session
        self._settings = settings
        self._person = person

    def begin(self, annotator: str, people: tuple[AnnotatorRecord, ...]) -> None:
        """Sign in whoever was named, else whoever rated here last, else whoever says so now."""
        name, role = annotator or self._settings.annotator_of(self._session.project.uid), "annotator"
        if not name:
            name, role = self._ask(people, "")
        if not is_there(self):
            return  # the project was left while the question was open
        if name:
            self.sign_in_as(name, role)
        else:
            self.nobody.emit()

    def change(self) -> None:
        """Ask who rates from now on."""
        self._session.database.ask(operations.opening, self._choose, self._person.refuse, owner=self)

    def sign_in_as(self, name: str, role: str) -> None:
        """Sign in; where the name is nearly somebody's, ask first whether it is them."""
        ask_who(
            self._session.database,
            self._person,
            name,
            partial(self.sign_in, role=role),
            owner=self,
            refused=self._refuse,
            given_up=self.nobody.emit,
        )

    def sign_in(self, name: str, distinct: bool, role: str) -> None:
        """Sign in under exactly this name.

        Parameters
        ----------
        distinct : bool
            It is another person's than those of nearly the same name.
        role : str
            Of a new annotator, ``"annotator"`` or ``"lead"``.
        """
        self._session.database.ask(
            lambda store: rating.sign_in(store, name, role, distinct=distinct),
            self.signed_in.emit,
            self._refuse,
            owner=self,
        )

    def _choose(self, opening: operations.Opening) -> None:
        current = self._settings.annotator_of(opening.project.uid)
        name, role = self._ask(opening.annotators, current)
        if name and name != current and is_there(self):
            self.sign_in_as(name, role)

    def _ask(self, people: tuple[AnnotatorRecord, ...], current: str) -> tuple[str, str]:
        """Name and role of whoever sits here; the name is "" if the person gave none."""
        rows = tuple(
            AnnotatorRow(one.name, one.role, 0, 0, one.simulated, one.excluded)
            for one in people
            if not one.simulated
        )
        choice = self._person.ask(AskAnnotator(rows, current))
        return (choice.name, choice.role) if choice else ("", "")

    def _refuse(self, sentence: str) -> None:
        self.nobody.emit()
        self._person.refuse(sentence)
