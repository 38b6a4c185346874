"""Labels of the test part, made of votes that no suggestion has touched.

A model tested on labels that its own suggestions pulled would look better than it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from annotation_db.labels.labels import label_roi
from annotation_db.records import LabelPolicy, RatingRecord, RoiLabel


def unassisted_labels(
    labels: Iterable[RoiLabel],
    history: Iterable[RatingRecord],
    own: Mapping[tuple[int, int], int],
    policy: LabelPolicy,
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
    own : mapping
        By ROI and annotator, the rating that stands for them (`ratings.own_opinions`).

    Returns
    -------
    dict of int to RoiLabel
        By ROI, only the labels that became others.
    """
    by_id = {rating.id: rating for rating in history}
    remade: dict[int, RoiLabel] = {}
    for label in labels:
        entered = [by_id[rating_id] for rating_id in label.rating_ids]
        if not all(rating.unassisted for rating in entered):
            kept = (
                rating.id if rating.unassisted else own.get((rating.roi_id, rating.annotator_id))
                for rating in entered
            )
            alone = [by_id[rating_id] for rating_id in kept if rating_id is not None]
            remade[label.roi_id] = label_roi(alone, policy, roi_id=label.roi_id)
    return remade
