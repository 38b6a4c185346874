"""Which labels an export takes: the last label run while it still holds, else labels computed now."""

from __future__ import annotations

from dataclasses import dataclass

from annotation_db.database.store import Store
from annotation_db.labels import labels
from annotation_db.records import LabelPolicy
from annotation_db.safety import integrity


@dataclass(frozen=True, slots=True)
class LabelSource:
    """Exactly one of `run_id` and `policy` is set, or neither for the paper's policy."""

    run_id: int | None = None
    policy: LabelPolicy | None = None
    remark: str = ""
    """What the person should know about that, "" for nothing."""


def label_source(store: Store, name: str | None = None, min_raters: int | None = None) -> LabelSource:
    """Choose the labels to export.

    The last stored run is taken as it is only while it still says what the ratings say.

    Parameters
    ----------
    name : str, optional
        A policy asked for by name: labels are computed now.
    min_raters : int, optional
        Another minimum number of raters: likewise.

    Raises
    ------
    ProjectError
        If the database is damaged: every export begins here.
    """
    with store.read() as s:
        integrity.refuse_damaged(s)
    if name is not None or min_raters is not None:
        return LabelSource(policy=labels.policy_named(name or "paper", min_raters=min_raters))
    with store.read() as s:
        runs = labels.runs(s)
        if not runs:
            return LabelSource()
        last = runs[0]
        if labels.run_labels(s, last.id) == labels.compute(s, last.policy):
            return LabelSource(run_id=last.id)
    remark = (
        f"Ratings changed since label run {last.id}; labels were computed anew under its policy "
        f"({last.policy.name}, at least {last.policy.min_raters} ratings)."
    )
    return LabelSource(policy=last.policy, remark=remark)
