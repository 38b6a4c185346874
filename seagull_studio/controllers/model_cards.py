"""What the window says of a model: what it was trained on, and how good it is known to be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication

from annotation_db.predictions.prediction_records import PredictorRecord
from seagull_studio.jobs.fit_baseline import sureness
from seagull_studio.state.rating_view import RatingForm


def trained_on(record: PredictorRecord) -> str:
    """A sentence or two."""
    card = record.card
    if "finetuned_on" in card:
        return _finetuned(card)
    if record.kind != "baseline":
        unknown = QCoreApplication.translate("ModelCards", "It does not say what it was trained on.")
        return str(card.get("trained_on") or unknown)
    fitted = QCoreApplication.translate(
        "ModelCards",
        "Classical measures, fitted to {rois} labelled ROIs on {images} pictures of {project} "
        "(labels: {policy}).",
    ).format(
        rois=card.get("rois"),
        images=card.get("images"),
        project=card.get("project"),
        policy=card.get("policy"),
    )
    nothing = QCoreApplication.translate(
        "ModelCards",
        "It tells no scale: on pictures it had not seen it was on none surely better than chance, so "
        "it suggests nothing. More ratings may change that.",
    )
    told = card.get("cross_validation", {}).get("told")
    return f"{fitted} {nothing}" if told == [] else fitted


def _finetuned(card: Mapping[str, Any]) -> str:
    said = [
        QCoreApplication.translate(
            "ModelCards", "Finetuned on {answers} answers; labels: {policy}; preset: {preset}."
        ).format(
            answers=card.get("trained_answers"), policy=card.get("label_policy"), preset=card.get("preset")
        )
    ]
    if card.get("base_untrained"):
        said.append(
            QCoreApplication.translate(
                "ModelCards", "It began from random weights (UNTRAINED): for trying things out only."
            )
        )
    if card.get("simulated_votes"):
        said.append(
            QCoreApplication.translate("ModelCards", "Some of the ratings behind its labels are SIMULATED.")
        )
    return " ".join(said)


def facts(record: PredictorRecord, form: RatingForm) -> Iterator[tuple[str, str]]:
    """Name and value of what is known of it."""
    validated = record.card.get("cross_validation")
    if isinstance(validated, dict):
        for row in form.rows:
            found = validated.get("scales", {}).get(row.name, {})
            srocc, chance = found.get("srocc"), found.get("chance")
            if isinstance(chance, float) and row.name not in validated.get("told", []):
                not_told = QCoreApplication.translate("ModelCards", "not told ({sure} sure)")
                yield row.title, not_told.format(sure=sureness(chance))
            elif isinstance(srocc, float):
                sure = f" ({sureness(chance)})" if isinstance(chance, float) else ""
                title = (
                    QCoreApplication.translate("ModelCards", "SROCC, {scale} (pictures not seen)")
                    if not sure
                    else QCoreApplication.translate(
                        "ModelCards", "SROCC, {scale} (pictures not seen; how sure)"
                    )
                )
                yield title.format(scale=row.title), f"{srocc:.2f}{sure}"
    if checkpoint := record.card.get("checkpoint"):
        yield QCoreApplication.translate("ModelCards", "Checkpoint"), str(checkpoint)
