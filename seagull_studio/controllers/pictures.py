"""Pictures of a project: found again after a move, brought back after they were withdrawn."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from annotation_db.pictures.relocation import Relocation
from annotation_db.records import ExclusionRecord
from seagull_studio.controllers.long_work import run_on_project
from seagull_studio.controllers.person import Person
from seagull_studio.operations import pictures as operations
from seagull_studio.services.session import Session
from seagull_studio.state.project_view import WithdrawnRow
from seagull_studio.state.questions import ChooseFolder, Result


class PicturesController(QObject):
    """What a lead does about pictures."""

    withdrawn_changed = Signal(object)
    """List of `WithdrawnRow`, to be shown: somebody asked for it."""
    changed = Signal()

    def __init__(self, session: Session, who: str, person: Person) -> None:
        super().__init__()
        self._session = session
        self._who = who
        self._person = person
        self._listed = False

    def choose_where(self) -> None:
        """Ask where the pictures moved to, and find them there."""
        folder = self._person.ask(ChooseFolder(self.tr("Name the folder that pictures moved to")))
        if folder is not None:
            self.relocate(folder)

    def relocate(self, folder: Path) -> None:
        """Find missing pictures below `folder`, by their bytes."""
        run_on_project(
            self._person,
            self._session,
            self.tr("Looking for pictures"),
            lambda store, progress, cancelled: operations.relocate(
                store, folder, self._who, progress, cancelled
            ),
            self._relocated,
            owner=self,
        )

    def list_withdrawn(self) -> None:
        """Read which pictures are withdrawn; they are told until `close_list`."""
        self._listed = True
        self._session.database.ask(operations.withdrawn, self._say_withdrawn, self._person.refuse, owner=self)

    def close_list(self) -> None:
        """Nobody looks at the withdrawn pictures any more."""
        self._listed = False

    def restore(self, image_id: int) -> None:
        """Bring a picture back."""
        self._session.database.ask(
            lambda store: operations.restore(store, image_id, self._who),
            self._restored,
            self._person.refuse,
            owner=self,
        )

    def _relocated(self, done: Relocation) -> None:
        self.changed.emit()
        sentence = self.tr("Pictures found: {found}; still missing: {missing}.").format(
            found=f"{len(done.found):,}", missing=f"{len(done.missing):,}"
        )
        still = [self.tr("{picture} is still missing.").format(picture=path) for path in done.missing]
        self._person.show(Result(self.tr("Pictures that moved"), sentence, (*done.differing, *still)))

    def _say_withdrawn(self, found: tuple[tuple[str, ExclusionRecord], ...]) -> None:
        self.withdrawn_changed.emit(
            [
                WithdrawnRow(
                    one.target_id, picture, one.reason, one.by, f"{one.at.astimezone():%Y-%m-%d %H:%M}"
                )
                for picture, one in found
            ]
        )

    def _restored(self, _done: operations.Changed) -> None:
        self.changed.emit()
        if self._listed:
            self.list_withdrawn()
