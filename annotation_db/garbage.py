"""When Python looks for garbage."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_pauses: list[bool] = []
"""One for each pause that goes on; the first says whether garbage was looked for before."""


@contextmanager
def uncollected() -> Iterator[None]:
    """Make millions of rows in here: garbage is not looked for meanwhile, in no thread.

    Rows refer to nothing that refers to them, so all that is let go is freed at once anyway. Looking through
    them again and again takes a third of an export's time, and stops every thread for as long as it takes.
    """
    with _lock:
        _pauses.append(gc.isenabled())
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            collected = _pauses.pop(0)
            if _pauses:
                _pauses[0] = _pauses[0] or collected
            elif collected:
                gc.enable()
