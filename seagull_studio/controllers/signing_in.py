"""Who sits here: asked, told apart from people of nearly the same name, and signed in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from annotation_db.database.changes import Kind
from annotation_db.database.store import Store
from annotation_db.records import AnnotatorRecord
from seagull_studio.controllers.person import Person
from seagull_studio.controllers.who_is_meant import ask_who
from seagull_studio.operations import acting, rating
from seagull_studio.operations import project as operations
from seagull_studio.operations.acting import Place
from seagull_studio.services.owners import is_there
from seagull_studio.services.session import Session
from seagull_studio.services.settings import Settings
from seagull_studio.state.project_questions import AskAnnotator, AskPassphrase, AskStillThere
from seagull_studio.state.project_view import AnnotatorRow


class SignInController(QObject):
    """Signs one person after another into one project; put away with it (`owners.leave`)."""

    signed_in = Signal(object)
    """`Place` of whoever sits there from now on; also when what they may do has changed."""
    place_changed = Signal(object)
    """`Place` of whoever sits there, with settings or instructions that are others than before."""
    nobody = Signal()
    """The person did not say who they are, or was refused; whoever rated until now goes on."""
    left = Signal()
    """After a pause nobody said who sits there: the project is to be left."""

    def __init__(self, session: Session, settings: Settings, person: Person) -> None:
        super().__init__()
        self._session = session
        self._settings = settings
        self._person = person
        self._place: Place | None = None
        self._asking = False
        session.changes.changed.connect(self._changed)

    @property
    def place(self) -> Place | None:
        """Whoever sits there now."""
        return self._place

    def begin(self, annotator: str, opening: operations.Opening) -> None:
        """Sign in whoever was named, else whoever rated here last, else whoever says so now."""
        name, role = annotator or self._settings.annotator_of(self._session.project.uid), "annotator"
        if not name:
            name, role = self._ask(opening, "")
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

        def work(store: Store) -> tuple[AnnotatorRecord, bool]:
            person = rating.sign_in(store, name, role, distinct=distinct)
            return person, acting.is_guarded(store, person)

        self._session.database.ask(work, self._known, self._refuse, owner=self)

    def ask_who_sits(self, minutes: int) -> None:
        """After a pause: the same person goes on where they were, somebody else signs in.

        A lead with a passphrase gives it again; nobody goes on as the lead without.
        """
        place = self._place
        if place is None or self._asking:
            return
        self._asking = True
        same = self._person.ask(AskStillThere(place.annotator.name, minutes))
        if not is_there(self):
            return
        self._asking = False
        if not same:
            self._change_after_pause()
        elif place.leads and place.standing.guarded:
            self._ask_passphrase(place.annotator, "", self._change_after_pause)

    def _change_after_pause(self) -> None:
        self._session.database.ask(
            operations.opening, partial(self._choose, after_pause=True), self._person.refuse, owner=self
        )

    def _known(self, found: tuple[AnnotatorRecord, bool]) -> None:
        person, guarded = found
        if guarded:
            self._ask_passphrase(person, "", self._no_passphrase)
        else:
            self._sit_down(person, "")

    def _ask_passphrase(self, person: AnnotatorRecord, sentence: str, given_up: Callable[[], None]) -> None:
        """Ask for the lead's passphrase until it is right, or the person gives up."""
        given = self._person.ask(AskPassphrase(person.name, sentence))
        if not is_there(self):
            return
        if given is None:
            given_up()
            return
        self._session.database.ask(
            lambda store: acting.prove(store, given),
            partial(self._sit_down, person),
            lambda said: self._ask_passphrase(person, said, given_up),
            owner=self,
        )

    def _no_passphrase(self) -> None:
        """Whoever sits at a project that was just opened is asked for; else who was there goes on."""
        if self._place is None:
            self.change()
        else:
            self.nobody.emit()

    def _sit_down(self, person: AnnotatorRecord, proof: str) -> None:
        self._session.database.ask(
            lambda store: acting.sit_down(store, person, proof), self._sat, self._refuse, owner=self
        )

    def _sat(self, place: Place) -> None:
        before, self._place = self._place, place
        self._session.acting = place.actor
        if before is None or _rights(before) != _rights(place):
            self.signed_in.emit(place)

    def _changed(self, kinds: frozenset[Kind], _by: QObject | None) -> None:
        """Somebody else's role or the project's settings may be others: what is theirs is shown anew."""
        if self._place is not None and kinds & {"annotators", "project"}:
            self._session.database.ask(acting.place, self._look_again, self._person.refuse, owner=self)

    def _look_again(self, place: Place | None) -> None:
        before = self._place
        if place is None or before is None or place.annotator.id != before.annotator.id:
            return
        self._place, self._session.acting = place, place.actor
        if before.leads and place.standing.locked:  # another lead has set a passphrase
            self._ask_passphrase(place.annotator, "", partial(self.signed_in.emit, place))
        elif _rights(before) != _rights(place):
            self.signed_in.emit(place)
        elif before != place:
            self.place_changed.emit(place)

    def _choose(self, opening: operations.Opening, *, after_pause: bool = False) -> None:
        current = self._settings.annotator_of(opening.project.uid)
        name, role = self._ask(opening, current)
        if not is_there(self):
            return
        if name and (name != current or after_pause or self._place is None):
            self.sign_in_as(name, role)
        elif after_pause:
            self.left.emit()
        elif self._place is None:
            self.nobody.emit()

    def _ask(self, opening: operations.Opening, current: str) -> tuple[str, str]:
        """Name and role of whoever sits here; the name is "" if the person gave none."""
        rows = tuple(
            AnnotatorRow(one.name, one.role, 0, 0, one.simulated, one.excluded)
            for one in opening.annotators
            if not one.simulated
        )
        # The first one at a new project is whoever made it; nobody makes themselves a lead beside another.
        choice = self._person.ask(
            AskAnnotator(rows, current, "annotator" if opening.led else "" if rows else "lead")
        )
        return (choice.name, choice.role) if choice else ("", "")

    def _refuse(self, sentence: str) -> None:
        self.nobody.emit()
        self._person.refuse(sentence)


def _rights(place: Place) -> tuple[int, bool, bool, bool]:
    """Who sits there, and what a window shows them."""
    return place.annotator.id, place.leads, place.marks, place.settings.feedback
