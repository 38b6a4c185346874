"""What the SEAGULL part refuses, each in one plain sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence

_MOST_TOLD = 200


def brief(value: object) -> str:
    """A value from a file, or what a library says of it, as a sentence quotes it: 200 characters at most."""
    told = str(value).strip()
    return told if len(told) <= _MOST_TOLD else f"{told[: _MOST_TOLD - 3].rstrip()}..."


def reason_of(error: Exception, line: int = -1) -> str:
    """One line of what a library says was wrong, short enough for a sentence."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return brief(lines[line])


class SeagullError(Exception):
    """Something was refused; ``str(error)`` is one sentence for a person."""


class CheckpointError(SeagullError):
    """A checkpoint can not be used.

    Parameters
    ----------
    sentence : str
        What is wrong, where, what to do.
    missing, unexpected : sequence of str, optional
        The names of weights concerned, complete (the sentence tells only the first few).
    """

    def __init__(self, sentence: str, missing: Sequence[str] = (), unexpected: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self.missing = tuple(missing)
        self.unexpected = tuple(unexpected)


class RoiError(SeagullError, ValueError):
    """A mask or a picture can not be assessed."""


class MemoryShortError(SeagullError):
    """The device has too little memory for the network, or for even one question on one ROI."""


class NotANumberError(SeagullError):
    """What the network says is no number."""


class DeviceLostError(SeagullError):
    """The device or its driver failed while at work; this process can not use it any more."""


class UnsupportedOperationError(SeagullError):
    """The device lacks an operation or a number format that the network needs."""


class AssessmentStopped(SeagullError):
    """Somebody asked to stop; nothing of the call is kept, and the assessor can be used on."""


def stop_if(cancelled: Callable[[], bool] | None) -> None:
    """Ask whether to stop.

    Raises
    ------
    AssessmentStopped
        If `cancelled` says so.
    """
    if cancelled is not None and cancelled():
        raise AssessmentStopped("The assessment was stopped; nothing of this picture was kept.")
