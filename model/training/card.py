"""The model card of a finetuned model, for people and for programs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, Self

from annotation_db.vocabulary.scales import OVERALL
from model.seagull.preset_names import CARD
from model.seagull.weight_files import read_json
from model.training.config import MODE, TrainingConfig
from model.training.dataset import Dataset
from model.training.export_folder import Export


class BaseFacts(NamedTuple):
    """What is said of a base."""

    folder: Path
    sha256: str
    untrained: bool
    """Its weights were random."""

    @classmethod
    def of(cls, folder: Path, sha256: str) -> Self:
        """Of a checkpoint's folder.

        Raises
        ------
        model.seagull.errors.CheckpointError
            If its card is no JSON object.
        """
        told = read_json(folder / CARD) if (folder / CARD).is_file() else {}
        return cls(folder, sha256, told.get("untrained") is True)


def card_facts(
    report: Mapping[str, Any], config: TrainingConfig, export: Export, base: BaseFacts
) -> dict[str, Any]:
    """What a program that loads the adapter is told of it: ``card.json``.

    Parameters
    ----------
    report : mapping
        `FinetuneReport.as_json`.
    config : TrainingConfig
    export : Export
    base : BaseFacts
        What it was trained with, on and from.
    """
    return {
        "name": f"{base.folder.resolve().name}, finetuned ({Path(report['out']).resolve().name})",
        "finetuned_on": export.sha256,
        "label_policy": export.policy.get("name"),
        "simulated_votes": export.simulated,
        "base_sha256": base.sha256,
        "base_untrained": base.untrained,
        "preset": config.preset,
        "seed": config.seed,
        "trained_answers": report["answers"],
        "evaluated_mode": MODE,
        "best_epoch": report["best_epoch"],
    }


def card(
    report: Mapping[str, Any],
    config: TrainingConfig,
    export: Export,
    dataset: Dataset,
    base: BaseFacts,
) -> str:
    """What it was made of and how, as Markdown.

    Parameters
    ----------
    report : mapping
        `FinetuneReport.as_json`.
    """
    counts = dataset.counts()
    parts = "\n".join(
        f"| {part} | {told['images']} | {told['groups']} | {told['rois']} | {told['votes']} |"
        for part, told in ((name, counts[name]) for name in ("train", "validation", "test"))
    )
    epochs = "\n".join(
        f"| {n} | {loss:.4f} | {found['loss']:.4f} | {_figure(found['quality']['srocc'])} | "
        f"{_figure(found['importance']['srocc'])} |"
        for n, (loss, found) in enumerate(zip(report["loss"], report["validation"], strict=True), 1)
    )
    levels = "\n".join(
        f"- {scale}: " + ", ".join(f"{word} {count}" for word, count in found.items())
        for scale, found in counts["levels"].items()
    )
    held = "the export's own part" if dataset.own_validation else "whole groups of training images"
    simulated = "\n**Some or all of the votes are simulated: this model says nothing about people.**\n"
    random = "\n**The weights of the base were random: it knew nothing before this training.**\n"
    return f"""# A SEAGULL model, finetuned
{simulated if export.simulated else ""}{random if base.untrained else ""}
An adapter (LoRA of rank {config.rank}, with projector and mask extractor in full) on the base `{base.folder}`
(sha256 {base.sha256}). Preset "{config.preset}", targets "{config.targets}",
denials "{config.denials}", {"with" if config.judgements else "without"} judgement questions,
seed {config.seed}.

## Data

Export sha256 {export.sha256}, label policy {export.policy.get("name")}. Votes that count: {config.votes}, at
least {counts["min_votes"]} on a ROI; {counts["left_out"]} ROIs of the training images have fewer and are left
out. Practice and what was excluded never enters. Validation: {held}.

| part | images | groups | ROIs | votes |
|---|---|---|---|---|
{parts}

{levels}

## Training

{report["steps"]} steps of up to {config.batch_answers} answers, {report["answers"]} answers in
{report["epochs"]} epochs; rates {config.lora_rate} (LoRA) and {config.extractor_rate:g} (projector, mask
extractor), cosine after a warm-up of {100 * config.warmup:g} %. The weights are those of epoch
{report["best_epoch"]} ({"the best by validation SROCC" if config.keep == "best" else "the last"}).

| epoch | loss | validation loss | SROCC quality | SROCC importance |
|---|---|---|---|---|
{epochs}

## On the test images

{_test(report)}

## Limits

Validation figures chose the epoch where the best is kept, so they flatter it: only the test images tell how
good it is. A label of few votes is not firm, and no model can agree with it better than another panel would.
"""


def _figure(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.3f}"


def _test(report: Mapping[str, Any]) -> str:
    found = report["evaluation"]
    if found is None:
        return f"Not evaluated: {report['undefined']['evaluation']}"
    rows = "\n".join(
        f"| {name} | {_figure(found[name]['srocc'])} | {_figure(found[name]['plcc'])} | "
        f"{_figure(found['panel']['scales'][name]['attainable']['plcc'])} |"
        for name in OVERALL
    )
    return f"""{found["rois"]} ROIs on {found["images"]} images; all figures with intervals stand in
`evaluation.json` and `report.html` of the run's folder. They are of the mode "{MODE}": levels are weighed in
the answer that was trained, and the model writes none of its own.

| scale | SROCC | PLCC | PLCC that a perfect model reaches |
|---|---|---|---|
{rows}

F1 of distortion types {_figure(found["types"]["f1"])}, of severities {_figure(found["severity"]["f1"])};
answers that could not be read: n/a in this mode."""
