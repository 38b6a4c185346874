"""What a lead sets of a project: its settings, the lab's instructions, who leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from annotation_db import project
from annotation_db import settings as rules
from annotation_db.database.store import Store
from annotation_db.database.transactions import transact, transact_read
from annotation_db.errors import Refused
from annotation_db.pictures import instructions
from annotation_db.pictures.instructions import Instructions
from annotation_db.predictions import prefill
from annotation_db.rating import annotators, lead_passphrase, permissions
from annotation_db.rating.permissions import Action
from annotation_db.records import AnnotatorRecord, Role
from annotation_db.settings import BOUNDS, ProjectSettings
from seagull_studio.operations import qualify
from seagull_studio.operations.acting import allow, set_passphrase

SHORTEST_PASSPHRASE: Final = lead_passphrase.SHORTEST
__all__ = [
    "BOUNDS",
    "SHORTEST_PASSPHRASE",
    "Action",
    "Instructions",
    "ProjectFacts",
    "apply",
    "change",
    "facts",
    "has_passphrase",
    "parsed",
    "read_page",
    "set_instructions",
    "set_role",
]


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """Settings with what stands beside them and cannot be set."""

    settings: ProjectSettings
    seed: int
    guarded: bool
    """Whether the lead's passphrase is set."""
    has_model: bool
    """Whether a model was chosen whose predictions could be shown."""
    instructions: Instructions

    def as_json(self) -> dict[str, Any]:
        """What ``settings --json`` prints."""
        return {
            **asdict(self.settings),
            "seed": self.seed,
            "passphrase": self.guarded,
            "instructions": len(self.instructions.text),
        }


def facts(store: Store) -> ProjectFacts:
    """The settings of a project, and what stands beside them."""
    return transact_read(
        store,
        lambda session: ProjectFacts(
            project.settings(session),
            project.get(session).seed,
            permissions.standing(session).guarded,
            prefill.policy(session).predictor is not None,
            instructions.get(session),
        ),
    )


def change(store: Store, changes: Mapping[str, Any], who: str) -> ProjectSettings:
    """Change settings, by the names of `annotation_db.settings.ProjectSettings`; all of them or none.

    Where a test or gold items are wanted and there are none, a set of them is made first.

    Raises
    ------
    Refused
        As `annotation_db.project.update`.
    """
    allow(store, Action.SETTINGS)
    transact_read(store, lambda session: project.settings(session).changed(changes))
    qualify.make_missing(store, who, changes)
    transact(store, lambda session: project.update(session, who, **changes), who=who, repeatable=True)
    return transact_read(store, project.settings)


def parsed(given: str) -> tuple[str, Any]:
    """A setting as it is typed, ``name=value``.

    Raises
    ------
    Refused
        If it is none.
    """
    name, equals, value = given.partition("=")
    if not equals:
        raise Refused(f"{given!r} is not NAME=VALUE; the names are {', '.join(rules.NAMES)}.")
    return name.strip(), rules.parsed(name.strip(), value)


def set_instructions(store: Store, new: Instructions, who: str) -> bool:
    """Store another page of instructions; whether it was another one.

    Raises
    ------
    Refused
        As `annotation_db.pictures.instructions.store`.
    """
    allow(store, Action.SETTINGS)
    return transact(store, lambda session: instructions.store(session, new, who), who=who, repeatable=True)


def apply(
    store: Store,
    changes: Mapping[str, Any],
    page: tuple[str, Mapping[str, bytes | Path]] | None,
    passphrase: str | None,
    who: str,
) -> None:
    """Do what came of the dialog of the settings; pictures are read before anything is changed.

    Parameters
    ----------
    changes : mapping
        As for `change`.
    page : (str, mapping), optional
        Another page of instructions, and its pictures: PNG files as they are stored, or files to be read.
    passphrase : str, optional
        A new one of the lead role, "" for none from now on.
    who : str
        For the audit trail.

    Raises
    ------
    Refused, PictureError
        As `change`, `set_instructions` and `acting.set_passphrase`.
    """
    new: Instructions | None = None
    if page is not None:
        text, pictures = page
        named = instructions.named_pictures(text)
        read = {
            name: data if isinstance(data, bytes) else instructions.read_picture(data)
            for name, data in pictures.items()
            if name in named
        }
        new = Instructions(text, read)
    if changes:
        change(store, changes, who)
    if new is not None:
        set_instructions(store, new, who)
    if passphrase is not None:
        set_passphrase(store, passphrase, who)


def read_page(file: Path) -> Instructions:
    """A Markdown file and its pictures; see `annotation_db.pictures.instructions.read_page`."""
    return instructions.read_page(file)


def set_role(store: Store, name: str, role: Role, who: str) -> AnnotatorRecord:
    """Make an annotator a lead, or an annotator again.

    Parameters
    ----------
    name : str
        Whose.
    role : {"annotator", "lead"}
        From now on.
    who : str
        Who does it, for the audit trail.

    Raises
    ------
    NotFound, Refused
        As `annotation_db.rating.annotators.set_role`.
    """
    allow(store, Action.PEOPLE)
    return transact(
        store,
        lambda session: annotators.set_role(session, annotators.find(session, name).id, role, who),
        who=who,
    )


def has_passphrase(store: Store) -> bool:
    """Whether the lead role has a passphrase."""
    return lead_passphrase.is_set(store)
