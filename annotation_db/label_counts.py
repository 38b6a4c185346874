"""How many labels of a run have which level, counted by the database: the labels themselves are not read."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Integer, case, func, select
from sqlalchemy.orm import Session

from annotation_db.scales import DISTORTIONS
from annotation_db.schema import LabelRunItem, RoiLabelRow

_LEVELS = 5
_FLAGS = ("present", "tie", "thin")


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """What the labels of one run add up to."""

    quality: tuple[int, ...]
    """Labelled ROIs per quality level, bad to excellent."""
    importance: tuple[int, ...]
    present: dict[str, int]
    """Distortion -> labelled ROIs that have it; those that none has are left out, here and below."""
    ties: dict[str, int]
    """Distortion -> ROIs with exactly half of the votes non-existent."""
    thin: dict[str, int]
    """Distortion -> severities that rest on too few votes."""


def counts(s: Session, run_id: int) -> LabelCounts:
    """Count the labels of one run."""
    result = RoiLabelRow.result
    wanted: list[ColumnElement[bool]] = [
        result[scale]["level"].as_integer() == level
        for scale in ("quality", "importance")
        for level in range(_LEVELS)
    ]
    wanted += [result["distortions"][name][flag].as_boolean() for flag in _FLAGS for name in DISTORTIONS]
    query = (
        select(*(func.sum(case((one, 1), else_=0), type_=Integer) for one in wanted))
        .select_from(RoiLabelRow)
        .join(LabelRunItem, LabelRunItem.label_id == RoiLabelRow.id)
        .where(LabelRunItem.run_id == run_id, RoiLabelRow.status == "labelled")
    )
    found = [value or 0 for value in s.execute(query).one()]
    flags = found[2 * _LEVELS :]
    present, ties, thin = (
        {name: n for name, n in zip(DISTORTIONS, flags[start:], strict=False) if n}
        for start in range(0, len(flags), len(DISTORTIONS))
    )
    return LabelCounts(tuple(found[:_LEVELS]), tuple(found[_LEVELS : 2 * _LEVELS]), present, ties, thin)
