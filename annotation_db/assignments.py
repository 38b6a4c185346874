"""Who is to rate what: handing ROIs out, and each annotator's queue.

A ROI is handed to at most as many annotators as the project wants. Every rating has its
assignment (see `ratings.submit`), so what was handed out is counted from assignments alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, Subquery, and_, exists, func, insert, select
from sqlalchemy.orm import Session

from annotation_db import annotators as people
from annotation_db import audit, images, rois
from annotation_db.errors import NotFound, Refused
from annotation_db.queue_order import Candidate, drawn, mixed, next_up
from annotation_db.ratings import is_latest
from annotation_db.records import AssignReport, QueueEntry, QueueProgress
from annotation_db.schema import Assignment, Exclusion, Project, Rating, Roi


def assign(
    s: Session, *, raters: int | None = None, annotators: Sequence[int] | None = None, who: str
) -> AssignReport:
    """Hand every ROI to as many annotators as wanted, as evenly as can be.

    Each ROI, in an order drawn by the project's seed, goes to the annotators who have the fewest,
    ties drawn. What was handed out before stays, and counts.

    Parameters
    ----------
    raters : int, optional
        Annotators per ROI; the project's number by default.
    annotators : sequence of int, optional
        Whom to hand ROIs to; by default everyone in the role of annotator who is neither excluded nor
        simulated.

    Raises
    ------
    NotFound
        If there is no such annotator.
    Refused
        If there is nobody to hand ROIs to, or an excluded one is named, or `raters` is below 1.
    """
    project = s.get_one(Project, 1)
    wanted = project.raters_wanted if raters is None else raters
    if wanted < 1:
        raise Refused(f"At least 1 rater is needed per ROI, not {wanted}.")
    chosen = _chosen(s, annotators)
    have: dict[int, set[int]] = {}
    load: Counter[int] = Counter()
    handed = select(Assignment.roi_id, Assignment.annotator_id).where(Assignment.kind == "rating")
    for roi_id, annotator_id in s.execute(handed):
        have.setdefault(roi_id, set()).add(annotator_id)
        load[annotator_id] += 1
    counted = _counted(s)
    roi_ids = sorted(s.scalars(select(Roi.id).where(~rois.is_withdrawn())), key=drawn(project.seed))
    rows: list[dict[str, int | str]] = []
    new: Counter[int] = Counter()
    short = 0
    for roi_id in roi_ids:
        missing = wanted - counted.get(roi_id, 0)
        if missing <= 0:
            continue
        tie = drawn(mixed(project.seed) ^ roi_id)
        taken = have.get(roi_id, set())
        free = sorted((a for a in chosen if a not in taken), key=lambda a: (load[a], tie(a)))
        short += missing > len(free)
        for annotator_id in free[:missing]:
            rows.append({"roi_id": roi_id, "annotator_id": annotator_id, "kind": "rating"})
            load[annotator_id] += 1
            new[annotator_id] += 1
    if rows:
        s.execute(insert(Assignment), rows)
    audit.record(s, who, "assign", "project", {"assigned": len(rows), "raters": wanted})
    return AssignReport(
        assigned=len(rows), rois=len(roi_ids), short=short, per_annotator={a: new[a] for a in chosen}
    )


def claim(s: Session, roi_id: int, annotator_id: int) -> int:
    """Hand one ROI to one annotator; call it when the ROI is put before them.

    Returns
    -------
    int
        Id of the assignment, the old one if there was one.

    Raises
    ------
    NotFound
        If there is no such ROI or annotator.
    Refused
        If the ROI is withdrawn or has annotators enough, or the annotator is excluded.
    """
    # On a server two annotators may ask at once: the ROI's row is the lock between them.
    if s.scalar(select(Roi.id).where(Roi.id == roi_id).with_for_update()) is None:
        raise NotFound(f"There is no ROI number {roi_id} in this project.")
    annotator = people.get(s, annotator_id)
    existing = s.scalar(
        select(Assignment.id).where(
            Assignment.roi_id == roi_id, Assignment.annotator_id == annotator_id, Assignment.kind == "rating"
        )
    )
    if existing is not None:
        return existing
    if annotator.excluded:
        raise Refused(f"{annotator.name} is excluded from this project; lift that first.")
    if roi_id not in set(s.scalars(_open_to_all(s).where(Roi.id == roi_id))):
        raise Refused(f"ROI number {roi_id} is withdrawn or has annotators enough; take the next one.")
    values = {"roi_id": roi_id, "annotator_id": annotator_id, "kind": "rating"}
    return s.execute(insert(Assignment).values(values).returning(Assignment.id)).scalar_one()


def next_entries(
    s: Session, annotator_id: int, *, after_image: int | None = None, limit: int = 3
) -> list[QueueEntry]:
    """What an annotator is to rate next; asking does not change the answer.

    Parameters
    ----------
    after_image : int, optional
        The picture shown just before: its other ROIs come later if that is possible.
    limit : int
        How many, the first to be shown, the others to be loaded meanwhile.

    Returns
    -------
    list of QueueEntry
        Empty when nothing is left, or when the annotator is excluded.

    Raises
    ------
    NotFound
        If there is no such annotator.
    """
    annotator = people.get(s, annotator_id)
    if annotator.excluded:
        return []
    candidates = [Candidate(r[0], r[1], True) for r in s.execute(_unrated(annotator_id))]
    open_to_all = _open_to_all(s).where(~_assigned(annotator_id)).add_columns(Roi.image_id)
    candidates += [Candidate(r[0], r[1], False) for r in s.execute(open_to_all)]
    up = next_up(candidates, annotator.order_seed, after_image, limit)
    roi_records = rois.get_many(s, [c.roi_id for c in up])
    image_records = images.get_many(s, {c.image_id for c in up})
    query = select(Assignment.roi_id, Assignment.id).where(
        Assignment.annotator_id == annotator_id,
        Assignment.kind == "rating",
        Assignment.roi_id.in_([c.roi_id for c in up]),
    )
    ids = {row[0]: row[1] for row in s.execute(query)}
    return [QueueEntry(roi_records[c.roi_id], image_records[c.image_id], ids.get(c.roi_id)) for c in up]


def progress(s: Session, annotator_id: int) -> QueueProgress:
    """How far an annotator is; withdrawn ROIs do not enter.

    Raises
    ------
    NotFound
        If there is no such annotator.
    """
    annotator = people.get(s, annotator_id)
    done = select(func.count()).select_from(Rating).join(Roi, Roi.id == Rating.roi_id)
    done = done.where(
        Rating.annotator_id == annotator_id,
        Rating.kind == "rating",
        Rating.revision == 1,
        ~rois.is_withdrawn(),
    )
    unrated = select(func.count()).select_from(_unrated(annotator_id).subquery())
    open_to_all = select(func.count()).select_from(_open_to_all(s).where(~_assigned(annotator_id)).subquery())
    return QueueProgress(
        done=s.scalar(done) or 0,
        open=s.scalar(unrated) or 0,
        available=0 if annotator.excluded else s.scalar(open_to_all) or 0,
    )


def _chosen(s: Session, annotators: Sequence[int] | None) -> list[int]:
    if annotators is None:
        # Simulated annotators never open a window: ROIs handed to them would wait for ever.
        able = [a for a in people.list_all(s) if a.role == "annotator" and not a.excluded]
        chosen = [a.id for a in able if not a.simulated]
        if not chosen and able:
            raise Refused(
                "Simulated annotators are handed nothing, and there are no others; add people with "
                "seagull-studio annotator add, or with Add annotator on the Project page."
            )
        if not chosen:
            raise Refused("There is no annotator to hand ROIs to; add annotators first.")
        return chosen
    for annotator_id in annotators:
        record = people.get(s, annotator_id)
        if record.excluded:
            raise Refused(f"{record.name} is excluded from this project; lift that first.")
    if not annotators:
        raise Refused("There is no annotator to hand ROIs to; choose at least one.")
    return list(dict.fromkeys(annotators))


def _not_excluded(column: ColumnElement[int]) -> ColumnElement[bool]:
    return column.not_in(
        select(Exclusion.target_id).where(Exclusion.kind == "annotator", Exclusion.lifted_at.is_(None))
    )


def _handed() -> Subquery:
    """Per ROI, to how many annotators it was handed; excluded ones do not count."""
    return (
        select(Assignment.roi_id, func.count().label("n"))
        .where(Assignment.kind == "rating", _not_excluded(Assignment.annotator_id.expression))
        .group_by(Assignment.roi_id)
        .subquery()
    )


def _lost() -> Subquery:
    """Per ROI, how many of those annotators' ratings were excluded one by one."""
    return (
        select(Rating.roi_id, func.count().label("n"))
        .join(Exclusion, and_(Exclusion.kind == "rating", Exclusion.target_id == Rating.id))
        .where(
            Exclusion.lifted_at.is_(None),
            Rating.kind == "rating",
            is_latest(),
            _not_excluded(Rating.annotator_id.expression),
        )
        .group_by(Rating.roi_id)
        .subquery()
    )


