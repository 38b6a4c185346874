"""What changed between two label runs: which ROIs have another status or level, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from annotation_db.database.schema import LabelRunItem
from annotation_db.labels import labels
from annotation_db.labels.label_change_causes import CAUSES, Cause, Causes
from annotation_db.records import LabelRunRecord, RoiLabel
from annotation_db.vocabulary.scales import DISTORTIONS, NON_EXISTENT

__all__ = ["CAUSES", "Cause", "Comparison", "LabelChange", "compare", "levels"]


@dataclass(frozen=True, slots=True)
class LabelChange:
    """One ROI whose status or level is another one."""

    roi_id: int
    before: RoiLabel | None
    """None where the run knows no such ROI: it was withdrawn, or not there yet."""
    after: RoiLabel | None
    why: tuple[Cause, ...]

    @property
    def scales(self) -> tuple[str, ...]:
        """The scales whose level changed, where both runs have one."""
        old, new = levels(self.before), levels(self.after)
        return tuple(name for name in old if name in new and old[name] != new[name])


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two runs say differently."""

    first: LabelRunRecord
    second: LabelRunRecord
    same: int
    """ROIs of which both say the very same."""
    numbers_only: int
    """ROIs of which other ratings entered or another mean came out, and status and levels stayed."""
    changes: tuple[LabelChange, ...]
    """In order of the ROIs' ids."""


def levels(label: RoiLabel | None) -> Mapping[str, int]:
    """Level by scale: a distortion that is not there has 5 (non-existent). Empty without a label."""
    if label is None or label.quality is None or label.importance is None:
        return {}
    found = {"quality": label.quality.level, "importance": label.importance.level}
    for name in DISTORTIONS:
        severity = label.distortions[name].severity
        found[name] = NON_EXISTENT if severity is None else severity.level
    return found


def compare(s: Session, first: int, second: int) -> Comparison:
    """Compare two label runs; the labels that they share are not read.

    Raises
    ------
    NotFound
        If there is no such run.
    """
    runs = labels.get_run(s, first), labels.get_run(s, second)
    old, new = _only_in(s, first, second), _only_in(s, second, first)
    causes = Causes(s, *runs, old, new)
    changes: list[LabelChange] = []
    numbers_only = 0
    for roi_id in sorted({*old, *new}):
        before, after = old.get(roi_id), new.get(roi_id)
        stayed = before is not None and after is not None and before.status == after.status
        if stayed and levels(before) == levels(after):
            numbers_only += 1
        else:
            changes.append(LabelChange(roi_id, before, after, causes.of(roi_id)))
    named = select(func.count()).select_from(LabelRunItem).where(LabelRunItem.run_id == first)
    same = (s.scalar(named) or 0) - len(old)
    return Comparison(*runs, same, numbers_only, tuple(changes))


def _only_in(s: Session, run_id: int, other_id: int) -> dict[int, RoiLabel]:
    other = aliased(LabelRunItem)
    shared = select(other.id).where(other.label_id == LabelRunItem.label_id, other.run_id == other_id)
    ids = select(LabelRunItem.label_id).where(LabelRunItem.run_id == run_id, ~shared.exists())
    return {label.roi_id: label for label in labels.read_rows(s, ids)}
