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
    """Signs one person after another into one project; put away with it (`owners.leave`).

    Parameters
    ----------
    may_change : callable
        Asked before somebody else sits down: whether nothing of whoever sits there is lost by it, or they
        want it so.
    """

    signed_in = Signal(object)
    """`Place` of whoever sits there from now on; also when their role has changed."""
    place_changed = Signal(object)
    """`Place` of whoever sits there, with settings or instructions that are others than before."""
    nobody = Signal()
    """The person did not say who they are, or was refused; whoever rated until now goes on."""
    talking_changed = Signal(bool)
    """Whether it is being asked who sits there: until that is settled nobody is to do anything."""
    left = Signal()
    """After a pause nobody said who sits there: the project is to be left."""

    def __init__(
        self,
        session: Session,
        settings: Settings,
        person: Person,
        may_change: Callable[[], bool] = lambda: True,
    ) -> None:
        super().__init__()
        self._session = session
        self._settings = settings
        self._person = person
        self._may_change = may_change
        self._place: Place | None = None
        self._shown: tuple[int, bool] | None = None
        """Whom `signed_in` told of last, and whether as a lead."""
        self._is_talking = False
        self._paused = False
        """It is asked after a pause: whoever sat there goes on only if they say so."""
        session.changes.changed.connect(self._changed)

    @property
    def place(self) -> Place | None:
        """Whoever sits there now."""
        return self._place

    @property
    def _talking(self) -> bool:
        """It is being asked who sits there."""
        return self._is_talking

    @_talking.setter
    def _talking(self, talking: bool) -> None:
        if talking != self._is_talking:
            self._is_talking = talking
            self.talking_changed.emit(talking)

    def begin(self, annotator: str, opening: operations.Opening) -> None:
        """Sign in whoever was named, else whoever rated here last, else whoever says so now."""
        self._talking = True
        name, role = annotator or self._settings.annotator_of(self._session.project.uid), "annotator"
        if not name:
            name, role = self._ask(opening, "")
        if not is_there(self):
            return  # the project was left while the question was open
        if name:
            self.sign_in_as(name, role)
        else:
            self._nobody()

    def change(self) -> None:
        """Ask who rates from now on."""
        if not self._talking:
            self._talking = True
            self._ask_anew()

    def sign_in_as(self, name: str, role: str) -> None:
        """Sign in; where the name is nearly somebody's, ask first whether it is them."""
        self._talking = True
        ask_who(
            self._session.database,
            self._person,
            name,
            partial(self.sign_in, role=role),
            owner=self,
            refused=self._refuse,
            given_up=self._give_up,
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
        self._talking = True
        self._session.database.ask(
            lambda store: rating.is_known(store, name),
            partial(self._enter, name, distinct, role),
            self._refuse,
            owner=self,
        )

    def _enter(self, name: str, distinct: bool, role: str, known: bool) -> None:
        """A new name is added only once nothing keeps whoever has it from sitting down."""
        asked = not known and self._place is not None
        if asked and not self._is_free():
            return

        def work(store: Store) -> tuple[AnnotatorRecord, bool]:
            person = rating.sign_in(store, name, role, distinct=distinct)
            return person, acting.is_guarded(store, person)

        self._session.database.ask(work, partial(self._known, asked), self._refuse, owner=self)

    def _is_free(self) -> bool:
        """Whether whoever sits there makes room; where not, all of it has ended."""
        may = self._may_change()
        if not is_there(self):
            return False
        if not may:
            self._give_up()
        return may

    def ask_who_sits(self, minutes: int) -> None:
        """After a pause: the same person goes on where they were, somebody else signs in.

        A lead with a passphrase gives it again; nobody goes on as the lead without, whatever else they say.
        """
        if self._place is None or self._talking:
            return
        self._talking = self._paused = True
        same = self._person.ask(AskStillThere(self._place.annotator.name, minutes))
        if not is_there(self):
            return
        place = self._place  # as it is by now
        if not same:
            self._ask_anew()
        elif place.leads and place.standing.guarded:
            self._ask_passphrase(place.annotator, "", self._ask_anew)
        else:
            self._end()

    def ask_after_pause(self) -> None:
        """The project could not be left after a pause: ask once more who sits there."""
        if self._place is not None and not self._talking:
            self._talking = self._paused = True
            self._ask_anew()

    def _ask_anew(self) -> None:
        self._session.database.ask(operations.opening, self._choose, self._not_asked, owner=self)

    def _known(self, asked: bool, found: tuple[AnnotatorRecord, bool]) -> None:
        """`asked`: whoever sits there makes room."""
        person, guarded = found
        if guarded:
            self._ask_passphrase(person, "", self._no_passphrase)
        elif asked:
            self._take_seat(person, "")
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
            self._ask_anew()
        else:
            self._give_up()

    def _sit_down(self, person: AnnotatorRecord, proof: str) -> None:
        same = self._place is None or self._place.annotator.id == person.id
        if same or self._is_free():
            self._take_seat(person, proof)

    def _take_seat(self, person: AnnotatorRecord, proof: str) -> None:
        self._session.database.ask(
            lambda store: acting.sit_down(store, person, proof), self._sat, self._refuse, owner=self
        )

    def _sat(self, place: Place) -> None:
        self._end()
        before = self._place
        self._take(place)
        self._tell(place, before)

    def _changed(self, kinds: frozenset[Kind], _by: QObject | None) -> None:
        """Somebody else's role or the project's settings may be others: what is theirs is shown anew."""
        if self._place is not None and kinds & {"annotators", "project"}:
            self._session.database.ask(acting.place, self._look_again, self._person.refuse, owner=self)

    def _look_again(self, place: Place | None) -> None:
        before = self._place
        if place is None or before is None or place == before:
            return
        if place.actor.annotator_id != before.actor.annotator_id:
            return  # somebody else is sitting down
        self._take(place)
        asks = not self._talking and self._shown is not None and self._shown[1]
        if asks and place.standing.locked:  # another lead has set a passphrase
            self._talking = True
            self._ask_passphrase(place.annotator, "", self._nobody)  # who does not know it is an annotator
        else:
            self._tell(place, before)

    def _take(self, place: Place) -> None:
        self._place, self._session.acting = place, place.actor

    def _tell(self, place: Place, before: Place | None = None) -> None:
        """Say who sits there, unless the window shows just that."""
        rights = place.annotator.id, place.leads
        if self._shown != rights:
            self._shown = rights
            self.signed_in.emit(place)
        elif before is not None:
            self.place_changed.emit(place)

    def _choose(self, opening: operations.Opening) -> None:
        current = self._settings.annotator_of(opening.project.uid)
        name, role = self._ask(opening, current)
        if not is_there(self):
            return
        if name and (name != current or self._paused or self._place is None):
            self.sign_in_as(name, role)
        elif self._paused:
            self._leave()
        else:
            self._nobody()

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

    def _end(self) -> None:
        self._talking = self._paused = False

    def _nobody(self) -> None:
        """Nobody signed in, and there was no pause: whoever is there goes on, with what is theirs by now."""
        self._end()
        if self._place is not None:
            self._tell(self._place)
        self.nobody.emit()

    def _give_up(self) -> None:
        """This one does not sit down; after a pause nobody goes on without being asked again."""
        if self._paused:
            self._ask_anew()
        else:
            self._nobody()

    def _leave(self) -> None:
        self._end()
        self.left.emit()

    def _refuse(self, sentence: str) -> None:
        if self._paused:
            self._person.refuse(sentence)
            if is_there(self):
                self._ask_anew()
            return
        self._nobody()
        self._person.refuse(sentence)

    def _not_asked(self, sentence: str) -> None:
        """Nobody could be asked who sits there."""
        paused = self._paused
        self._person.refuse(sentence)
        if not is_there(self):
            return
        if paused:
            self._leave()
        else:
            self._nobody()
