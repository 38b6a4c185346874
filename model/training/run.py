"""A finetuning run from an export and a base to an adapter: what is checked first, and what is written last.

The folder of a run::

    run.json            everything that decides the result
    rates.json          how the rate of LoRA was chosen, where it was not given
    events.jsonl        one JSON object a line, as it happens
    tensorboard/        event files
    checkpoints/        epoch-N, and step-N between them
    encoder-levels/     the frozen encoder's output by picture
    adapter/            the result, a PEFT folder; there only when the training is done
    predictions_test.jsonl, evaluation.json, report.html, card.md, trainer_state.json
    result.json         written last: a run without it is not finished
    lock                held by the process that trains here
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import peft
import torch
import transformers

from annotation_db.vocabulary.whole_files import replace_file
from model.seagull import checkpoint
from model.seagull.adapter import is_adapter
from model.seagull.conversation import Conversation
from model.seagull.device_errors import translate_device_errors
from model.seagull.devices import choose_device
from model.seagull.memory_needs import free_bytes
from model.seagull.preset_names import CARD
from model.training import checkpoints, memory_plan
from model.training.card import BaseFacts, card, card_facts
from model.training.config import TrainingConfig
from model.training.dataset import Dataset, divide
from model.training.engine import Engine, Progress
from model.training.errors import TrainingError, TrainingStopped
from model.training.export_folder import Export, ReadPicture, read_export
from model.training.finetune_report import FinetuneReport
from model.training.levels_cache import LevelsCache
from model.training.memory_plan import MemoryPlan
from model.training.memory_short import memory_told
from model.training.outcome import PREDICTIONS, MakeReport, outcome
from model.training.pictures import Pictures
from model.training.plan import Plan
from model.training.ranks import Ranks
from model.training.rates import choose_rate
from model.training.run_files import EventLines
from model.training.run_folder import (
    ADAPTER,
    RESULT,
    RUN,
    alone,
    as_bytes,
    check_place,
    hash_of_base,
    refuse_another,
    threads_of,
    write_json,
)
from model.training.same_bits import same_threads, the_same_each_time
from model.training.self_test import self_test
from model.training.trainable import Trained, make_trainable, with_precision
from model.training.validation import attainable, prediction_lines

__all__ = ["FinetuneReport", "finetune"]


def finetune(
    export: str | Path,
    base: str | Path,
    out: str | Path,
    config: TrainingConfig,
    *,
    open_picture: ReadPicture,
    make_report: MakeReport | None = None,
    say: Callable[[str], None] | None = None,
    resume: bool = False,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> FinetuneReport:
    """Train, or go on training.

    Parameters
    ----------
    export : str or Path
        An export folder.
    base : str or Path
        A whole SEAGULL checkpoint.
    out : str or Path
        A new or empty folder; with `resume` the folder of a run that was stopped.
    config : TrainingConfig
    open_picture : ReadPicture
        Decodes a picture as its ROIs were marked on it.
    make_report : MakeReport, optional
        Makes ``report.html`` of the evaluation on the test images.
    say : callable, optional
        Is told, before anything is loaded, how much memory the run takes.
    resume : bool
        Go on where the last checkpoint is; a run that is finished is only reported.
    progress, cancelled : callable, optional
        As in `model.training.engine.Engine`.

    Raises
    ------
    TrainingError
        With one sentence: the export or the folder can not be used, or training can not go on.
    TrainingStopped
        If `cancelled` says so.
    model.seagull.errors.SeagullError
        If the base can not be loaded, or the device is lost.
    """
    place, ranks = Path(out), Ranks.here(config.device)
    with alone(place) if ranks.first else nullcontext():
        if ranks.first:
            check_place(place, resume)
        ranks.wait()
        _tell(progress, "reading the export")
        found = read_export(export)
        dataset = divide(found, config)
        run = _Run(
            place, found, dataset, Path(base), config, open_picture, make_report, say, progress,
            cancelled, ranks,
        )  # fmt: skip
        with (
            translate_device_errors(),
            memory_told(run.device.type, config, "this training"),
            the_same_each_time(run.device),
        ):
            return run.reported() if (place / RESULT).is_file() else run.go(resume)


class _Run:
    def __init__(
        self,
        out: Path,
        export: Export,
        dataset: Dataset,
        base: Path,
        config: TrainingConfig,
        open_picture: ReadPicture,
        make_report: MakeReport | None,
        say: Callable[[str], None] | None,
        progress: Progress | None,
        cancelled: Callable[[], bool] | None,
        ranks: Ranks,
    ) -> None:
        self._out, self._export, self._dataset, self._base = out, export, dataset, base
        self._open_picture, self._make_report = open_picture, make_report
        self._say, self._progress = (say, progress) if ranks.first else (None, None)
        self._cancelled, self._ranks = cancelled, ranks
        device = ranks.device or choose_device(config.device)
        self._config = with_precision(config, device)
        self.device = device
        self._events = EventLines(out / "events.jsonl" if ranks.first else None)

    def go(self, resume: bool) -> FinetuneReport:
        config = self._config
        if is_adapter(self._base):
            raise TrainingError(
                f"{self._base} is an adapter; merge it with its base into a whole checkpoint first."
            )
        _tell(self._progress, "looking at the base")
        base_hash = hash_of_base(self._base)
        needed = self._plan_memory()
        self._enter(base_hash, needed, resume)
        _tell(self._progress, "loading the base")
        loaded = checkpoint.load(
            self._base, device=str(self.device), dtype=config.precision, quantised=config.quantised
        )
        settings = loaded.network.config
        settings.with_global_token = settings.with_global_token and config.with_global_token
        settings.with_local_token = settings.with_local_token and config.with_local_token
        talk = Conversation(loaded.tokenizer, settings)
        trained = make_trainable(loaded.network, config, str(self._base.resolve()))
        if config.gradient_checkpointing:
            trained.network.activation_checkpointing_enable()
        plan = Plan(self._dataset, config)
        cache = None
        if not config.encoder_lora:
            cache = LevelsCache(self._out / "encoder-levels", trained.network, base_hash)
        pictures = Pictures(trained.network, talk, cache, self._open_picture, config.tokens_per_pass)
        _tell(self._progress, "testing that packed questions are trained as single ones are")
        first = self._dataset.train[0]
        tested = self_test(trained, talk, pictures, first, plan.samples(first))
        self._events.add("self-test", loss=tested.loss, gradient=tested.gradient, bound=tested.bound)

        def engine_of(rate: float, steps: int) -> Engine:
            return Engine(
                self._out, trained, loaded.tokenizer, talk, self._dataset, pictures, plan,
                replace(config, lora_rate=rate), ranks=self._ranks, steps=steps,
                progress=self._progress, cancelled=self._cancelled,
            )  # fmt: skip

        rate = config.lora_rate
        if rate is None:
            rate = choose_rate(
                self._out,
                trained,
                config,
                plan,
                engine_of,
                self._ranks,
            )
            self._events.add("rate", chosen=rate)
        self._config = replace(config, lora_rate=rate)
        torch.manual_seed(config.seed + self._ranks.number)
        engine = engine_of(rate, plan.steps)
        last = checkpoints.latest(self._out)
        if last is not None:
            engine.resume(last)
        engine.run()
        report = None
        if self._ranks.first:
            report = self._end(engine, trained, loaded.tokenizer, pictures, plan, base_hash)
        self._ranks.wait()
        return report or replace(FinetuneReport.of(self._out), speaks=False)

    def _plan_memory(self) -> MemoryPlan:
        """How much the run takes, told before anything is loaded.

        Raises
        ------
        TrainingError
            If the device has not so much.
        """
        _tell(self._progress, "computing how much memory it takes")
        settings = checkpoint.check(self._base)[0].config
        config, device = self._config, self.device
        needed, free = memory_plan.plan(settings, config), free_bytes(device)
        if free is not None:
            short = memory_plan.shortage(settings, config, free, device.type, needed)
            if short is not None:
                raise TrainingError(short)
        if self._say is not None:
            self._say(needed.sentence(free, device.type))
        return needed

    def _enter(self, base_hash: str, needed: MemoryPlan, resume: bool) -> None:
        """Write ``run.json``, or see that it says the same.

        Raises
        ------
        TrainingError
            If a run is gone on with that was another one.
        """
        deciding: dict[str, Any] = {
            "config": self._config.deciding,
            "export": self._export.sha256,
            "base": base_hash,
        }
        path = self._out / RUN
        if resume and path.is_file():
            refuse_another(self._out, deciding)
            same_threads(threads_of(self._out) or torch.get_num_threads())
            return
        threads = self._ranks.gather(torch.get_num_threads())[0]
        same_threads(threads)
        if not self._ranks.first:
            return
        told = {
            "deciding": deciding,
            "config": self._config.as_json(),
            "export": {
                "folder": str(self._export.folder.resolve()),
                "sha256": self._export.sha256,
                "policy": dict(self._export.policy),
                "simulated": self._export.simulated,
                "counts": self._dataset.counts(),
            },
            "base": {
                "folder": str(self._base.resolve()),
                "sha256": base_hash,
                "untrained": BaseFacts.of(self._base, base_hash).untrained,
            },
            "versions": {
                "python": platform.python_version(),
                "torch": torch.__version__,
                "transformers": transformers.__version__,
                "peft": peft.__version__,
            },
            "seed": self._config.seed,
            "processes": self._ranks.count,
            "threads": threads,
            "memory_plan": needed.as_json(),
            "device": str(self.device),
            "started_at": datetime.now(UTC).isoformat(),
        }
        write_json(path, told)
        self._events.add("started", counts=self._dataset.counts(), memory_plan=needed.as_json())
        self._events.add("attainable", **attainable(self._dataset.validation))

    def reported(self) -> FinetuneReport:
        """What a finished run came to; its base need not be there any more.

        Raises
        ------
        TrainingError
            If it was begun with another export or other settings.
        """
        refuse_another(self._out, {"config": self._config.deciding, "export": self._export.sha256})
        return replace(FinetuneReport.of(self._out), speaks=self._ranks.first)

    def _end(
        self,
        engine: Engine,
        trained: Trained,
        tokenizer: Any,
        pictures: Pictures,
        plan: Plan,
        base_hash: str,
    ) -> FinetuneReport:
        config, out, at = self._config, self._out, engine.standing
        chosen = at.best_epoch if config.keep == "best" else config.epochs
        assert chosen is not None
        source = out / checkpoints.FOLDER / f"epoch-{chosen}"
        checkpoints.put_adapter(source, trained)
        model = f"{self._base.resolve().name}, finetuned"
        lines = prediction_lines(
            trained, tokenizer, pictures, self._dataset.test, model, lambda n, of: self._predicts(n, of, plan)
        )
        replace_file(out / PREDICTIONS, "".join(f"{line}\n" for line in lines).encode())
        _tell(self._progress, "evaluating on the test images", plan.steps, plan.steps)
        found = outcome(out, self._export.folder, config.seed, self._make_report)
        report = FinetuneReport(
            out, config.epochs, at.step, plan.answers, tuple(at.losses), tuple(at.validation), chosen, found
        )
        last = out / checkpoints.FOLDER / f"epoch-{config.epochs}" / "trainer_state.json"
        replace_file(out / "trainer_state.json", last.read_bytes())
        base = BaseFacts.of(self._base, base_hash)
        text = card(report.as_json(), config, self._export, self._dataset, base)
        replace_file(out / "card.md", text.encode())
        facts = card_facts(report.as_json(), config, self._export, base)
        checkpoints.carry_adapter(source, out / ADAPTER, {"README.md": text.encode(), CARD: as_bytes(facts)})
        write_json(out / RESULT, report.as_json())
        self._events.add("done", best_epoch=chosen)
        return report

    def _predicts(self, done: int, total: int, plan: Plan) -> None:
        """Tell of the test images.

        Raises
        ------
        TrainingStopped
            If somebody wants to stop.
        """
        _tell(self._progress, f"predicting the test images, {done + 1} of {total}", plan.steps, plan.steps)
        if self._cancelled is not None and self._cancelled():
            raise TrainingStopped(
                "All steps are done, and the test images are not predicted yet; --resume goes on with them."
            )


def _tell(progress: Progress | None, what: str, done: int = 0, total: int = 0) -> None:
    if progress is not None:
        progress(done, total, what)
