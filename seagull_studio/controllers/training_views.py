"""What the window says of a training: before it begins, while it works, and when it is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication

from annotation_db.vocabulary.scales import OVERALL
from seagull_studio.jobs.finetune_preview import Preview
from seagull_studio.jobs.training_reading import TrainingSoFar, thinned
from seagull_studio.state.training_view import Chart, Curve, FigureRow, FinetuneLook, Level, TrainingView

NOTHING = "–"
translate = QCoreApplication.translate


def look_of(found: Preview, held: int) -> FinetuneLook:
    """What a training would be, in words; `held` are the bytes of GPU memory that this window has taken."""
    names = {
        "train": translate("TrainingViews", "Training"),
        "validation": translate("TrainingViews", "Validation"),
        "test": translate("TrainingViews", "Test"),
    }
    parts = tuple(
        (title, *(f"{found.counts[part][what]:,}" for what in ("images", "groups", "rois", "votes")))
        for part, title in names.items()
    )
    levels = tuple(_levels(found, scale) for scale in OVERALL)
    sentences = [found.memory] if not found.short else []
    if held and found.device.startswith("cuda"):
        sentences.append(
            translate(
                "TrainingViews",
                "SAM of this window holds {memory} GB of this GPU, which the training cannot have; it is "
                "free once this window is closed.",
            ).format(memory=f"{held / 1e9:.1f}")
        )
    if found.counts["left_out"]:
        sentences.append(
            translate(
                "TrainingViews",
                "{count} ROIs of the training pictures have fewer than {least} votes and are left out.",
            ).format(count=f"{found.counts['left_out']:,}", least=found.counts["min_votes"])
        )
    sentences.append(
        translate("TrainingViews", "How long it takes is told after its first steps, in its row under Jobs.")
    )
    alarm = [found.short] if found.short else []
    if found.untrained:
        alarm.append(
            translate(
                "TrainingViews",
                "UNTRAINED: the weights that it begins from are random. It is for trying things out only.",
            )
        )
    if found.simulated:
        alarm.append(translate("TrainingViews", "Some of the ratings behind these labels are SIMULATED."))
    return FinetuneLook(parts, levels, tuple(sentences), "\n".join(alarm), can_start=not found.short)


def _levels(found: Preview, scale: str) -> str:
    told = ", ".join(f"{word} {count:,}" for word, count in found.counts["levels"][scale].items())
    said = translate("TrainingViews", "{scale}: {levels}; {firm} of {rois} training labels are firm.")
    return said.format(
        scale=_scale(scale),
        levels=told,
        firm=f"{found.firm[scale]:,}",
        rois=f"{found.counts['train']['rois']:,}",
    )


def view_of(found: TrainingSoFar, out: Path) -> TrainingView:
    """What a training's folder says, for its curves and its figures."""
    done = found.result is not None
    present, note, figures = "", "", ()
    if done:
        present, note, figures = _outcome(found)
    report, adapter = out / "report.html", out / "adapter"
    return TrainingView(
        charts=_charts(found),
        warning=_warning(found),
        now=_now(found),
        present=present,
        figures=figures,
        note=note,
        report=str(report) if done and report.is_file() else "",
        adapter=str(adapter) if done and adapter.is_dir() else "",
    )


def _charts(found: TrainingSoFar) -> tuple[Chart, ...]:
    kinds = {
        "quality": translate("TrainingViews", "quality"),
        "importance": translate("TrainingViews", "importance"),
        "distortions": translate("TrainingViews", "distortions"),
        "judgement": translate("TrainingViews", "yes/no: levels"),
        "presence": translate("TrainingViews", "yes/no: distortions"),
    }
    rates = {
        "lora": translate("TrainingViews", "language model (LoRA)"),
        "in full": translate("TrainingViews", "mask extractor, projector"),
    }
    losses = sorted(found.losses, key=lambda name: [*kinds, name].index(name))
    attainable = translate("TrainingViews", "attainable, {scale}")
    return (
        Chart(
            translate("TrainingViews", "Loss by kind of question"),
            tuple(Curve(kinds.get(name, name), thinned(found.losses[name])) for name in losses),
            low=0.0,
        ),
        Chart(
            translate("TrainingViews", "SROCC on held-out pictures"),
            tuple(Curve(kinds[scale], tuple(found.srocc.get(scale, ()))) for scale in OVERALL),
            low=0.0,
        ),
        Chart(
            translate("TrainingViews", "PLCC on held-out pictures"),
            tuple(Curve(kinds[scale], tuple(found.plcc.get(scale, ()))) for scale in OVERALL),
            tuple(
                Level(attainable.format(scale=kinds[scale]), found.attainable[scale])
                for scale in OVERALL
                if scale in found.attainable
            ),
            low=0.0,
        ),
        Chart(
            translate("TrainingViews", "Learning rate"),
            tuple(Curve(rates[name], thinned(found.rates[name])) for name in rates if name in found.rates),
            low=0.0,
        ),
        Chart(
            translate("TrainingViews", "Tokens per second"),
            (Curve(translate("TrainingViews", "tokens per second"), thinned(found.speed)),)
            if found.speed
            else (),
            low=0.0,
        ),
    )


