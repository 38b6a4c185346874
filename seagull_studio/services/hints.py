"""Hears from a server that others have written, sooner than looking once a second would tell."""

from __future__ import annotations

import logging
import threading
from typing import Final

from PySide6.QtCore import QObject, Signal

from annotation_db.database.hints import hints

LOOK_S: Final = 0.5
"""How often the thread looks whether it is to end."""
AGAIN_S: Final = 5.0
"""How long it waits before it listens again when the connection is lost; `ChangeWatch` looks by itself."""
log = logging.getLogger(__name__)


class HintService(QObject):
    """Listens in a thread of its own, to a project on a server.

    Parameters
    ----------
    location : str
        URL of the project.
    password : str or None
        Of the server.
    """

    heard = Signal()
    """Somebody has written; this window too."""

    def __init__(self, location: str, password: str | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ended = threading.Event()
        self._thread = threading.Thread(
            target=self._listen, args=(location, password), name="seagull hints", daemon=True
        )
        self._thread.start()

    @property
    def is_working(self) -> bool:
        return self._thread.is_alive()

    def leave(self) -> None:
        """Say nothing any more; the thread ends by itself."""
        self._ended.set()

    def close(self) -> None:
        """Leave, and join the thread."""
        self.leave()
        self._thread.join()

    def _listen(self, location: str, password: str | None) -> None:
        while not self._ended.is_set():
            try:
                for written in hints(location, password, LOOK_S):
                    if self._ended.is_set():
                        return
                    if written:
                        self.heard.emit()
            except Exception as error:  # the driver's; saving tells of a server that is away
                log.info("no hints from the server: %s", type(error).__name__)
            self._ended.wait(AGAIN_S)
