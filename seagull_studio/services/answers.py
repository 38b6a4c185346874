"""Who hears the answer to what was asked of another thread. One way for all threads that are asked."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject

from seagull_studio.services.owners import is_there

log = logging.getLogger(__name__)

Failed = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class PendingAnswer:
    """Whom an answer is for. Stays in the window's thread: no other may be the last to hold a widget."""

    owner: QObject | None
    """Neither callback is called once it is gone; None hears in any case."""
    done: Callable[[Any], None] | None
    failed: Failed | None

    def hear(self, good: bool, answer: Any) -> None:
        """Call back with the result, or with the sentence why there is none."""
        callback = self.done if good else self.failed
        if callback is not None and is_there(self.owner):
            callback(answer)
        elif not good:
            log.error("%s", answer)


def unexpected(error: Exception) -> str:
    """The sentence for what nobody foresaw; the traceback is in the log."""
    return f"Something unexpected went wrong ({type(error).__name__}: {error}); the log file has the details."
