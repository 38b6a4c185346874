"""Labels of a project: computed, stored as runs with their policy, and as JSON for people's scripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, Literal, cast

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from annotation_db.database import audit, content_hash
from annotation_db.database.schema import Image, LabelRun, LabelRunItem, Roi, RoiLabelRow
from annotation_db.database.store import Store
from annotation_db.database.transactions import transact
from annotation_db.errors import Cancelled, NotFound
from annotation_db.files.json_text import encoded
from annotation_db.labels import label_counts, label_json, label_rows
from annotation_db.labels.label_counts import LabelCounts
from annotation_db.labels.label_rules import POLICIES, label_of_counts, label_roi, policy_named
from annotation_db.labels.label_stability import Stabilities
from annotation_db.pictures.withdrawal import is_withdrawn
from annotation_db.rating import counted_votes, ratings
from annotation_db.rating.counted_votes import CountedVotes
from annotation_db.records import DistortionLabel, LabelPolicy, LabelRunRecord, MeanLabel, RoiLabel
from annotation_db.vocabulary.callbacks import CancelCheck, Progress

__all__ = [
    "POLICIES",
    "as_json",
    "compute",
    "get_run",
    "label_roi",
    "policy_named",
    "read_rows",
    "run_labels",
    "run_saying",
    "runs",
    "store_run",
    "told_anew",
]

_PORTION = 1000


def compute(s: Session, policy: LabelPolicy) -> list[RoiLabel]:
    """Labels of all ROIs that are not withdrawn, in order of their ids.

    Parameters
    ----------
    policy : LabelPolicy
        One of `POLICIES`, or what `policy_named` made.
    """
    roi_ids = list(s.scalars(select(Roi.id).where(~is_withdrawn()).order_by(Roi.id)))
    found = {one.roi_id: one for one in counted_votes.read(s, policy.votes)}
    return [_label(roi_id, found.get(roi_id), policy) for roi_id in roi_ids]


def store_run(
    store: Store,
    policy: LabelPolicy,
    who: str,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> LabelRunRecord:
    """Compute all labels and store them with the policy and the ids of the ratings that entered.

    A label that says what a stored one says is not stored again: the run names that one. They are computed
    from one moment in time, before the transaction that stores them: ratings are saved
    meanwhile. A rating that came in between is not in the run. The run stays true all the same: it names the
    ratings that entered, and no rating is ever changed.

    Parameters
    ----------
    store : Store
    policy : LabelPolicy
    who : str
        For the audit trail.
    progress : callable, optional
    cancelled : callable, optional
        See `vocabulary.callbacks`.

    Raises
    ------
    Cancelled
        If `cancelled` said so; nothing was stored.
    """
    with store.read() as s:
        labels = compute(s, policy)
        known = label_rows.stored_labels(s)
    rows: list[dict[str, Any]] = []
    for start in range(0, len(labels), _PORTION):
        if cancelled is not None and cancelled():
            raise Cancelled("The label run was stopped; nothing was changed.")
        portion = labels[start : start + _PORTION]
        rows += [content_hash.with_hash("roi_label", _row(label)) for label in portion]
        if progress is not None:
            progress(len(rows), len(labels), "labels")
    labelled = sum(label.status == "labelled" for label in labels)
    summary = asdict(label_counts.count_labels(labels))
    counts = {"labelled": labelled, "insufficient": len(labels) - labelled, "summary": summary}

    def save(s: Session) -> LabelRunRecord:
        given = {"created_by": who, "policy": asdict(policy), **counts}
        run, new = label_rows.store(s, given, rows, known)
        detail = {"policy": asdict(policy), "rois": len(labels), "new_labels": new}
        audit.record(s, who, "labels.run", f"label run {run.id}", detail)
        return _run_record(run)

    return transact(store, save, who=who)


def runs(s: Session) -> list[LabelRunRecord]:
    """All label runs, newest first. Reads no label."""
    return [_run_record(row) for row in s.scalars(select(LabelRun).order_by(LabelRun.id.desc()))]


def run_counts(s: Session, run_id: int) -> LabelCounts:
    """What the labels of one run add up to. Reads them only if the run does not keep it.

    Raises
    ------
    NotFound
        If there is no such run.
    """
    kept = s.scalar(select(LabelRun.summary).where(LabelRun.id == run_id))
    return label_counts.from_json(kept) if kept else label_counts.count_labels(run_labels(s, run_id))


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
    named = LabelRunItem.run_id == run_id
    return list(read_rows(s, select(LabelRunItem.label_id).where(named)))


def read_rows(s: Session, ids: Select[Any]) -> Iterator[RoiLabel]:
    """The stored labels whose ids a query gives, in order of their ROIs' ids."""
    row = RoiLabelRow
    columns = select(row.roi_id, row.n, row.status, row.rating_ids, row.result)
    reader = _Reader()
    for found in s.execute(columns.where(row.id.in_(ids)).order_by(row.roi_id)):
        yield reader.label(found[0], found[1], found[2], found[3], found[4])


