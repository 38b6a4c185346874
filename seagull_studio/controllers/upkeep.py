"""What is looked after in the background once somebody works on a project."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from seagull_studio.controllers.rating_saver import RatingSaver
from seagull_studio.operations import journals
from seagull_studio.services.session import Session


def begin_upkeep(
    session: Session, saving: RatingSaver, tell: Callable[[str], None], *, owner: QObject
) -> None:
    """Look through the journals, go on sending what waits, and make today's backup if there is none.

    Parameters
    ----------
    tell : callable
        Gets one sentence at a time about what was found in the journals.
    """

    def found(said: tuple[str, ...] | list[str]) -> None:
        for sentence in said:
            tell(sentence)

    session.database.ask(journals.at_opening, found, tell, owner=owner)
    saving.resume()
    session.backups.make_if_due()  # on a thread of its own, with the project in sight
