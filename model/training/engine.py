"""The steps of a run: passes, the optimiser, validation, checkpoints, and going on from one."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from math import isfinite
from pathlib import Path
from typing import Any, Final, NoReturn

import torch
from transformers import get_cosine_schedule_with_warmup

from model.seagull.conversation import Conversation
from model.training import checkpoints
from model.training.config import TrainingConfig
from model.training.dataset import Dataset
from model.training.errors import LossIsNoNumber, TrainingStopped
from model.training.memory_short import memory_told
from model.training.passes import packed_losses
from model.training.pictures import Pictures
from model.training.plan import Batch, Plan, answers_of
from model.training.ranks import Ranks
from model.training.run_files import EventLines, TensorBoardFile, trainer_state
from model.training.standing import Standing
from model.training.trainable import Trained, in_its_precision, parameter_groups, trainable
from model.training.validation import validate

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class _Step:
    """What one step of the optimiser came to."""

    loss: float
    by_kind: dict[str, float]
    rates: dict[str, float]
    grad_norm: float
    answers: int
    tokens: int
    seconds: float


_PROBE_STOPPED: Final = (
    "The training was stopped while its rate was being chosen; --resume goes on with the rate it was at."
)


class Engine:
    """Trains one network in one folder.

    Parameters
    ----------
    out : Path
    trained : Trained
    tokenizer : transformers tokenizer
    conversation : Conversation
    dataset : Dataset
    pictures : Pictures
    plan : Plan
    config : TrainingConfig
    ranks : Ranks
        The processes that share the run; the first one writes.
    steps : int, optional
        Length of the schedule, where it is not that of the whole plan.
    progress : callable, optional
        Told steps done, steps in all, and what is being done.
    cancelled : callable, optional
        Asked after each step; then a checkpoint is written and the run ends.
    """

    def __init__(
        self,
        out: Path,
        trained: Trained,
        tokenizer: Any,
        conversation: Conversation,
        dataset: Dataset,
        pictures: Pictures,
        plan: Plan,
        config: TrainingConfig,
        *,
        ranks: Ranks,
        steps: int | None = None,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        self._out = out
        self._trained = trained
        self._tokenizer = tokenizer
        self._conversation = conversation
        self._dataset = dataset
        self._pictures = pictures
        self._plan = plan
        self._config = config
        self._ranks = ranks
        self._progress = progress
        self._cancelled = cancelled
        self._optimiser = torch.optim.AdamW(
            parameter_groups(trained, config), weight_decay=config.weight_decay
        )
        length = plan.steps if steps is None else steps
        self._schedule = get_cosine_schedule_with_warmup(
            self._optimiser, round(config.warmup * length), length
        )
        self.standing = Standing()
        self._events = EventLines(out / "events.jsonl" if ranks.first else None)
        self._board = TensorBoardFile(out / "tensorboard")
        self._saved_at = time.monotonic()
        self._steps_of_epoch = 1

    def resume(self, checkpoint: Path) -> None:
        """Go on from a checkpoint.

        Raises
        ------
        TrainingError
            If it is damaged.
        """
        found = checkpoints.restore(
            checkpoint, self._trained, self._optimiser, self._schedule, self._ranks.number
        )
        self.standing = Standing.of(found)
        self._events.add("resumed", checkpoint=checkpoint.name, step=self.standing.step)

    def run(self) -> None:
        """Train to the end of the last epoch.

        Raises
        ------
        TrainingError
            If the loss is no number any more, memory is short, or a checkpoint can not be written; the last
            good checkpoint stays.
        TrainingStopped
            If `cancelled` says so.
        """
        at = self.standing
        while at.epoch < self._config.epochs:
            self._trained.adapted.train()
            batches = self._plan.epoch(at.epoch)
            self._steps_of_epoch = len(batches)
            while at.batch < len(batches):
                self._tell(f"epoch {at.epoch + 1} of {self._config.epochs}")
                self._log(self._step(batches[at.batch]))
                stop, due = self._asked()
                if stop:
                    self._stop()
                if due:
                    self._save(f"step-{at.step}")
            self._end_epoch()
        self._tell("training is done")

    def probe(self, steps: int) -> dict[str, Any]:
        """Take a few steps of the first epoch, write nothing, and validate.

        Raises
        ------
        TrainingError, TrainingStopped
            As `run`.
        """
        self._trained.adapted.train()
        rate = f"choosing the rate: {self._config.lora_rate:g}"
        for done, batch in enumerate(self._plan.epoch(0)[:steps]):
            self._tell(f"{rate}, step {done + 1} of {steps}", counted=False)
            self._step(batch)
            if self._asked()[0]:
                raise TrainingStopped(_PROBE_STOPPED)
        found = self._validated(rate, counted=False)
        if found is None:
            raise TrainingStopped(_PROBE_STOPPED)
        return found

    def _asked(self) -> tuple[bool, bool]:
        """Whether to stop, and whether a checkpoint is due: the same for all processes."""
        stop = self._cancelled is not None and self._cancelled()
        due = time.monotonic() - self._saved_at > 60 * self._config.checkpoint_minutes
        said = self._ranks.gather((stop, due))
        return any(one[0] for one in said), said[0][1]

    def _stop(self) -> NoReturn:
        """Write a whole checkpoint, and end.

        Raises
        ------
        TrainingStopped
        """
        at = self.standing
        self._save(f"step-{at.step}")
        raise TrainingStopped(
            f"The training was stopped after step {at.step} of {self._plan.steps}; --resume goes on from "
            "there."
        )

    def _validated(self, what: str, *, counted: bool = True) -> dict[str, Any] | None:
        """What the held-out ROIs come to; None where somebody wants to stop."""

        def between(done: int, total: int) -> bool:
            self._tell(f"{what}, picture {done + 1} of {total}", counted=counted)
            return self._cancelled is not None and self._cancelled()

        try:
            return validate(
                self._trained,
                self._tokenizer,
                self._plan,
                self._pictures,
                self._dataset.validation,
                self._ranks,
                between,
            )
        except LossIsNoNumber:
            where = f"after step {self.standing.step}"
            raise LossIsNoNumber(self._no_number("A score or the loss of held-out ROIs", where)) from None

    def _end_epoch(self) -> None:
        at = self.standing
        found = self._validated(f"validating epoch {at.epoch + 1}")
        if found is None:
            self._stop()  # with all steps of the epoch done, so that it goes on with this validation
        total, answers = (sum(column) for column in zip(*at.sums.values(), strict=True))
        at.losses.append(total / answers)
        at.validation.append(found)
        at.sums = {}
        at.epoch, at.batch = at.epoch + 1, 0
        at.history.append(
            {
                "epoch": float(at.epoch),
                "step": at.step,
                "eval_loss": found["loss"],
                "eval_mean_srocc": found["mean_srocc"],
            }
        )
        self._events.add("epoch", epoch=at.epoch, step=at.step, loss=at.losses[-1], validation=found)
        figures = {"validation/loss": found["loss"], "validation/srocc": found["mean_srocc"]}
        for scale in ("quality", "importance"):
            figures |= {f"validation/{scale}_{name}": found[scale][name] for name in ("srocc", "plcc")}
        self._draw({name: value for name, value in figures.items() if value is not None})
        self._save(f"epoch-{at.epoch}")

    def _step(self, batch: Batch) -> _Step:
        at, began = self.standing, time.perf_counter()
        answers = answers_of(batch)
        self._optimiser.zero_grad(set_to_none=True)
        sums: dict[str, list[float]] = {}
        tokens = 0
        for number, samples in self._ranks.share(batch):
            image = self._dataset.train[number]
            for work in self._pictures.passes(samples):
                tokens += work.length
                inputs = self._pictures.inputs(image, work.samples)
                losses = self._pass(inputs, work, answers)
                for sample, loss in zip(work.samples, losses, strict=True):
                    entry = sums.setdefault(sample.lesson.kind, [0.0, 0])
                    entry[0] += loss
                    entry[1] += 1
        parameters = [parameter for _, parameter in trainable(self._trained)]
        self._ranks.add_gradients(parameters)
        sums, tokens = _added(self._ranks.gather((sums, tokens)))
        norm = float(torch.nn.utils.clip_grad_norm_(parameters, self._config.max_grad_norm))
        loss = sum(entry[0] for entry in sums.values()) / answers
        if not (isfinite(loss) and isfinite(norm)):
            raise LossIsNoNumber(self._no_number("The loss or its gradient", f"at step {at.step + 1}"))
        rates = {str(group["name"]): float(group["lr"]) for group in self._optimiser.param_groups}
        self._optimiser.step()
        self._schedule.step()
        at.step += 1
        at.batch += 1
        for kind, (total, count) in sums.items():
            entry = at.sums.setdefault(kind, [0.0, 0])
            entry[0] += total
            entry[1] += count
        return _Step(
            loss=loss,
            by_kind={kind: total / count for kind, (total, count) in sorted(sums.items())},
            rates=rates,
            grad_norm=norm,
            answers=answers,
            tokens=tokens,
            seconds=time.perf_counter() - began,
        )

    def _pass(self, inputs: Any, work: Any, answers: int) -> list[float]:
        network = self._trained.network
        with memory_told(network.device.type, self._config, f"a pass of {work.length} tokens"):
            with in_its_precision(network):
                losses = packed_losses(network, self._conversation, inputs, work)
            torch.autograd.backward(losses.sum() / answers)
        return [float(loss) for loss in losses.detach()]

    def _log(self, told: _Step) -> None:
        at = self.standing
        memory = _memory(self._trained.network.device)
        speed = told.tokens / max(told.seconds, 1e-9)
        at.history.append(
            {
                "epoch": at.epoch + at.batch / self._steps_of_epoch,
                "step": at.step,
                "loss": told.loss,
                "learning_rate": told.rates["lora"],
                "grad_norm": told.grad_norm,
            }
        )
        self._events.add(
            "step",
            epoch=at.epoch + 1,
            step=at.step,
            steps=self._plan.steps,
            loss=told.loss,
            losses=told.by_kind,
            rates=told.rates,
            grad_norm=told.grad_norm,
            answers=told.answers,
            tokens=told.tokens,
            tokens_per_second=speed,
            seconds=told.seconds,
            memory_bytes=memory,
        )
        self._draw(
            {
                "loss/all": told.loss,
                **{f"loss/{kind}": value for kind, value in told.by_kind.items()},
                **{f"rate/{name}": value for name, value in told.rates.items()},
                "grad_norm": told.grad_norm,
                "tokens_per_second": speed,
                "memory_bytes": float(memory),
            }
        )

    def _draw(self, figures: Mapping[str, float]) -> None:
        if self._ranks.first:
            self._board.scalars(self.standing.step, figures)

    def _save(self, name: str) -> None:
        at, states = self.standing, self._ranks.gather(checkpoints.random_states())
        self._saved_at = time.monotonic()
        if not self._ranks.first:
            return
        best = at.best_epoch
        state = trainer_state(
            epoch=at.epoch,
            step=at.step,
            steps=self._plan.steps,
            epochs=self._config.epochs,
            history=at.history,
            best=None if best is None else at.validation[best - 1]["mean_srocc"],
            best_folder=None if best is None else f"{checkpoints.FOLDER}/epoch-{best}",
        )
        path = checkpoints.write(
            self._out, name, self._trained, self._optimiser, self._schedule, at.as_json(), state, states
        )
        checkpoints.remove_between(self._out, kept=path)
        self._events.add("checkpoint", name=name, step=at.step)

    def _no_number(self, what: str, where: str) -> str:
        kept = checkpoints.latest(self._out)
        told = f"the checkpoint {kept.name} is kept" if kept is not None else "there was no checkpoint yet"
        return (
            f"{what} is no number {where}, so the training was ended ({told}); try "
            "lower rates (lora_rate, extractor_rate), or precision=float32, in a new folder."
        )

    def _tell(self, what: str, *, counted: bool = True) -> None:
        if self._progress is not None:  # steps of short runs are none of the run's
            self._progress(*((self.standing.step, self._plan.steps) if counted else (0, 0)), what)


def _added(
    parts: Sequence[tuple[Mapping[str, Sequence[float]], int]],
) -> tuple[dict[str, list[float]], int]:
    """Losses and answers by kind, and tokens, of all processes."""
    sums: dict[str, list[float]] = {}
    for found, _ in parts:
        for kind, (total, count) in found.items():
            entry = sums.setdefault(kind, [0.0, 0])
            entry[0] += total
            entry[1] += count
    return sums, sum(tokens for _, tokens in parts)


def _memory(device: torch.device) -> int:
    """The most bytes that were in use: on the device, or of this process."""
    if device.type == "cuda":
        return int(torch.cuda.max_memory_allocated(device))
    if find_spec("resource") is None:  # there is none on Windows
        return 0
    import resource

    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
