"""The project's own facts."""

from __future__ import annotations

from sqlalchemy.orm import Session

from annotation_db.database import audit
from annotation_db.database.schema import Project
from annotation_db.errors import Refused
from annotation_db.rating import place_balance
from annotation_db.records import ProjectRecord, check_area, check_raters


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


def update(
    s: Session,
    who: str,
    *,
    name: str | None = None,
    raters_wanted: int | None = None,
    min_roi_area: int | None = None,
) -> ProjectRecord:
    """Change some of the project's facts; None leaves one as it is.

    Another number of raters opens or closes places of every ROI.

    Parameters
    ----------
    who : str
        For the audit trail.
    name : str, optional
    raters_wanted : int, optional
        Ratings wanted of each ROI.
    min_roi_area : int, optional
        Pixels below which a mask is no ROI.

    Raises
    ------
    Refused
        If the name is blank, a number is below 1, or more raters are wanted than `records.MOST_RATERS`.
    """
    row = s.get_one(Project, 1, with_for_update=True)
    changed: dict[str, object] = {}
    if name is not None:
        if not name.strip():
            raise Refused("A project needs a name; give one.")
        row.name = changed["name"] = name.strip()
    if raters_wanted is not None:
        check_raters(raters_wanted)
        row.raters_wanted = changed["raters_wanted"] = raters_wanted
    if min_roi_area is not None:
        check_area(min_roi_area)
        row.min_roi_area = changed["min_roi_area"] = min_roi_area
    s.flush()
    if raters_wanted is not None:
        place_balance.rebalance(s)
    if changed:
        audit.record(s, who, "project.update", "project", changed)
    return get(s)
