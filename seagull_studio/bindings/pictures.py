"""Pictures on the Project page: found again after a move, brought back after they were withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog

from annotation_db.pictures.relocation import Relocation
from annotation_db.records import ExclusionRecord
from seagull_studio.bindings.session import Session
from seagull_studio.operations import pictures as operations
from seagull_studio.state.project_view import WithdrawnRow
from seagull_studio.views.dialogs import WithdrawnPicturesDialog, show_error, show_result
from seagull_studio.views.project.project_page import ProjectPage

Long = Callable[[str, Callable[..., Any], Callable[[Any], None]], None]


class PicturesBinding(QObject):
    """What a lead does about pictures.

    Parameters
    ----------
    long : callable
        Runs long work with a progress dialog: its title, what is done, what follows.
    changed : callable
        Called when something was changed.
    """

    def __init__(
        self, page: ProjectPage, session: Session, who: str, long: Long, changed: Callable[[], None]
    ) -> None:
        super().__init__(page)
        self._page = page
        self._session = session
        self._who = who
        self._long = long
        self._changed = changed
        self._dialog: WithdrawnPicturesDialog | None = None
        page.relocate_requested.connect(self._ask_where)
        page.withdrawn_requested.connect(self.open)

    def _ask_where(self) -> None:
        title = self.tr("Name the folder that pictures moved to")
        folder = QFileDialog.getExistingDirectory(self._page, title)
        if folder:
            self.relocate(Path(folder))

    def relocate(self, folder: Path) -> None:
        """Find missing pictures below `folder`, by their bytes."""
        self._long(
            self.tr("Looking for pictures"),
            lambda store, progress, cancelled: operations.relocate(
                store, folder, self._who, progress, cancelled
            ),
            self._relocated,
        )

    def _relocated(self, done: Relocation) -> None:
        self._changed()
        sentence = self.tr("Pictures found: {found}; still missing: {missing}.").format(
            found=f"{len(done.found):,}", missing=f"{len(done.missing):,}"
        )
        still = [self.tr("{picture} is still missing.").format(picture=path) for path in done.missing]
        show_result(self._page, self.tr("Pictures that moved"), sentence, [*done.differing, *still])

    def open(self) -> None:
        """Show the withdrawn pictures; the dialog is there when they are read."""
        self._session.database.ask(operations.withdrawn, self._show, self._refuse, owner=self)

    def _show(self, found: tuple[tuple[str, ExclusionRecord], ...]) -> None:
        if self._dialog is None:
            self._dialog = WithdrawnPicturesDialog(self._page)
            self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self._dialog.destroyed.connect(self._closed)
            self._dialog.restore_requested.connect(self._restore)
            self._dialog.open()
        self._dialog.set_pictures(
            [
                WithdrawnRow(
                    one.target_id, picture, one.reason, one.by, f"{one.at.astimezone():%Y-%m-%d %H:%M}"
                )
                for picture, one in found
            ]
        )

    def _closed(self) -> None:
        self._dialog = None

    def _restore(self, image_id: int) -> None:
        self._session.database.ask(
            lambda store: operations.restore(store, image_id, self._who),
            self._restored,
            self._refuse,
            owner=self,
        )

    def _restored(self, _done: operations.Changed) -> None:
        self._changed()
        if self._dialog is not None:
            self.open()

    def _refuse(self, sentence: str) -> None:
        show_error(self._dialog or self._page, sentence)
