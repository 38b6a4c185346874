"""What a run came to, as the command prints it and ``result.json`` holds it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from model.training.errors import TrainingError
from model.training.outcome import Outcome
from model.training.run_folder import RESULT, read_own

_REMEDY: Final = "remove it, then --resume writes it anew"


@dataclass(frozen=True, slots=True)
class FinetuneReport:
    """What a run came to."""

    out: Path
    epochs: int
    steps: int
    answers: int
    loss: tuple[float, ...]
    """Mean of each epoch."""
    validation: tuple[dict[str, Any], ...]
    """Of each epoch."""
    best_epoch: int
    """The one whose weights are the result."""
    outcome: Outcome
    """On the test images."""
    speaks: bool = True
    """This process is the first, or the only one, of those that share the run."""

    def as_json(self) -> dict[str, Any]:
        """As the command prints it."""
        return {
            "out": str(self.out),
            "epochs": self.epochs,
            "steps": self.steps,
            "answers": self.answers,
            "loss": list(self.loss),
            "validation": list(self.validation),
            "best_epoch": self.best_epoch,
            "evaluation": self.outcome.evaluation,
            "undefined": None if self.outcome.undefined is None else {"evaluation": self.outcome.undefined},
        }

    @classmethod
    def of(cls, out: Path) -> Self:
        """Of a finished run's folder.

        Raises
        ------
        TrainingError
            If its ``result.json`` is damaged.
        """
        path = out / RESULT
        told = read_own(path, _REMEDY)
        try:
            return cls(
                out,
                told["epochs"],
                told["steps"],
                told["answers"],
                tuple(told["loss"]),
                tuple(told["validation"]),
                told["best_epoch"],
                Outcome(told["evaluation"], (told["undefined"] or {}).get("evaluation")),
            )
        except (AttributeError, KeyError, TypeError) as error:
            raise TrainingError(f"{path} is damaged ({error!r}); {_REMEDY}.") from error
