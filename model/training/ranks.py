"""The processes that share a run, one on each GPU: those of ``accelerate launch`` or ``torchrun``.

Each takes its share of the answers of every step; gradients are added up, so all take the same step from the
same weights. The first one alone writes files and speaks. One process by itself is the ordinary case.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final, TypeVar

import torch
from torch import distributed

from model.training.plan import Batch, by_picture

_PATIENCE: Final = timedelta(days=1)
"""The others wait while the first one predicts and evaluates."""
Value = TypeVar("Value")


class Ranks:
    """One process among those of a run.

    Parameters
    ----------
    number : int
        Of this process, from 0 on.
    count : int
    device : torch.device, optional
        Of this process, where the launcher chose it.
    """

    def __init__(self, number: int = 0, count: int = 1, device: torch.device | None = None) -> None:
        self.number, self.count, self.device = number, count, device

    @classmethod
    def here(cls, device: str, environment: Mapping[str, str] = os.environ) -> Ranks:
        """Join the others, where something like ``accelerate launch`` started this process.

        Parameters
        ----------
        device : str
            As in `model.training.config.TrainingConfig`.
        """
        if int(environment.get("WORLD_SIZE", "1")) < 2:
            return cls()
        from accelerate import PartialState

        state = PartialState(cpu=device == "cpu", timeout=_PATIENCE)
        return cls(state.process_index, state.num_processes, state.device)

    @property
    def first(self) -> bool:
        """Whether this is the one that writes and speaks."""
        return self.number == 0

    def share(self, batch: Batch) -> Batch:
        """This process's answers of a step: as many as the others', to one."""
        if self.count == 1:
            return batch
        flat = [(number, sample) for number, samples in batch for sample in samples]
        start, end = (len(flat) * n // self.count for n in (self.number, self.number + 1))
        return by_picture(flat[start:end])

    def add_gradients(self, parameters: Iterable[torch.nn.Parameter]) -> None:
        """Add up what all have found; where one found nothing there are zeros."""
        if self.count == 1:
            return
        for parameter in parameters:
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
            distributed.all_reduce(parameter.grad)

    def gather(self, value: Value) -> list[Value]:
        """What each process says, by their numbers; all must ask at the same place."""
        if self.count == 1:
            return [value]
        found: list[Any] = [None] * self.count
        distributed.all_gather_object(found, value)
        return found

    def wait(self) -> None:
        """Go on when all have come here."""
        if self.count > 1:
            self.gather(None)
