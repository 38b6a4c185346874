"""Labels of the test part, made of votes that no suggestion has touched.

A model tested on labels that its own suggestions pulled would look better than it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from annotation_db.assistance import own_opinion
from annotation_db.labels import label_roi
from annotation_db.records import LabelPolicy, RatingRecord, RoiLabel


def unassisted_labels(
    labels: Iterable[RoiLabel], history: Iterable[RatingRecord], policy: LabelPolicy
) -> dict[int, RoiLabel]:
    """Labels made anew where votes entered that were given with a prediction in view.

    In place of such a vote stands its annotator's last one before they saw it, if there is one.
    What else entered a label, stays.

    Parameters
    ----------
    labels : iterable of RoiLabel
        Labels made of all votes.
    history : iterable of RatingRecord
        All revisions of the ratings that entered, and maybe more.

    Returns
    -------
    dict of int to RoiLabel
        By ROI, only the labels that became others.
    """
    by_id = {rating.id: rating for rating in history}
    revisions: dict[tuple[int, int], list[RatingRecord]] = {}
    for rating in sorted(by_id.values(), key=lambda rating: rating.revision):
        if rating.kind == "rating":
            revisions.setdefault((rating.roi_id, rating.annotator_id), []).append(rating)
    remade: dict[int, RoiLabel] = {}
    for label in labels:
        entered = [by_id[rating_id] for rating_id in label.rating_ids]
        if not all(rating.unassisted for rating in entered):
            remade[label.roi_id] = label_roi(_own(entered, revisions), policy, roi_id=label.roi_id)
    return remade


def _own(
    entered: Iterable[RatingRecord], revisions: Mapping[tuple[int, int], list[RatingRecord]]
) -> list[RatingRecord]:
    kept = (own_opinion(revisions[rating.roi_id, rating.annotator_id]) for rating in entered)
    return [rating for rating in kept if rating is not None]
