"""Somebody who uses controllers without a window: their answers, and a project that is open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pytestqt.qtbot import QtBot

from seagull_studio.operations import project as operations
from seagull_studio.services.database import DatabaseService
from seagull_studio.services.long_task import LongTask
from seagull_studio.services.session import Session
from seagull_studio.state.questions import Question, Result

T = TypeVar("T")


class Written:
    """A `Person` whose answers were written down beforehand, in the order in which they are given.

    An answer may be a callable of the question. To a question that was not foreseen there is no answer.
    """

    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.asked: list[Question[Any]] = []
        self.refused: list[str] = []
        self.shown: list[Result] = []
        self.watched: list[str] = []
        self.opened: list[Path] = []

    def will_say(self, *answers: Any) -> None:
        self.answers += answers

    def ask(self, question: Question[T]) -> T | None:
        self.asked.append(question)
        answer = self.answers.pop(0) if self.answers else None
        found: T | None = answer(question) if callable(answer) else answer
        return found

    def refuse(self, sentence: str) -> None:
        self.refused.append(sentence)

    def show(self, result: Result) -> None:
        self.shown.append(result)

    def watch(self, title: str, task: LongTask) -> None:
        self.watched.append(title)

    def open(self, place: Path) -> None:
        self.opened.append(place)


class Sitting:
    """A project that is open, and the person in front of it."""

    def __init__(self, project: Path, qtbot: QtBot) -> None:
        self.person = Written()
        self.qtbot = qtbot
        database = DatabaseService(project)
        openings: list[operations.Opening] = []
        database.ask(operations.opening, openings.append, owner=None)
        qtbot.waitUntil(lambda: bool(openings))
        self.opening = openings[0]
        self.session = Session(openings[0], database)

    def settle(self) -> None:
        """Wait until the database has answered and long work, and that of the pool, is over."""
        self.qtbot.waitUntil(
            lambda: (
                self.session.database.pending == 0
                and not self.session.tasks.findChildren(LongTask)
                and not self.session.workers.is_working
            ),
            timeout=30_000,
        )

    def until(self, happened: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(happened, timeout=30_000)

    def close(self) -> None:
        """As the window does it: controllers go with the session, not when Python finds a circle."""
        self.session.close()
        self.session.deleteLater()


def heard(signal: Any) -> list[Any]:
    """What a signal says from now on, one entry for each time; several arguments are a tuple."""
    told: list[Any] = []
    signal.connect(lambda *said: told.append(said[0] if len(said) == 1 else said))
    return told
