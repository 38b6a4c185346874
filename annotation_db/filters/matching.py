"""Which ROIs a filter takes: what the database can tell by SQL, the rest on columns of votes."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from annotation_db.database.schema import Image, Rating, Roi
from annotation_db.filters.roi_filter import RoiFilter
from annotation_db.labels import labels as label_runs
from annotation_db.labels.disputes import disputes
from annotation_db.labels.label_changes import levels
from annotation_db.labels.label_rules import POLICIES
from annotation_db.pictures.withdrawal import is_withdrawn
from annotation_db.predictions import predictions
from annotation_db.predictions.said import said
from annotation_db.rating import annotators, counting_columns
from annotation_db.rating.rating_rules import is_counting
from annotation_db.records import RoiLabel


def matching(s: Session, wanted: RoiFilter, labels: Iterable[RoiLabel] | None = None) -> frozenset[int]:
    """The ids of the ROIs that a filter takes; withdrawn ones are never among them.

    Parameters
    ----------
    labels : iterable of RoiLabel, optional
        What `wanted.labels` is compared with; the labels of all ROIs by the paper's policy, computed now,
        if not given.

    Raises
    ------
    Refused
        If the filter cannot be meant.
    NotFound
        If it names an annotator or a model that is not there.
    """
    wanted.check()
    found = frozenset(s.scalars(_query(s, wanted)))
    if wanted.labels and found:
        known = label_runs.compute(s, POLICIES["paper"]) if labels is None else labels
        found &= {label.roi_id for label in known if _is_labelled(label, wanted)}
    if found and (wanted.stability_below is not None or wanted.distance_at_least is not None):
        found &= _figured(s, wanted)
    return found


def _query(s: Session, wanted: RoiFilter) -> Select[int]:
    query = select(Roi.id).join(Image, Image.id == Roi.image_id).where(~is_withdrawn())
    if wanted.sources:
        query = query.where(Image.source.in_(wanted.sources))
    if wanted.groups:
        query = query.where(Image.group_key.in_(wanted.groups))
    if wanted.level is not None:
        query = query.where(Roi.level == wanted.level)
    if wanted.annotators:
        people = [annotators.find(s, name).id for name in wanted.annotators]
        rated = select(Rating.roi_id).where(Rating.kind == "rating", Rating.annotator_id.in_(people))
        query = query.where(Roi.id.in_(rated))
    if wanted.rated_at_least is not None or wanted.rated_fewer_than is not None:
        counted = select(Rating.roi_id, func.count().label("n")).where(is_counting())
        per_roi = counted.group_by(Rating.roi_id).subquery()
        n = func.coalesce(per_roi.c.n, 0)
        query = query.outerjoin(per_roi, per_roi.c.roi_id == Roi.id)
        if wanted.rated_at_least is not None:
            query = query.where(n >= wanted.rated_at_least)
        if wanted.rated_fewer_than is not None:
            query = query.where(n < wanted.rated_fewer_than)
    return query


def _is_labelled(label: RoiLabel, wanted: RoiFilter) -> bool:
    found = levels(label)
    return all(found.get(scale) in allowed for scale, allowed in wanted.labels.items())


def _figured(s: Session, wanted: RoiFilter) -> frozenset[int]:
    """The ROIs with ratings that are as unstable, and as far from the model, as the filter asks for."""
    table = counting_columns.read(s)
    told = None
    if wanted.distance_at_least is not None:
        told = said(s, predictions.find_predictor(s, wanted.model).id, table.roi_ids)
    figures = disputes(table, told)
    keep = np.ones(len(table.roi_ids), dtype=np.bool_)
    if wanted.stability_below is not None:
        keep &= figures.stability.min(axis=1, initial=1.0) < wanted.stability_below
    if wanted.distance_at_least is not None:
        distance = np.where(np.isnan(figures.distance), -1.0, figures.distance)
        keep &= distance.max(axis=1, initial=-1.0) >= wanted.distance_at_least
    return frozenset(table.roi_ids[keep].tolist())
