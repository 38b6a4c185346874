"""What became other labels from one label run to another, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from annotation_db import label_values, labels, ratings
from annotation_db.records import LabelRunRecord, RatingRecord, RoiLabel
from annotation_db.scales import DISTORTIONS
from annotation_db.schema import Image, Roi, RunLabel
from annotation_db.schema import RoiLabel as RoiLabelRow

REASONS: Final = ("new", "corrected", "excluded", "readmitted", "policy", "withdrawn", "added")
"""Why a label is another one: ratings that came in, that were corrected, that do not count any more or
again; the policies of the runs differ; the ROI was withdrawn, or was added or brought back."""


@dataclass(frozen=True, slots=True)
class Change:
    """One ROI whose labels differ in the two runs."""

    roi_id: int
    roi: str
    image: str
    before: RoiLabel | None
    """None where the first run has no label of it."""
    after: RoiLabel | None
    """None where the second has none: the ROI was withdrawn."""
    levels: dict[str, tuple[int | None, int | None]]
    """Scale -> its levels before and after, where they differ; None without a level or the distortion."""
    why: dict[str, int]
    """Reason of `REASONS` -> number of ratings; 1 for what concerns no single rating."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two label runs beside each other."""

    first: LabelRunRecord
    second: LabelRunRecord
    same: int
    """ROIs whose labels are the very same."""
    changes: tuple[Change, ...]
    """ROIs whose status or levels differ, or that only one run has, by picture and ROI."""
    within: int
    """ROIs whose votes differ and whose levels do not."""


def compare(s: Session, first_id: int, second_id: int) -> Comparison:
    """Compare two label runs ROI by ROI.

    Whether a rating is excluded is told as it is now.

    Raises
    ------
    NotFound
        If there is no such run.
    """
    first, second = labels.get_run(s, first_id), labels.get_run(s, second_id)
    before, after = _only_in(s, first_id, second_id), _only_in(s, second_id, first_id)
    same = first.labelled + first.insufficient - len(before)
    used = {number for label in (*before.values(), *after.values()) for number in label.rating_ids}
    told = ratings.get_many(s, used)
    found = sorted({*before, *after})
    names: dict[int, tuple[str, str]] = {}
    query = select(Roi.id, Roi.external_id, Image.path).join(Image, Image.id == Roi.image_id)
    for start in range(0, len(found), 1000):
        some = s.execute(query.where(Roi.id.in_(found[start : start + 1000])))
        names.update((row[0], (row[1], row[2])) for row in some)
    changes, within = [], 0
    for roi_id in found:
        old, new = before.get(roi_id), after.get(roi_id)
        levels = _levels(old, new)
        if old is not None and new is not None and old.status == new.status and not levels:
            within += 1
            continue
        why = _why(old, new, told, first, second)
        changes.append(Change(roi_id, *names[roi_id], old, new, levels, why))
    changes.sort(key=lambda change: (change.image, change.roi))
    return Comparison(first, second, same, tuple(changes), within)


def as_json(found: Comparison) -> dict[str, Any]:
    """What ``labels compare --json`` prints."""
    return {
        "first": found.first.id,
        "second": found.second.id,
        "same": found.same,
        "within": found.within,
        "policy_changed": _rules(found.first) != _rules(found.second),
        "changes": [
            {
                "roi": change.roi,
                "image": change.image,
                "status": [_status(change.before), _status(change.after)],
                "levels": {scale: list(pair) for scale, pair in change.levels.items()},
                "why": change.why,
            }
            for change in found.changes
        ],
    }


def _only_in(s: Session, run_id: int, other_id: int) -> dict[int, RoiLabel]:
    """Labels of one run that the other does not share."""
    other = aliased(RunLabel)
    shared = exists().where(other.run_id == other_id, other.label_id == RunLabel.label_id)
    query = select(*labels.LABEL_COLUMNS).join(RunLabel, RunLabel.label_id == RoiLabelRow.id)
    rows = s.execute(query.where(RunLabel.run_id == run_id, ~shared))
    return {row[0]: label_values.record(*row) for row in rows}


def _status(label: RoiLabel | None) -> str | None:
    return None if label is None else label.status


def _levels(old: RoiLabel | None, new: RoiLabel | None) -> dict[str, tuple[int | None, int | None]]:
    scales = (*DISTORTIONS, "quality", "importance")
    pairs = {scale: (_level(old, scale), _level(new, scale)) for scale in scales}
    return {scale: pair for scale, pair in pairs.items() if pair[0] != pair[1]}


def _level(label: RoiLabel | None, scale: str) -> int | None:
    if label is None or label.status != "labelled":
        return None
    mean = {"quality": label.quality, "importance": label.importance}.get(scale)
    if scale in label.distortions:
        mean = label.distortions[scale].severity
    return None if mean is None else mean.level


def _why(
    old: RoiLabel | None,
    new: RoiLabel | None,
    told: dict[int, RatingRecord],
    first: LabelRunRecord,
    second: LabelRunRecord,
) -> dict[str, int]:
    if old is None or new is None:
        return {"withdrawn" if new is None else "added": 1}
    before, after = _ratings(old, told), _ratings(new, told)
    why = dict.fromkeys(REASONS, 0)
    other_votes = first.policy.votes != second.policy.votes
    for annotator_id in {*before, *after}:
        one, two = before.get(annotator_id), after.get(annotator_id)
        if one is not None and two is not None:
            why["corrected"] += one.id != two.id
        elif other_votes:
            why["policy"] = 1
        elif two is None:
            why["excluded"] += 1
        elif two.submitted_at <= first.created_at:
            why["readmitted"] += 1
        else:
            why["new"] += 1
    if _rules(first) != _rules(second):
        why["policy"] = 1
    return {reason: n for reason, n in why.items() if n}


def _ratings(label: RoiLabel, told: dict[int, RatingRecord]) -> dict[int, RatingRecord]:
    """By annotator."""
    return {told[number].annotator_id: told[number] for number in label.rating_ids if number in told}


def _rules(run: LabelRunRecord) -> tuple[object, ...]:
    return run.policy.min_raters, run.policy.include_non_existent, run.policy.votes
