"""Labels of a project: computed, stored as runs with their policy, and as JSON for people's scripts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import delete, exists, func, insert, select, text
from sqlalchemy.orm import Session

from annotation_db import audit, content_hash, label_summary, label_values, row_ids
from annotation_db.errors import Cancelled, NotFound
from annotation_db.label_rules import POLICIES, label_roi, policy_named
from annotation_db.label_summary import LabelCounts
from annotation_db.ratings import VOTE_COLUMNS, is_counting
from annotation_db.records import (
    CancelCheck,
    LabelPolicy,
    LabelRunRecord,
    Progress,
    RoiLabel,
    VotesUsed,
)
from annotation_db.scales import Votes
from annotation_db.schema import Image, LabelRun, Rating, Roi, RunLabel
from annotation_db.schema import RoiLabel as RoiLabelRow
from annotation_db.store import Store
from annotation_db.withdrawal import is_withdrawn

__all__ = [
    "POLICIES",
    "as_json",
    "compute",
    "delete_run",
    "get_run",
    "label_roi",
    "policy_named",
    "run_counts",
    "run_labels",
    "runs",
    "store_run",
]

_PORTION = 1000

LABEL_COLUMNS = (
    RoiLabelRow.roi_id,
    RoiLabelRow.n,
    RoiLabelRow.status,
    RoiLabelRow.rating_ids,
    RoiLabelRow.result,
)
"""What `label_values.record` takes, in that order."""


class _Counted(NamedTuple):
    """A counting rating without what labels do not need."""

    id: int
    roi_id: int
    votes: Votes


def compute(s: Session, policy: LabelPolicy) -> list[RoiLabel]:
    """Labels of all ROIs that are not withdrawn, in order of their ids.

    Parameters
    ----------
    policy : LabelPolicy
        One of `POLICIES`, or what `policy_named` made.
    """
    roi_ids = list(s.scalars(select(Roi.id).where(~is_withdrawn()).order_by(Roi.id)))
    labels: dict[int, RoiLabel | None] = dict.fromkeys(roi_ids)
    for roi_id, counted in groupby(_counted(s, policy.votes), key=lambda rating: rating.roi_id):
        if roi_id in labels:  # not so for a ROI that another machine added just now
            labels[roi_id] = label_roi(list(counted), policy, roi_id=roi_id)
    return [labels[roi_id] or label_roi([], policy, roi_id=roi_id) for roi_id in roi_ids]


def store_run(
    store: Store,
    policy: LabelPolicy,
    who: str,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> LabelRunRecord:
    """Compute all labels and store them with the policy and the ids of the ratings that entered.

    What an earlier run found already is not stored again: the runs share it.

    They are computed from one moment in time, before the transaction that stores them: ratings are saved
    meanwhile. A rating that came in between is not in the run. The run stays true all the same: it names the
    ratings that entered, and no rating is ever changed.

    Raises
    ------
    Cancelled
        If `cancelled` said so; nothing was stored.
    """
    with store.read() as s:
        labels = compute(s, policy)
    rows: list[dict[str, Any]] = []
    for start in range(0, len(labels), _PORTION):
        if cancelled is not None and cancelled():
            raise Cancelled("The label run was stopped; nothing was changed.")
        rows += [label_values.row(label) for label in labels[start : start + _PORTION]]
        if progress is not None:
            progress(len(rows), len(labels), "labels")
    labelled = sum(label.status == "labelled" for label in labels)
    wanted = {(row["roi_id"], row[content_hash.HASH]) for row in rows}
    with store.read() as s:
        known = _known(s, wanted)
    facts = {
        "created_by": who,
        "policy": asdict(policy),
        "labelled": labelled,
        "insufficient": len(labels) - labelled,
        "summary": label_summary.as_json(label_summary.counted(labels)),
        "digest": content_hash.of_all(row[content_hash.HASH] for row in rows),
    }
    with store.write(who) as s:
        _alone(s)
        run = LabelRun(**content_hash.sealed("label_run", facts))
        s.add(run)
        s.flush()
        _refer(s, run.id, rows, known)
        detail = {"policy": asdict(policy), "rois": len(labels)}
        audit.record(s, who, "labels.run", f"label run {run.id}", detail)
    return _run_record(run)


def runs(s: Session) -> list[LabelRunRecord]:
    """All label runs, newest first."""
    return [_run_record(row) for row in s.scalars(select(LabelRun).order_by(LabelRun.id.desc()))]


def get_run(s: Session, run_id: int) -> LabelRunRecord:
    """One label run.

    Raises
    ------
    NotFound
        If there is none of this id.
    """
    row = s.get(LabelRun, run_id)
    if row is None:
        raise NotFound(f"There is no label run number {run_id} in this project.")
    return _run_record(row)


def run_labels(s: Session, run_id: int) -> list[RoiLabel]:
    """The labels of one run, in order of their ROIs' ids.

    Raises
    ------
    NotFound
        If there is no such run.
    """
    get_run(s, run_id)
    of_run = select(*LABEL_COLUMNS).join(RunLabel, RunLabel.label_id == RoiLabelRow.id)
    rows = s.execute(of_run.where(RunLabel.run_id == run_id).order_by(RoiLabelRow.roi_id))
    return [label_values.record(*row) for row in rows]


def run_counts(s: Session, run_id: int) -> LabelCounts:
    """What the labels of one run add up to: kept with it; of a run of an older version, counted now.

    Raises
    ------
    NotFound
        If there is no such run.
    """
    get_run(s, run_id)
    kept = s.scalars(select(LabelRun.summary).where(LabelRun.id == run_id)).one()
    if kept is not None:
        return label_summary.from_json(kept)
    return label_summary.counted(run_labels(s, run_id))


def delete_run(s: Session, run_id: int, who: str) -> int:
    """Delete a label run, and the labels that no other run found.

    Returns
    -------
    int
        How many labels were deleted.

    Raises
    ------
    NotFound
        If there is no such run.
    """
    _alone(s)
    run = get_run(s, run_id)
    own = list(s.scalars(select(RunLabel.label_id).where(RunLabel.run_id == run_id)))
    s.execute(delete(RunLabel).where(RunLabel.run_id == run_id))
    s.execute(delete(LabelRun).where(LabelRun.id == run_id))
    shared = exists().where(RunLabel.label_id == RoiLabelRow.id)
    gone = 0
    for start in range(0, len(own), _PORTION):
        some = RoiLabelRow.id.in_(own[start : start + _PORTION])
        gone += len(s.scalars(delete(RoiLabelRow).where(some, ~shared).returning(RoiLabelRow.id)).all())
    detail = {"policy": asdict(run.policy), "created_at": run.created_at.isoformat(), "labels": gone}
    audit.record(s, who, "labels.delete", f"label run {run_id}", detail)
    return gone


def as_json(s: Session, labels: Iterable[RoiLabel], policy: LabelPolicy) -> dict[str, Any]:
    """Labels as the command line prints them.

    Returns
    -------
    dict
        ``{"policy": {...}, "rois": [{"roi", "image", "n", "status", "quality", "importance",
        "distortions"}, ...]}`` with JSON values only; of an insufficient ROI the last three are
        null, null and {}.
    """
    names = {
        row[0]: (row[1], row[2])
        for row in s.execute(
            select(Roi.id, Roi.external_id, Image.path).join(Image, Image.id == Roi.image_id)
        )
    }
    return {
        "policy": asdict(policy),
        "rois": [
            {
                "roi": names[label.roi_id][0],
                "image": names[label.roi_id][1],
                "n": label.n,
                "status": label.status,
                **label_values.result(label),
            }
            for label in labels
        ],
    }


def _counted(s: Session, votes: VotesUsed) -> Iterable[_Counted]:
    query = select(Rating.id, Rating.roi_id, *VOTE_COLUMNS).where(is_counting(votes))
    ordered = query.order_by(Rating.roi_id, Rating.annotator_id).execution_options(yield_per=_PORTION)
    for row in s.execute(ordered):
        yield _Counted(row[0], row[1], Votes(*row[2:]))


class _Known(NamedTuple):
    """Labels that are stored already, of some that were asked for."""

    ids: dict[tuple[int, str], int]
    newest: int
    """The highest id of any label then."""
    runs: frozenset[str]
    """The uids of the runs then: while they are there, so are their labels."""


def _known(s: Session, wanted: set[tuple[int, str]], before: _Known | None = None) -> _Known:
    """Which labels, as (ROI, hash), are stored; `before` spares reading what was there then and still is."""
    runs = frozenset(s.scalars(select(LabelRun.uid)))
    if before is not None and not before.runs <= runs:
        before = None  # one was deleted meanwhile
    query = select(RoiLabelRow.roi_id, RoiLabelRow.content_hash, RoiLabelRow.id)
    ids: dict[tuple[int, str], int] = {}
    if before is not None:
        query = query.where(RoiLabelRow.id > before.newest)
        ids.update(before.ids)
    for roi_id, made, label_id in s.execute(query.execution_options(yield_per=_PORTION)):
        if (roi_id, made) in wanted:
            ids[roi_id, made] = label_id
    return _Known(ids, s.scalar(select(func.max(RoiLabelRow.id))) or 0, runs)


def _refer(s: Session, run_id: int, rows: list[dict[str, Any]], known: _Known) -> None:
    """Let a run have these labels; those that no earlier run found are stored."""
    wanted = {(row["roi_id"], row[content_hash.HASH]) for row in rows}
    ids = _known(s, wanted, known).ids
    table = RoiLabelRow.metadata.tables[RoiLabelRow.__tablename__]
    new = [row for row in rows if (row["roi_id"], row[content_hash.HASH]) not in ids]
    if new:
        added = row_ids.reserve(s, table, len(new))
        s.execute(insert(table), [{"id": number, **row} for number, row in zip(added, new, strict=True)])
        ids.update(
            ((row["roi_id"], row[content_hash.HASH]), number) for number, row in zip(added, new, strict=True)
        )
    if rows:
        used = [{"run_id": run_id, "label_id": ids[row["roi_id"], row[content_hash.HASH]]} for row in rows]
        s.execute(insert(RunLabel.metadata.tables[RunLabel.__tablename__]), used)


def _alone(s: Session) -> None:
    """On a server, keep others from storing or deleting label runs until the transaction ends."""
    if s.get_bind().dialect.name == "postgresql":
        s.execute(text("LOCK TABLE run_label IN SHARE ROW EXCLUSIVE MODE"))


def _run_record(row: LabelRun) -> LabelRunRecord:
    return LabelRunRecord(
        id=row.id,
        uid=row.uid,
        created_at=row.created_at,
        created_by=row.created_by,
        policy=LabelPolicy(**row.policy),
        labelled=row.labelled,
        insufficient=row.insufficient,
    )
