"""Unlimited undo and redo over immutable states."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class History(Generic[S]):
    """A present state with its past and its future; itself immutable."""

    present: S
    past: tuple[S, ...] = field(default=())
    future: tuple[S, ...] = field(default=())

    def push(self, state: S) -> History[S]:
        """Go on to `state`; what had been undone is gone."""
        return History(state, (*self.past, self.present), ())

    def amend(self, state: S) -> History[S]:
        """Replace the present: not a step of its own."""
        return replace(self, present=state)

    def undo(self) -> History[S]:
        """One step back; the same history where there is none."""
        if not self.past:
            return self
        return History(self.past[-1], self.past[:-1], (self.present, *self.future))

    def redo(self) -> History[S]:
        """One step forward again; the same history where there is none."""
        if not self.future:
            return self
        return History(self.future[0], (*self.past, self.present), self.future[1:])

    @property
    def can_undo(self) -> bool:
        return bool(self.past)

    @property
    def can_redo(self) -> bool:
        return bool(self.future)
