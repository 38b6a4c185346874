"""What the Models & jobs page reads and writes in the database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from annotation_db import coverage, labels, predictions, prefill, prefill_bias
from annotation_db.prediction_records import Policy, PredictorRecord, PrefillPolicy
from annotation_db.prefill_bias import BiasReport
from annotation_db.store import Store
from annotation_db.transactions import transact

BASELINE_POLICY: Final = "paper-unassisted"
"""Labels that a baseline is fitted to by default, so that no model learns from what another one suggested."""

NO_MODEL = ""
"""Key of "no model chosen"."""


@dataclass(frozen=True, slots=True)
class ModelsOverview:
    """Models of a project and how their predictions are used."""

    predictors: tuple[tuple[PredictorRecord, int], ...]
    """Each with the number of ROIs that have its prediction."""
    rois: int
    policy: PrefillPolicy
    rated: int
    """ROIs that a baseline would be fitted to: those with a label of `BASELINE_POLICY`."""
    rated_pictures: int
    """Pictures that they lie on."""


def overview(store: Store) -> ModelsOverview:
    with store.read() as session:
        counts = predictions.counts(session)
        found = predictions.predictors(session)
        covered = coverage.coverage(session)
        rated, pictures = coverage.labelled(session, labels.policy_named(BASELINE_POLICY))
        return ModelsOverview(
            tuple((record, counts.get(record.id, 0)) for record in found),
            covered.rois,
            prefill.policy(session),
            rated,
            pictures,
        )


def spec_of(record: PredictorRecord, project_folder: Path) -> str:
    """What `model.predictors.factory.load_predictor` loads a model of a project from again."""
    if record.kind == "baseline":
        return str(project_folder / "models" / record.signature)
    checkpoint = record.card.get("checkpoint")
    return f"{checkpoint}?mode={record.card.get('answers', 'own')}" if checkpoint else record.name


def set_prefill(store: Store, who: str, policy: Policy, predictor_id: int | None, share: float) -> None:
    """Change what annotators see of predictions from their next ROI on."""
    transact(
        store,
        lambda session: prefill.set_policy(
            session, who, policy=policy, predictor_id=predictor_id, share=share
        ),
        who=who,
        repeatable=True,
    )


def bias(store: Store) -> BiasReport:
    """How far suggestions pull the votes; takes a second or two."""
    with store.read() as session:
        return prefill_bias.report(session)
