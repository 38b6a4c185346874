"""What a ratings file needs to know of the project, looked up for some lines at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import ColumnElement, Text, func, literal, or_, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from annotation_db.database.schema import Prediction, Predictor, Rating, Roi
from annotation_db.database.standing import set_apart
from annotation_db.errors import Refused
from annotation_db.names import shown
from annotation_db.pictures import rois
from annotation_db.pictures.withdrawal import is_withdrawn
from annotation_db.rating.assistance import ShownPrefill
from annotation_db.rating.rating_rules import is_excluded, is_latest
from annotation_db.rating.ratings import VOTE_COLUMNS
from annotation_db.records import PrefillMode
from annotation_db.vocabulary.scales import SCALE_NAMES, Votes

SUGGESTED = tuple(getattr(Prediction, name) for name in SCALE_NAMES)


@dataclass(frozen=True, slots=True)
class StoredRating:
    """The newest rating that an annotator has given a ROI."""

    revision: int
    votes: Votes
    seen: ShownPrefill
    rating_id: int
    excluded: bool
    """It, or its annotator, does not count."""


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


class Regions:
    """The ROIs of some pictures by what a file may call them."""

    def __init__(self, s: Session, image_ids: set[int], uids: Iterable[str]) -> None:
        self._by_name: dict[tuple[int, str], tuple[int, bool]] = {}
        self._by_id: dict[int, tuple[int, bool]] = {}
        self._image: dict[int, int] = {}
        query = select(Roi.image_id, Roi.id, Roi.external_id, Roi.uid, is_withdrawn())
        for image_id, roi_id, external_id, uid, withdrawn in s.execute(
            query.where(Roi.image_id.in_(image_ids)).order_by(Roi.id)
        ):
            region = self._by_id[roi_id] = roi_id, bool(withdrawn)
            self._image[roi_id] = image_id
            self._by_name[image_id, external_id] = self._by_name[image_id, uid] = region
        self._by_uid = rois.by_uid(s, uids)

    def find(self, image_id: int, name: str, uid: str) -> tuple[int, bool] | None:
        """The number of a ROI, and whether it is withdrawn; None if the picture has none of this name.

        Parameters
        ----------
        name : str
            Its id within the picture, or its uid.
        uid : str
            Its uid or an alias of it, "" where the file does not say: then the ROI is that one, whatever
            its id is here.

        Raises
        ------
        Refused
            If the picture has no ROI of this uid: the one of this name is another region.
        """
        if not uid:
            return self._by_name.get((image_id, name))
        roi_id = self._by_uid.get(uid)
        if roi_id is None or self._image.get(roi_id) != image_id:
            has = (image_id, name) in self._by_name
            told = (
                f"the ROI {shown(name)} there is another region" if has else f"nor is there a {shown(name)}"
            )
            raise Refused(
                f"the roi_uid {shown(uid)} is of no ROI of this picture, {told}; import the ROIs that these "
                "ratings are of first (with --on-conflict rename where their ids are taken)."
            )
        return self._by_id[roi_id]


def latest(s: Session, roi_ids: set[int], annotator_ids: set[int]) -> dict[tuple[int, int], StoredRating]:
    """By ROI and annotator, the newest rating (practice does not enter)."""
    columns = (Rating.roi_id, Rating.annotator_id, Rating.revision, Rating.prefill, Rating.prediction_id)
    dropped = or_(is_excluded(), Rating.annotator_id.in_(set_apart("annotator")))
    query = select(*columns, Rating.id, dropped, *VOTE_COLUMNS).where(
        Rating.roi_id.in_(roi_ids),
        Rating.annotator_id.in_(annotator_ids),
        Rating.kind == "rating",
        is_latest(),
    )
    return {
        (row[0], row[1]): StoredRating(
            row[2], Votes(*row[7:]), ShownPrefill(cast(PrefillMode, row[3]), row[4]), row[5], bool(row[6])
        )
        for row in s.execute(query)
    }


def predictions_of_models(s: Session, roi_ids: set[int], models: set[str]) -> dict[tuple[int, str], int]:
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
