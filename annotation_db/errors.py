"""What can be refused, each in one plain sentence: what is wrong, where, what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class StudioError(Exception):
    """Base of every refusal. ``str(error)`` is one sentence meant for a person."""


class ProjectError(StudioError):
    """A project cannot be opened or made (missing, corrupt, locked, newer, no room)."""


class Busy(ProjectError):
    """Another program held the database for longer than we wait; nothing was changed, trying again helps."""


class Unreachable(ProjectError):
    """The database server cannot be reached; what is to be written can wait."""


class LogLost(ProjectError):
    """The database file or its log was removed or replaced while it was open; nothing more is saved."""


class PasswordWanted(ProjectError):
    """A server refuses the name or password, or wants a password where none is known."""


class NotFound(StudioError):
    """Something named does not exist in this project."""


class Refused(StudioError):
    """The data given break a rule of the project (too small a mask, a vote off its scale)."""


class PictureError(StudioError):
    """A picture file cannot be read, or is not the one that was imported."""


class DiskError(StudioError):
    """A file or disk cannot be used: full, not writable, gone, a name too long."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing wrong in a file being imported."""

    line: int | None
    """1-based line (CSV) or entry (JSON list); None when it concerns the whole file."""
    message: str

    def __str__(self) -> str:
        return self.message if self.line is None else f"line {self.line}: {self.message}"


class ImportRefused(StudioError):
    """A file was not imported at all; `complaints` says why, line by line."""

    def __init__(self, message: str, complaints: Sequence[Complaint] = ()) -> None:
        super().__init__(message)
        self.complaints = tuple(complaints)


class Cancelled(StudioError):
    """The person asked to stop; nothing was changed."""
