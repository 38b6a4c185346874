"""One annotator's session: how much is done, how fast, and when to pause. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from statistics import median


class SavedState(Enum):
    """What the saved mark says. ``SAVED`` means on disk, nothing less."""

    NOTHING = "nothing"
    SAVING = "saving"
    WAITING = "waiting"
    """Another program is writing; the rating waits for its turn and is not refused."""
    KEPT = "kept"
    """On this computer's disk, not in the database yet: it goes there when that can be reached again."""
    SAVED = "saved"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SessionView:
    """The numbers of the session header."""

    annotator: str
    done: int
    """ROIs this annotator has rated in the project."""
    open: int
    """ROIs still waiting for them."""
    this_session: int
    pace_seconds: float | None
    """Median seconds per rating; None before the first."""
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class SessionLog:
    """What happened since the annotator sat down. Times are seconds on one monotonic clock."""

    started: float
    pause_after_minutes: int = 30
    """0 switches the reminder off."""
    durations: tuple[float, ...] = ()
    rested_at: float | None = None
    """When the last pause (or dismissal of its reminder) was."""

    def rated(self, seconds: float) -> SessionLog:
        """The log with one more rating that took `seconds`."""
        return replace(self, durations=(*self.durations, seconds))

    def rested(self, now: float) -> SessionLog:
        """The log after a pause, or after the reminder was dismissed."""
        return replace(self, rested_at=now)

    def pause_due(self, now: float) -> bool:
        """Whether the annotator has worked long enough to be reminded (BT.500: about 30 minutes)."""
        since = self.started if self.rested_at is None else self.rested_at
        return self.pause_after_minutes > 0 and now - since >= 60 * self.pause_after_minutes

    @property
    def count(self) -> int:
        return len(self.durations)

    @property
    def pace(self) -> float | None:
        """Median seconds per rating, None before the first."""
        return median(self.durations) if self.durations else None
