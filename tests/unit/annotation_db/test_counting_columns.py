"""Ratings read as columns are those that labels are made of, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from annotation_db.errors import Cancelled
from annotation_db.rating import counting_columns, exclusions, ratings
from annotation_db.records import NewRating
from annotation_db.vocabulary.scales import Votes
from tests.unit.annotation_db.conftest import Filled

FIRST = datetime(2026, 11, 1, 9, 0, 0, 250, tzinfo=UTC)


def rate(filled: Filled) -> None:
    with filled.store.write("lead") as s:
        new = [
            NewRating(
                roi.id,
                person.id,
                Votes(5, 4, 3, 2, 1, 0, (j + k) % 5, k),
                duration_ms=None if k == 0 else 1000 * k,
                submitted_at=FIRST + timedelta(seconds=100 * j + k),
            )
            for j, roi in enumerate(filled.rois)
            for k, person in enumerate(filled.annotators)
        ]
        ratings.submit_many(s, new)
        first, who = new[0].roi_id, new[0].annotator_id
        ratings.submit(s, NewRating(first, who, Votes(*(0,) * 8)))
        ratings.submit(s, NewRating(first, who, Votes(*(1,) * 8), kind="practice"))
        exclusions.exclude(s, "annotator", filled.annotators[3].id, reason="careless", who="lead")
        exclusions.exclude(s, "roi", filled.rois[1].id, reason="off", who="lead")


def test_they_are_the_ratings_that_count(any_filled: Filled) -> None:
    rate(any_filled)
    with any_filled.store.read() as s:
        table = counting_columns.read(s)
        expected = ratings.counting(s)
    told = {
        (int(table.roi_ids[roi]), int(table.annotator_ids[person])): tuple(votes)
        for roi, person, votes in zip(table.roi, table.annotator, table.votes.tolist(), strict=True)
    }
    assert told == {(r.roi_id, r.annotator_id): r.votes for some in expected.values() for r in some}
    assert len(told) == len(table.roi) == 5 * 3
    assert (np.diff(table.roi) >= 0).all()
    images = {roi.id: roi.image_id for roi in any_filled.rois}
    of_roi = table.image_ids[table.image_of_roi].tolist()
    assert of_roi == [images[roi_id] for roi_id in table.roi_ids.tolist()]
    by_id = {(r.roi_id, r.annotator_id): r for some in expected.values() for r in some}
    for roi, person, seconds, at in zip(
        table.roi, table.annotator, table.seconds.tolist(), table.at.tolist(), strict=True
    ):
        rating = by_id[int(table.roi_ids[roi]), int(table.annotator_ids[person])]
        assert datetime.fromtimestamp(0, UTC) + timedelta(microseconds=at) == rating.submitted_at
        if rating.duration_ms is None:
            assert np.isnan(seconds)
        else:
            assert seconds == rating.duration_ms / 1000


def test_an_empty_project_has_none(any_filled: Filled) -> None:
    with any_filled.store.read() as s:
        table = counting_columns.read(s)
    assert table.votes.shape == (0, 8) and table.at.dtype == np.int64 and len(table.image_ids) == 0


def test_unassisted_votes_and_stopping(filled: Filled) -> None:
    rate(filled)
    told: list[tuple[int, int, str]] = []
    with filled.store.read() as s:
        assert len(counting_columns.read(s, "unassisted").roi) == 15
        counting_columns.read(s, progress=lambda *step: told.append(step))
        with pytest.raises(Cancelled):
            counting_columns.read(s, cancelled=lambda: True)
    assert told[-1][0] == 15 and told[-1][2] == "ratings"
