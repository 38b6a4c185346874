"""Who is meant by a name that was typed: nearly the same name may be the same person's."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from annotation_db.records import AnnotatorRecord
from seagull_studio.controllers.person import Person
from seagull_studio.operations import people as operations
from seagull_studio.services.database import DatabaseService
from seagull_studio.state.project_questions import AskSamePerson


def ask_who(
    database: DatabaseService,
    person: Person,
    typed: str,
    go: Callable[[str, bool], None],
    *,
    owner: QObject,
    refused: Callable[[str], None],
    given_up: Callable[[], None] = lambda: None,
) -> None:
    """Ask whether somebody is meant whose name is nearly the one that was typed.

    Parameters
    ----------
    go : callable
        Called with the name that is meant, and whether it is that of another person although it is nearly
        somebody's; `given_up` is called in its place if the person chose neither.
    owner : QObject
        Whom the answer is for.
    """

    def answered(near: tuple[AnnotatorRecord, ...]) -> None:
        if not near:
            go(typed, False)
            return
        name = person.ask(AskSamePerson(typed, tuple(one.name for one in near)))
        if name is None:
            given_up()
        else:
            go(name or typed, not name)

    database.ask(lambda store: operations.like(store, typed), answered, refused, owner=owner)
