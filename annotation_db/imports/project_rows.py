"""What a ratings file needs to know of the project, looked up for some lines at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import ColumnElement, Text, func, literal, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from annotation_db import names
from annotation_db.assistance import Seen
from annotation_db.rating_rules import is_latest
from annotation_db.ratings import VOTE_COLUMNS
from annotation_db.records import PrefillMode
from annotation_db.scales import SCALE_NAMES, Votes
from annotation_db.schema import Annotator, Prediction, Predictor, Rating, Roi
from annotation_db.withdrawal import is_withdrawn

SUGGESTED = tuple(getattr(Prediction, name) for name in SCALE_NAMES)


@dataclass(frozen=True, slots=True)
class Had:
    """The newest rating that an annotator has given a ROI."""

    revision: int
    votes: Votes
    seen: Seen


def suggested_text(votes: Sequence[int | None]) -> str:
    """Eight suggested votes as one text, to be compared with `suggested_now`."""
    return ",".join("-" if vote is None else str(vote) for vote in votes)


def suggested_now() -> ColumnElement[str]:
    """SQL: the same text for the row of `Prediction` as it is."""
    said = [func.coalesce(sql_cast(column, Text), "-") for column in SUGGESTED]
    joined: ColumnElement[str] = said[0]
    for one in said[1:]:
        joined = joined.concat(literal(",")).concat(one)
    return joined


def regions(s: Session, image_ids: set[int]) -> dict[tuple[int, str], tuple[int, bool]]:
    """By picture and id or uid of the ROI: its number, and whether it is withdrawn."""
    found: dict[tuple[int, str], tuple[int, bool]] = {}
    query = select(Roi.image_id, Roi.id, Roi.external_id, Roi.uid, is_withdrawn())
    for image_id, roi_id, external_id, uid, withdrawn in s.execute(
        query.where(Roi.image_id.in_(image_ids)).order_by(Roi.id)
    ):
        found[image_id, external_id] = found[image_id, uid] = roi_id, bool(withdrawn)
    return found


def people(s: Session, wanted: Iterable[str]) -> dict[str, int]:
    """The annotators who are there, by name; old projects may hold names that are not composed."""
    asked = set(wanted)
    rows = s.execute(select(Annotator.name, Annotator.id))
    return {name: row[1] for row in rows if (name := names.plain(row[0])) in asked}


def latest(s: Session, roi_ids: set[int], annotator_ids: set[int]) -> dict[tuple[int, int], Had]:
    """By ROI and annotator, the newest rating (practice does not enter)."""
    columns = (Rating.roi_id, Rating.annotator_id, Rating.revision, Rating.prefill, Rating.prediction_id)
    query = select(*columns, *VOTE_COLUMNS).where(
        Rating.roi_id.in_(roi_ids),
        Rating.annotator_id.in_(annotator_ids),
        Rating.kind == "rating",
        is_latest(),
    )
    return {
        (row[0], row[1]): Had(row[2], Votes(*row[5:]), Seen(cast(PrefillMode, row[3]), row[4]))
        for row in s.execute(query)
    }


def said(s: Session, roi_ids: set[int], models: set[str]) -> dict[tuple[int, str], int]:
    """By ROI and name of the model, the prediction that the project has; of one name the newest model's.

    A rating whose prediction is not in the project keeps that one was shown, not which.
    """
    if not models:
        return {}
    query = (
        select(Prediction.roi_id, Predictor.name, Prediction.id)
        .join(Predictor, Predictor.id == Prediction.predictor_id)
        .where(Prediction.roi_id.in_(roi_ids), Predictor.name.in_(models))
        .order_by(Predictor.id)
    )
    return {(row[0], row[1]): row[2] for row in s.execute(query)}


def suggested(s: Session, prediction_ids: set[int]) -> dict[int, tuple[int | None, ...]]:
    """The votes of predictions, in the order of `scales.SCALE_NAMES`."""
    query = select(Prediction.id, *SUGGESTED).where(Prediction.id.in_(prediction_ids))
    return {row[0]: tuple(row[1:]) for row in s.execute(query)}