def _warning(found: TrainingSoFar) -> str:
    said = []
    if found.untrained:
        said.append(
            translate("TrainingViews", "It began from random weights (UNTRAINED): its figures mean nothing.")
        )
    if found.simulated:
        said.append(translate("TrainingViews", "Some of the ratings behind its labels are SIMULATED."))
    return " ".join(said)


def _now(found: TrainingSoFar) -> str:
    if not found.speed:
        return ""
    said = translate("TrainingViews", "{speed} tokens per second").format(speed=f"{found.speed[-1][1]:,.0f}")
    if found.memory:
        memory = translate("TrainingViews", "{memory} GB of memory at most").format(
            memory=f"{found.memory / 1e9:.1f}"
        )
        said = f"{said} · {memory}"
    return said


def _outcome(found: TrainingSoFar) -> tuple[str, str, tuple[FigureRow, ...]]:
    """Name of the present model, why something is missing, and the figures."""
    result, comparison = found.result or {}, found.comparison or {}
    both = comparison.get("evaluation")
    told = both or result.get("evaluation")
    if not isinstance(told, dict):
        why = (result.get("undefined") or {}).get("evaluation") or NOTHING
        return "", translate("TrainingViews", "It could not be evaluated: {why}").format(why=why), ()
    present = str(comparison.get("present") or "") if both else ""
    note = str(comparison.get("undefined") or "")
    if note and comparison.get("present"):
        note = translate("TrainingViews", "It could not be compared with {model}: {why}").format(
            model=comparison["present"], why=note
        )
    try:
        return present, note, tuple(_figures(told))
    except (KeyError, TypeError, ValueError, AttributeError):
        return "", translate("TrainingViews", "Its evaluation cannot be read; the report has it."), ()


def _figures(told: Mapping[str, Any]) -> Iterator[FigureRow]:
    against = told.get("against") or {}
    for scale in OVERALL:
        reach = told["panel"]["scales"][scale]["attainable"]["plcc"]
        for key, name in (("srocc", "SROCC"), ("plcc", "PLCC")):
            other = ((against.get(scale) or {}).get(key) or {}).get("other")
            own = _figure(told[scale][key], (told[scale].get("ci95") or {}).get(key))
            # What is attainable is a PLCC: nothing of the kind is known of SROCC.
            attainable = _figure(reach if key == "plcc" else None)
            yield FigureRow(f"{name}, {_scale(scale)}", own, _figure(other), attainable)
    for key, name in (
        ("types", translate("TrainingViews", "F1 of distortions")),
        ("severity", translate("TrainingViews", "F1 of their severities")),
    ):
        other = ((against.get(key) or {}).get("f1") or {}).get("other")
        own = _figure(told[key]["f1"], (told[key].get("ci95") or {}).get("f1"))
        yield FigureRow(name, own, _figure(other), NOTHING)
    # Such an answer counts as wrong, so a model that tells no distortions has an F1 of 0. The own model was
    # measured by weighing given answers: all of them can be read.
    name = translate("TrainingViews", "Answers that could not be read")
    lost = against.get("unreadable")
    yield FigureRow(name, NOTHING, NOTHING if lost is None else f"{100 * lost:.0f} %", NOTHING)


def _figure(value: float | None, interval: Any = None) -> str:
    if value is None:
        return NOTHING
    if not interval:
        return f"{value:.2f}"
    return f"{value:.2f} ({interval[0]:.2f} … {interval[1]:.2f})"


def _scale(scale: str) -> str:
    return (
        translate("TrainingViews", "quality")
        if scale == "quality"
        else translate("TrainingViews", "importance")
    )
