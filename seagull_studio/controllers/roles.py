"""Whether somebody is to lead, or to be an annotator again: asked alike wherever a role can be chosen."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from annotation_db.records import Role
from seagull_studio.controllers.person import Person
from seagull_studio.state.questions import Confirm


def may_set_role(person: Person, name: str, role: Role, roles: Mapping[str, str]) -> bool:
    """Ask before a role is given; it says what follows.

    Parameters
    ----------
    name : str
        Whose role it is to be.
    roles : mapping
        By name, the roles of everybody in the project.
    """
    translate = QCoreApplication.translate
    if role == "lead":
        title = translate("Roles", "Make {name} a lead?")
        said = translate(
            "Roles",
            "{name} may then do everything here: import, hand out, decide about annotators, compute labels, "
            "export and change the settings.",
        )
        if "lead" not in roles.values():
            said += " " + translate(
                "Roles", "Nobody leads this project yet; all others only rate and mark from then on."
            )
        action = translate("Roles", "Make lead")
    else:
        title = translate("Roles", "Make {name} an annotator?")
        said = translate("Roles", "{name} then rates, and marks if the project lets annotators mark.")
        action = translate("Roles", "Make annotator")
    asked = Confirm(title.format(name=name), said.format(name=name), action, danger=False)
    return person.ask(asked) is not None
