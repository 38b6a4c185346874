"""Keeps regions that were begun on disk, beside the window, soon after each change."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer, Signal

from annotation_db.records import ImageRecord
from seagull_studio.operations.drafts import DraftFiles, KeptDraft
from seagull_studio.services.session import Session
from seagull_studio.state.draft import Draft

SOON_MS = 200
"""After a change: strokes and clicks in quick succession are written once."""


class DraftKeeper(QObject):
    """Writes and reads the drafts of one annotator.

    Parameters
    ----------
    session : Session
        The project; on a medium that is only read nothing is kept.
    annotator : str
        Whose drafts.
    """

    refused = Signal(str)
    """Why drafts are not kept, once; or what of them could not be read."""

    def __init__(self, session: Session, annotator: str) -> None:
        super().__init__()
        self._session = session
        self._files = DraftFiles(session.folder, annotator)
        self._told = False
        self._known: set[str] = set()
        """Pictures that may have a file: an empty draft of any other is no reason to remove one."""
        self._asked = False
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._write)

    def note(self, image: ImageRecord, draft: Draft) -> None:
        """This is the draft of a picture now."""
        if draft.is_empty and image.uid not in self._known:
            return
        self._known.add(image.uid)
        if not self._session.read_only:
            self._files.note(image.uid, KeptDraft(image.sha256, draft))
            self._soon.start()

    def finish(self) -> None:
        """Write at once what is not written yet: the page is being left."""
        self._soon.stop()
        try:
            self._files.flush()
        except OSError as error:
            self._failed(error)

    def load(self, heard: Callable[[Mapping[str, KeptDraft]], None]) -> None:
        """Read what was kept, the first time; `heard` is called with it, by the uid of the picture."""
        if self._asked:
            return
        self._asked = True

        def loaded(found: tuple[dict[str, KeptDraft], list[str]]) -> None:
            self._known |= found[0].keys()
            heard(found[0])
            for sentence in found[1]:
                self.refused.emit(sentence)

        self._session.workers.ask(self._files.load, loaded, self.refused.emit, owner=self)

    def _write(self) -> None:
        def work() -> OSError | None:
            try:
                self._files.flush()
            except OSError as error:
                return error
            return None

        self._session.workers.ask(work, self._failed, self.refused.emit, owner=self)

    def _failed(self, error: OSError | None) -> None:
        if error is None:
            self._told = False
        elif not self._told:
            self._told = True
            said = self.tr(
                "Regions that are begun cannot be kept on disk ({why}): accept them before you go."
            )
            self.refused.emit(said.format(why=error.strerror or str(error)))
