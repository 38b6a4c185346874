"""Whether a project can be left without losing what was rated."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication

from seagull_studio.controllers.marking import MarkingController
from seagull_studio.controllers.person import Person
from seagull_studio.controllers.rating_saver import RatingSaver
from seagull_studio.state.questions import Confirm

_NAMED: Final = 3


def may_leave(saving: RatingSaver, person: Person) -> bool:
    """Whether all that was rated is saved, or the person wants to go on without it.

    Nothing may be on its way to the database any more: it may still fail, and nobody could be told.
    """
    if saving.failed:
        said = QCoreApplication.translate(
            "Leaving", "Ratings that could not be saved and will be lost: {count}."
        )
        title = QCoreApplication.translate("Leaving", "Ratings not saved")
        action = QCoreApplication.translate("Leaving", "Leave without them")
        return person.ask(Confirm(title, said.format(count=saving.failed), action)) is not None
    if saving.kept:
        said = QCoreApplication.translate(
            "Leaving",
            "Ratings kept on this computer, not in the database yet: {count}. They are sent when "
            "this project is opened here again and its database can be reached.",
        )
        title = QCoreApplication.translate("Leaving", "Ratings not in the database yet")
        action = QCoreApplication.translate("Leaving", "Leave")
        return person.ask(Confirm(title, said.format(count=saving.kept), action, danger=False)) is not None
    return True


def may_leave_masks(marking: MarkingController, person: Person) -> bool:
    """Whether no region was begun that is not accepted, or the person leaves them for another time."""
    begun = marking.unfinished
    if not begun:
        return True
    title = QCoreApplication.translate("Leaving", "Regions not accepted")
    said = QCoreApplication.translate(
        "Leaving",
        "Regions were begun and not accepted on {pictures}. They are kept on this computer, and are there "
        "again when you next mark here.",
    )
    named = ", ".join(image.path for image in begun[:_NAMED]) + (" …" if len(begun) > _NAMED else "")
    action = QCoreApplication.translate("Leaving", "Leave")
    return person.ask(Confirm(title, said.format(pictures=named), action, danger=False)) is not None
