"""The model card of a finetuned model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.training.config import TrainingConfig
from model.training.dataset import Dataset
from model.training.export_folder import Export


def card(
    report: Mapping[str, Any],
    config: TrainingConfig,
    export: Export,
    dataset: Dataset,
    base_hash: str,
    base: str,
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
    return f"""# A SEAGULL model, finetuned
{simulated if export.simulated else ""}
An adapter (LoRA of rank {config.rank}, with projector and mask extractor in full) on the base `{base}`
(sha256 {base_hash}). Preset "{config.preset}", targets "{config.targets}", denials "{config.denials}",
{"with" if config.judgements else "without"} judgement questions, seed {config.seed}.

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

## Limits

Validation figures chose the epoch where the best is kept, so they flatter it: only the test images tell how
good it is. A label of few votes is not firm, and no model can agree with it better than another panel would.
"""


def _figure(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.3f}"
