"""What training refuses or ends with, each in one plain sentence."""

from __future__ import annotations


class TrainingError(Exception):
    """Training can not begin, or can not go on; ``str(error)`` is one sentence for a person."""


class LossIsNoNumber(TrainingError):
    """The loss or its gradient is not finite."""


class TrainingStopped(TrainingError):
    """Somebody asked to stop; a checkpoint was written, and the run can be resumed."""
