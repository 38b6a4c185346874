"""How long something was really being looked at. Qt-free."""

from __future__ import annotations

import time
from collections.abc import Callable


class Stopwatch:
    """Counts while it runs, from zero whenever it is restarted.

    Parameters
    ----------
    clock : callable
        Seconds on a clock that never goes back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._counted = 0.0
        self._since: float | None = None
        self._mark = 0.0

    @property
    def running(self) -> bool:
        return self._since is not None

    @property
    def seconds(self) -> float:
        """What it has counted, at least 0."""
        return self._counted if self._since is None else self._counted + max(0.0, self.clock() - self._since)

    def run(self, running: bool) -> None:
        """Let it run, or stand still."""
        self._counted = self.seconds
        self._since = self.clock() if running else None

    def restart(self) -> None:
        """Begin at zero again; a watch that runs runs on."""
        self._counted = self._mark = 0.0
        if self._since is not None:
            self._since = self.clock()

    def mark(self) -> None:
        """Remember this moment, for `go_back`."""
        self._mark = self.seconds

    def go_back(self) -> None:
        """Count nothing of what came after the last mark."""
        self._counted = min(self._mark, self.seconds)
        if self._since is not None:
            self._since = self.clock()
