"""How label runs lie in the database: a label that runs share is one row, and each run names its labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session, aliased

from annotation_db.database import content_hash, row_ids
from annotation_db.database.content_hash import HASH
from annotation_db.database.schema import Audit, LabelRun, LabelRunItem, RoiLabelRow

DELETED: Final = "labels.delete"
"""What the audit trail calls the end of a run."""
_PORTION: Final = 500
_RUN = LabelRun.metadata.tables[LabelRun.__tablename__]
_LABEL = LabelRun.metadata.tables[RoiLabelRow.__tablename__]
_ITEM = LabelRun.metadata.tables[LabelRunItem.__tablename__]


@dataclass(frozen=True, slots=True)
class StoredLabels:
    """The labels that are stored, as long as no run came or went."""

    runs: tuple[int, ...]
    labels: Mapping[str, int]
    """By content hash."""
    last_run: int
    """The largest number that a run ever had: none is given twice."""


def stored_labels(s: Session) -> StoredLabels:
    """What is stored now. Reads an index, no label."""
    deleted = s.scalars(select(Audit.detail).where(Audit.action == DELETED))
    gone = max((int(detail["run"]) for detail in deleted), default=0)
    labels = {row[0]: row[1] for row in s.execute(select(RoiLabelRow.content_hash, RoiLabelRow.id))}
    runs = _runs(s)
    return StoredLabels(runs, labels, max((gone, *runs)))


def store(
    s: Session, run: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], before: StoredLabels
) -> tuple[LabelRun, int]:
    """Store a run with its labels.

    Parameters
    ----------
    run : mapping
        Values of its row.
    rows : sequence of mapping
        Sealed values of `roi_label`, at most one for each ROI.
    before : Known
        What was stored before this transaction; looked up again if that changed.

    Returns
    -------
    tuple
        The run, and how many labels were not stored yet.
    """
    _alone(s)
    if before.runs != _runs(s):
        before = stored_labels(s)
    (run_id,) = row_ids.reserve(s, _RUN, 1, above=before.last_run)
    made = LabelRun(**content_hash.with_hash("label_run", {**run, "id": run_id}))
    s.add(made)
    s.flush()
    new = [row for row in rows if row[HASH] not in before.labels]
    ids = row_ids.reserve(s, _LABEL, len(new)) if new else []
    labels = {**before.labels, **{row[HASH]: label_id for row, label_id in zip(new, ids, strict=True)}}
    if new:
        s.execute(insert(_LABEL), [{**row, "id": labels[row[HASH]]} for row in new])
    items = [{"run_id": run_id, "label_id": labels[row[HASH]]} for row in rows]
    if items:
        s.execute(insert(_ITEM), [content_hash.with_hash("label_run_item", item) for item in items])
    return made, len(new)


def remove(s: Session, run_id: int) -> int:
    """Remove a run, and the labels that no other run names; returns how many those were."""
    _alone(s)
    other = aliased(LabelRunItem)
    shared = select(other.id).where(other.label_id == LabelRunItem.label_id, other.run_id != run_id)
    mine = select(LabelRunItem.label_id).where(LabelRunItem.run_id == run_id, ~shared.exists())
    alone = list(s.scalars(mine))
    s.execute(delete(_ITEM).where(_ITEM.c.run_id == run_id))
    for start in range(0, len(alone), _PORTION):
        s.execute(delete(_LABEL).where(_LABEL.c.id.in_(alone[start : start + _PORTION])))
    s.execute(delete(_RUN).where(_RUN.c.id == run_id))
    return len(alone)


def _runs(s: Session) -> tuple[int, ...]:
    return tuple(s.scalars(select(LabelRun.id).order_by(LabelRun.id)))


def _alone(s: Session) -> None:
    """One program at a time stores or removes runs: no label goes while another run takes it up."""
    if s.get_bind().dialect.name == "postgresql":
        s.execute(text("LOCK TABLE label_run IN SHARE ROW EXCLUSIVE MODE"))
