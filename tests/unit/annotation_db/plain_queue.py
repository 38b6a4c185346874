"""An annotator's queue by the plain rule: every ROI is looked at, and sorted, each time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotation_db.database.schema import Place, Rating, Roi
from annotation_db.pictures.withdrawal import is_withdrawn
from annotation_db.rating import annotators
from annotation_db.rating.places import is_offered, server_time
from annotation_db.rating.queue_order import Candidate, random_key
from annotation_db.records import QueueProgress


def next_up(
    candidates: Sequence[Candidate], seed: int, after_image: int | None, limit: int
) -> list[Candidate]:
    key = random_key(seed)
    left = sorted(candidates, key=lambda c: (not c.assigned, key(c.roi_id)))
    per_image = Counter(c.image_id for c in left)
    up: list[Candidate] = []
    last = after_image
    while left and len(up) < limit:
        image, most = per_image.most_common(1)[0]
        crowded = image if image != last and 2 * most > len(left) else None
        position = next(
            (
                i
                for i, c in enumerate(left)
                if c.image_id == crowded or (crowded is None and c.image_id != last)
            ),
            0,
        )
        chosen = left.pop(position)
        per_image[chosen.image_id] -= 1
        up.append(chosen)
        last = chosen.image_id
    return up


def candidates(s: Session, annotator_id: int) -> list[Candidate]:
    owed = select(Roi.id, Roi.image_id).join(Place, Place.roi_id == Roi.id)
    owed = owed.where(
        Place.annotator_id == annotator_id, Place.state.in_(("assigned", "claimed")), ~is_withdrawn()
    )
    offered = select(Roi.id, Roi.image_id).where(is_offered(annotator_id, server_time(s)))
    found = [Candidate(row[0], row[1], True) for row in s.execute(owed)]
    return found + [Candidate(row[0], row[1], False) for row in s.execute(offered)]


def up(
    s: Session, annotator_id: int, after_image: int | None, limit: int, keep: int | None = None
) -> list[int]:
    """ROI ids."""
    annotator = annotators.get(s, annotator_id)
    if annotator.excluded:
        return []
    found = candidates(s, annotator_id)
    kept = [c for c in found if c.roi_id == keep]
    others = [c for c in found if c.roi_id != keep]
    last = kept[0].image_id if kept else after_image
    return [c.roi_id for c in kept + next_up(others, annotator.order_seed, last, limit - len(kept))]


def progress(s: Session, annotator_id: int) -> QueueProgress:
    done = select(func.count()).select_from(Rating).join(Roi, Roi.id == Rating.roi_id)
    done = done.where(
        Rating.annotator_id == annotator_id, Rating.kind == "rating", Rating.revision == 1, ~is_withdrawn()
    )
    found = candidates(s, annotator_id)
    available = 0 if annotators.get(s, annotator_id).excluded else sum(not c.assigned for c in found)
    return QueueProgress(done=s.scalar(done) or 0, open=sum(c.assigned for c in found), available=available)