def _counted(s: Session) -> dict[int, int]:
    counted = {row[0]: row[1] for row in s.execute(select(_handed()))}
    for roi_id, lost in s.execute(select(_lost())):
        counted[roi_id] -= lost
    return counted


def _open_to_all(s: Session) -> Select[int]:
    """ROIs that still want annotators."""
    wanted = s.scalars(select(Project.raters_wanted)).one()
    handed, lost = _handed(), _lost()
    return (
        select(Roi.id)
        .outerjoin(handed, handed.c.roi_id == Roi.id)
        .outerjoin(lost, lost.c.roi_id == Roi.id)
        .where(func.coalesce(handed.c.n, 0) - func.coalesce(lost.c.n, 0) < wanted, ~rois.is_withdrawn())
    )


def _assigned(annotator_id: int) -> ColumnElement[bool]:
    return exists().where(
        and_(
            Assignment.roi_id == Roi.id,
            Assignment.annotator_id == annotator_id,
            Assignment.kind == "rating",
        )
    )


def _unrated(annotator_id: int) -> Select[int, int]:
    """ROIs handed to an annotator and not rated by them, with their pictures."""
    rated = exists().where(
        and_(Rating.roi_id == Roi.id, Rating.annotator_id == annotator_id, Rating.kind == "rating")
    )
    return select(Roi.id, Roi.image_id).where(_assigned(annotator_id), ~rated, ~rois.is_withdrawn())
