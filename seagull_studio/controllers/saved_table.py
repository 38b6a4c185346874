"""A table of the window that is saved where a person says, without stopping the window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from seagull_studio.controllers.person import Person
from seagull_studio.services.session import Session
from seagull_studio.state.questions import ChooseNewFile


def save_table(
    session: Session,
    person: Person,
    question: ChooseNewFile,
    write: Callable[[Path], None],
    *,
    owner: QObject,
) -> None:
    """Ask for a file and write a table into it; that it could not be written is told.

    Parameters
    ----------
    session : Session
        In whose threads it is written.
    person : Person
        Who is asked and told.
    question : ChooseNewFile
        Which file.
    write : callable
        Writes it, in another thread; raises `StudioError`.
    owner : QObject
        Whoever asks.
    """
    file = person.ask(question)
    if file is not None:
        session.workers.ask(partial(write, file), None, person.refuse, owner=owner)
