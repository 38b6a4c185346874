"""The project's own facts and settings."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy.orm import Session

from annotation_db import settings as rules
from annotation_db.database import audit
from annotation_db.database.schema import Project
from annotation_db.rating import place_balance
from annotation_db.records import ProjectRecord
from annotation_db.settings import ProjectSettings


def get(s: Session) -> ProjectRecord:
    """The project's name, seed, wanted ratings and least area of a ROI."""
    row = s.get_one(Project, 1)
    return ProjectRecord(
        uid=row.uid,
        name=row.name,
        created_at=row.created_at,
        raters_wanted=row.raters_wanted,
        min_roi_area=row.min_roi_area,
        seed=row.seed,
        simulated=row.simulated,
    )


def settings(s: Session) -> ProjectSettings:
    """What a lead set of the project."""
    return _settings(s.get_one(Project, 1))


def update(s: Session, who: str, **changes: Any) -> ProjectRecord:
    """Change some settings; the others stay as they are.

    Another number of raters opens or closes places of every ROI.

    Parameters
    ----------
    who : str
        For the audit trail.
    **changes
        Values by the names of `annotation_db.settings.ProjectSettings`.

    Raises
    ------
    Refused
        If there is no such setting, a value is out of its bounds, or predictions are to be shown and no
        model was chosen; then nothing is changed.
    """
    row = s.get_one(Project, 1, with_for_update=True)
    before = _settings(row)
    after = before.changed(changes)
    rules.check_prefill_model(after.prefill_policy, row.prefill_predictor_id)
    changed = after.differences(before)
    for name, value in changed.items():
        setattr(row, name, value)
    s.flush()
    if "raters_wanted" in changed:
        place_balance.rebalance(s)
    if changed:
        audit.record(s, who, "project.update", "project", changed)
    return get(s)


def _settings(row: Project) -> ProjectSettings:
    return ProjectSettings(**{name: cast(Any, getattr(row, name)) for name in rules.NAMES})
