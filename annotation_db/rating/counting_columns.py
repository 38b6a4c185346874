"""All counting ratings by one query, as columns of numbers: a million of them take some 60 MB."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, String, func, select, type_coerce
from sqlalchemy.orm import Session

from annotation_db.agreement.vote_columns import VoteColumns
from annotation_db.database.schema import Rating, Roi
from annotation_db.errors import Cancelled
from annotation_db.rating.rating_rules import is_counting
from annotation_db.rating.ratings import VOTE_COLUMNS
from annotation_db.records import VotesUsed
from annotation_db.vocabulary.callbacks import CancelCheck, Progress

Integers = NDArray[np.int64]

_PORTION: Final = 20_000


def read(
    s: Session,
    votes: VotesUsed = "all",
    *,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> VoteColumns:
    """Read the ratings that labels are made of (`rating_rules.is_counting`).

    Raises
    ------
    Cancelled
        If `cancelled` said so.
    """
    s.flush()
    connection = s.connection()
    total = s.scalar(select(func.count()).select_from(Rating)) or 0
    sqlite = connection.dialect.name == "sqlite"
    query = select(
        Rating.roi_id, Rating.annotator_id, *VOTE_COLUMNS, Rating.duration_ms, _time(sqlite)
    ).where(is_counting(votes))
    ordered = query.order_by(Rating.roi_id, Rating.annotator_id)
    ids: list[Integers] = [np.empty((0, 2), dtype=np.int64)]
    given: list[NDArray[np.int8]] = [np.empty((0, len(VOTE_COLUMNS)), dtype=np.int8)]
    took: list[NDArray[np.float64]] = [np.empty(0)]
    at: list[Integers] = [np.empty(0, dtype=np.int64)]
    done = 0
    # Said of the statement: said of the connection it would hold for all that follow.
    for rows in connection.execute(ordered.execution_options(yield_per=_PORTION)).partitions():
        if cancelled is not None and cancelled():
            raise Cancelled("The ratings were not read to their end.")
        columns = list(zip(*rows, strict=True))
        ids.append(np.array(columns[:2], dtype=np.int64).T)
        given.append(np.array(columns[2:-2], dtype=np.int8).T)
        took.append(np.array(columns[-2], dtype=np.float64) / 1000)  # None becomes NaN
        at.append(_microseconds(columns[-1], sqlite))
        done += len(rows)
        if progress is not None:
            progress(done, max(done, total), "ratings")
    numbers = np.concatenate(ids)
    roi_ids, roi = np.unique(numbers[:, 0], return_inverse=True)
    annotator_ids, annotator = np.unique(numbers[:, 1], return_inverse=True)
    image_ids, image_of_roi = np.unique(_images(s, roi_ids), return_inverse=True)
    return VoteColumns(
        votes=np.concatenate(given),
        roi=roi.astype(np.int64),
        annotator=annotator.astype(np.int64),
        image_of_roi=image_of_roi.astype(np.int64),
        seconds=np.concatenate(took),
        at=np.concatenate(at),
        roi_ids=roi_ids,
        annotator_ids=annotator_ids,
        image_ids=image_ids,
    )


def _images(s: Session, roi_ids: Integers) -> Integers:
    found = {row[0]: row[1] for row in s.execute(select(Roi.id, Roi.image_id))}
    return np.array([found[roi_id] for roi_id in roi_ids.tolist()], dtype=np.int64)


def _time(sqlite: bool) -> ColumnElement[Any]:
    """When a rating was given, without making a million datetimes where the database has text."""
    return type_coerce(Rating.submitted_at, String) if sqlite else cast(Any, Rating.submitted_at)


def _microseconds(values: tuple[Any, ...], sqlite: bool) -> Integers:
    if sqlite:
        return np.array(values, dtype="datetime64[us]").astype(np.int64)
    moments = cast("tuple[datetime, ...]", values)
    return np.array([round(moment.timestamp() * 1e6) for moment in moments], dtype=np.int64)
