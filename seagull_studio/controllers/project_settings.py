"""What a lead sets of a project: asked in one dialog, changed as far as it was changed there."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial

from PySide6.QtCore import QObject, Signal

from seagull_studio.controllers.long_work import run_on_project
from seagull_studio.controllers.person import Person
from seagull_studio.operations import settings as operations
from seagull_studio.services.session import Session
from seagull_studio.state.project_questions import AskProjectSettings
from seagull_studio.state.project_settings import InstructionsView, ProjectSettingsView, SettingsAnswer


class ProjectSettingsController(QObject):
    """Opens the dialog of the settings and stores what comes of it."""

    changed = Signal()
    """Something was stored."""

    def __init__(self, session: Session, who: str, person: Person) -> None:
        super().__init__()
        self._session = session
        self._who = who
        self._person = person

    def open(self) -> None:
        """Ask what is to be changed."""
        self._session.database.ask(operations.facts, self._ask, self._person.refuse, owner=self)

    def _ask(self, facts: operations.ProjectFacts, begun: SettingsAnswer | None = None) -> None:
        page = facts.instructions
        view = ProjectSettingsView(
            asdict(facts.settings),
            operations.BOUNDS,
            facts.seed,
            facts.guarded,
            facts.has_model,
            operations.SHORTEST_PASSPHRASE,
            InstructionsView(page.text, page.pictures),
        )
        answer = self._person.ask(AskProjectSettings(view, begun))
        if answer is None or answer == SettingsAnswer({}):
            return
        self._session.database.ask(
            lambda store: operations.takes_long(store, answer.changes),
            partial(self._prepare, facts, answer),
            partial(self._refused, facts, answer),
            owner=self,
        )

    def _prepare(self, facts: operations.ProjectFacts, answer: SettingsAnswer, takes_long: bool) -> None:
        """Check items are made beside the window's connection, so that no rating waits for them."""
        if not takes_long:
            self._store(facts, answer)
            return
        run_on_project(
            self._person,
            self._session,
            self.tr("Making check items"),
            lambda store, progress, cancelled: operations.prepare(
                store, answer.changes, self._who, progress, cancelled
            ),
            lambda _: self._store(facts, answer),
            owner=self,
            failed=partial(self._refused, facts, answer),
        )

    def _store(self, facts: operations.ProjectFacts, answer: SettingsAnswer) -> None:
        page = answer.instructions
        given = None if page is None else (page.text, page.pictures)
        self._session.database.ask(
            lambda store: operations.apply(store, answer.changes, given, answer.passphrase, self._who),
            lambda _: self.changed.emit(),
            partial(self._refused, facts, answer),
            owner=self,
        )

    def _refused(self, facts: operations.ProjectFacts, answer: SettingsAnswer, sentence: str) -> None:
        """What was typed is not lost: the dialog comes again with it."""
        self._person.refuse(sentence)
        self._ask(facts, answer)
