"""How much memory pictures may take while they are looked at, all threads together."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

LIMIT: Final = 2_000_000_000
"""Bytes. What alone needs more is refused from its header."""

_changed = threading.Condition()
_claims: list[int] = []


@contextmanager
def claimed(size: int) -> Iterator[None]:
    """Wait until `size` bytes (at most `LIMIT`) fit beside what other threads have claimed."""
    with _changed:
        _changed.wait_for(lambda: sum(_claims) + size <= LIMIT)
        _claims.append(size)
    try:
        yield
    finally:
        with _changed:
            _claims.remove(size)
            _changed.notify_all()
