"""What the Models & jobs page reads and writes in the database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from annotation_db.database.store import Store
from annotation_db.database.transactions import transact, transact_read
from annotation_db.labels import labels
from annotation_db.predictions import predictions, prefill, prefill_bias
from annotation_db.predictions.prediction_records import Policy, PredictorRecord, PrefillPolicy
from annotation_db.predictions.prefill_bias import BiasReport
from annotation_db.rating import coverage
from annotation_db.rating.permissions import Action
from model.predictors import baseline_needs
from seagull_studio.operations.acting import allow

NO_MODEL = ""
"""Key of "no model chosen"."""


@dataclass(frozen=True, slots=True)
class ModelsOverview:
    """Models of a project and how their predictions are used."""

    predictors: tuple[tuple[PredictorRecord, int], ...]
    """Each with the number of ROIs that have its prediction."""
    rois: int
    policy: PrefillPolicy
    labelled: tuple[int, int]
    """ROIs that have a label which the baseline would be fitted to, and the images that they lie on."""


def overview(store: Store) -> ModelsOverview:
    with store.read() as session:
        counts = predictions.counts(session)
        policy = labels.policy_named(baseline_needs.POLICY)
        found = predictions.predictors(session)
        covered = coverage.coverage(session)
        return ModelsOverview(
            tuple((record, counts.get(record.id, 0)) for record in found),
            covered.rois,
            prefill.policy(session),
            coverage.labelled_sizes(session, policy.votes, policy.min_raters),
        )


def spec_of(record: PredictorRecord, project_folder: Path) -> str:
    """What `model.predictors.factory.load_predictor` loads a model of a project from again.

    Models that an older version made known have no specification in their card; of theirs, options are lost.
    """
    if record.kind == "baseline":
        return str(project_folder / "models" / record.signature)
    if spec := record.card.get("spec"):
        return str(spec)
    checkpoint = record.card.get("checkpoint")
    return f"{checkpoint}?mode={record.card.get('answers', 'own')}" if checkpoint else record.name


def find(store: Store, named: str) -> PredictorRecord:
    """The model of a name, signature or uid; raises `NotFound` if there is none."""
    return transact_read(store, lambda session: predictions.find_predictor(session, named))


def set_prefill(
    store: Store, who: str, policy: Policy | None, predictor_id: int | None, share: float | None
) -> None:
    """Change what annotators see of predictions from their next ROI on; None leaves something as it is.

    Parameters
    ----------
    who : str
        Who does it, for the audit trail.
    policy : Policy or None
        Who sees suggestions, and when.
    predictor_id : int or None
        Whose.
    share : float or None
        Share of ROIs that stay without, 0..1.
    """
    allow(store, Action.MODELS)
    transact(
        store,
        lambda session: prefill.set_policy(
            session, who, policy=policy, predictor_id=predictor_id, share=share
        ),
        who=who,
        repeatable=True,
    )


def bias(
    store: Store, predictor_id: int | None = None, *, bootstrap: int = 1000, seed: int = 0
) -> BiasReport:
    """How far suggestions pull the votes; takes a second or two. See `prefill_bias.report`.

    Parameters
    ----------
    predictor_id : int or None
        Whose suggestions; None for those that are shown now.
    bootstrap : int
        Resamples of images for each interval.
    seed : int
        Of the resampling.
    """
    allow(store, Action.REVIEW)
    with store.read() as session:
        return prefill_bias.report(session, predictor_id=predictor_id, bootstrap=bootstrap, seed=seed)