def run_saying(s: Session, policy: LabelPolicy, labels: Sequence[RoiLabel]) -> LabelRunRecord | None:
    """The newest run under a policy, if it says what `labels` say; else None."""
    newest = next((run for run in runs(s) if run.policy == policy), None)
    return newest if newest is not None and run_labels(s, newest.id) == list(labels) else None


def told_anew(s: Session, labels: Sequence[RoiLabel], policy: LabelPolicy) -> list[RoiLabel]:
    """Labels of a run of an older version with what such runs lack: bounded intervals, counts of votes.

    They are made of the very ratings that entered, which are never changed.
    """
    found: list[RoiLabel] = []
    for start in range(0, len(labels), _PORTION):
        some = labels[start : start + _PORTION]
        entered = ratings.get_many(s, (rating_id for label in some for rating_id in label.rating_ids))
        for label in some:
            votes = [entered[rating_id] for rating_id in label.rating_ids]
            found.append(label_roi(votes, policy, roi_id=label.roi_id))
    return found


def as_json(s: Session, labels: Sequence[RoiLabel], policy: LabelPolicy) -> dict[str, Any]:
    """Labels as the command line prints them.

    Returns
    -------
    dict
        ``{"policy": {...}, "rois": [{"roi", "uid", "image", "n", "status", "quality", "importance",
        "distortions"}, ...]}`` with JSON values only; of an insufficient ROI the last three are
        null, null and {}.
    """
    names = {
        row[0]: (row[1], row[2], row[3])
        for row in s.execute(
            select(Roi.id, Roi.external_id, Image.path, Roi.uid).join(Image, Image.id == Roi.image_id)
        )
    }
    stability = Stabilities(labels, policy)
    return {
        "policy": asdict(policy),
        "rois": [
            {
                "roi": names[label.roi_id][0],
                "uid": names[label.roi_id][2],
                "image": names[label.roi_id][1],
                "n": label.n,
                "status": label.status,
                **label_json.told(label, stability),
            }
            for label in labels
        ],
    }


def _label(roi_id: int, votes: CountedVotes | None, policy: LabelPolicy) -> RoiLabel:
    if votes is None:
        return label_roi([], policy, roi_id=roi_id)
    return label_of_counts(roi_id, votes.rating_ids, votes.counts, policy)


def _row(label: RoiLabel) -> dict[str, object]:
    return {
        "roi_id": label.roi_id,
        "status": label.status,
        "n": label.n,
        "rating_ids": encoded(list(label.rating_ids)),
        "result": encoded(label_json.stored(label)),
    }


class _Reader:
    """Makes records of stored labels; equal parts of them are one record, since a large run has few kinds."""

    def __init__(self) -> None:
        self._means: dict[tuple[object, ...], MeanLabel] = {}
        self._distortions: dict[tuple[object, ...], DistortionLabel] = {}

    def label(
        self, roi_id: int, n: int, status: str, rating_ids: Sequence[int], result: dict[str, Any]
    ) -> RoiLabel:
        return RoiLabel(
            roi_id=roi_id,
            n=n,
            status=cast(Literal["labelled", "insufficient"], status),
            quality=self._mean(result["quality"]),
            importance=self._mean(result["importance"]),
            distortions={name: self._distortion(d) for name, d in result["distortions"].items()},
            rating_ids=tuple(rating_ids),
        )

    def _mean(self, values: dict[str, Any] | None) -> MeanLabel | None:
        if values is None:
            return None
        interval = None if values["ci95"] is None else (values["ci95"][0], values["ci95"][1])
        counts = _counts(values)
        key = (values["sum"], values["n"], values["mean"], values["sd"], values["level"], interval, counts)
        found = self._means.get(key)
        if found is None:
            found = self._means[key] = MeanLabel(**{**values, "ci95": interval, "counts": counts})
        return found

    def _distortion(self, values: dict[str, Any]) -> DistortionLabel:
        severity = self._mean(values["severity"])
        counts = _counts(values)
        facts = (values["present"], values["non_existent"], values["n"], values["tie"], values["thin"])
        key = (*facts, counts, id(severity))  # kept in `_means`, so that its id stays its own
        found = self._distortions.get(key)
        if found is None:
            told = {**values, "severity": severity, "counts": counts}
            found = self._distortions[key] = DistortionLabel(**told)
        return found


def _counts(values: dict[str, Any]) -> tuple[int, ...] | None:
    counts = values.get("counts")
    return None if counts is None else tuple(counts)


def _run_record(row: LabelRun) -> LabelRunRecord:
    return LabelRunRecord(
        id=row.id,
        uid=row.uid,
        created_at=row.created_at,
        created_by=row.created_by,
        policy=LabelPolicy(**{"interval": "student-t", **row.policy}),  # before intervals had a name
        labelled=row.labelled,
        insufficient=row.insufficient,
    )
