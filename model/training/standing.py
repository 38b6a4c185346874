"""Where a run is, and what it has found so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self


@dataclass(slots=True)
class Standing:
    """Where a run is, and what it has found: what ``place.json`` holds."""

    epoch: int = 0
    """The epoch that is under way, from 0 on; the number of epochs when all are done."""
    batch: int = 0
    """Steps done in it."""
    step: int = 0
    """Steps done in all."""
    sums: dict[str, list[float]] = field(default_factory=dict)
    """Of the epoch under way, by kind of question: sum of the losses, and answers."""
    losses: list[float] = field(default_factory=list)
    """Mean loss of each epoch that is done."""
    validation: list[dict[str, Any]] = field(default_factory=list)
    """Of each epoch that is done."""
    history: list[dict[str, Any]] = field(default_factory=list)
    """As in ``trainer_state.json``."""

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """What ``place.json`` tells."""
        return cls(**{one.name: told[one.name] for one in fields(cls)})

    @property
    def best_epoch(self) -> int | None:
        """The epoch, from 1 on, with the highest mean validation SROCC; where that is not defined, with the
        lowest validation loss. The first of equal ones."""
        if not self.validation:
            return None
        order = [
            (-1e9 if one["mean_srocc"] is None else one["mean_srocc"], -one["loss"], -n)
            for n, one in enumerate(self.validation)
        ]
        return 1 - max(order)[2]
