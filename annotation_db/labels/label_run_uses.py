"""Who names a label run, and removing one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_db.database import audit
from annotation_db.database.schema import Audit, Predictor
from annotation_db.database.store import Store
from annotation_db.database.transactions import transact
from annotation_db.labels import label_rows, labels
from annotation_db.records import LabelRunRecord

_EXPORTED: Final = "labels.export"


@dataclass(frozen=True, slots=True)
class Use:
    """Something that names a label run by its uid, and goes on naming it when the run is gone."""

    kind: Literal["export", "baseline"]
    name: str
    """The folder of the export, or the model's name."""
    at: datetime


def note_export(store: Store, run_uid: str | None, folder: str | Path, who: str) -> None:
    """Remember that an export was made of a run; nothing where it was of none, or nobody may write.

    Parameters
    ----------
    store : Store
    run_uid : str or None
        None where labels were computed for the export.
    folder : str or Path
        The export's.
    who : str
        For the audit trail.
    """
    if run_uid is None or store.read_only:
        return
    detail = {"run": run_uid, "folder": str(folder)}
    transact(store, lambda s: audit.record(s, who, _EXPORTED, f"label run {run_uid}", detail), who=who)


def uses(s: Session) -> dict[str, list[Use]]:
    """By the uid of a run, the exports and fitted baselines that name it, newest first."""
    found: dict[str, list[Use]] = defaultdict(list)
    for at, detail in s.execute(select(Audit.at, Audit.detail).where(Audit.action == _EXPORTED)):
        found[detail["run"]].append(Use("export", detail["folder"], at))
    models = select(Predictor.name, Predictor.card, Predictor.created_at).where(Predictor.kind == "baseline")
    for name, card, at in s.execute(models):
        if card.get("label_run"):
            found[card["label_run"]].append(Use("baseline", name, at))
    return {uid: sorted(these, key=lambda use: use.at, reverse=True) for uid, these in found.items()}


def delete(store: Store, run_id: int, who: str) -> LabelRunRecord:
    """Remove a label run, and the labels that no other run names. Ratings stay as they are.

    Returns
    -------
    LabelRunRecord
        What is gone; the audit trail keeps it too.

    Raises
    ------
    NotFound
        If there is no such run.
    """

    def remove(s: Session) -> LabelRunRecord:
        run = labels.get_run(s, run_id)
        gone = label_rows.remove(s, run_id)
        detail = {
            "run": run.id,
            "uid": run.uid,
            "created_at": run.created_at.isoformat(),
            "created_by": run.created_by,
            "policy": asdict(run.policy),
            "labelled": run.labelled,
            "insufficient": run.insufficient,
            "labels": gone,
        }
        audit.record(s, who, label_rows.DELETED, f"label run {run.id}", detail)
        return run

    return transact(store, remove, who=who)
