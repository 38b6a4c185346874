"""What a reviewer looks at first: disputed ROIs, an annotator's confusion, the day it will be done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from annotation_db.agreement import observer_model
from annotation_db.agreement.one_annotator import confusion, most_deviant
from annotation_db.labels import stability
from annotation_db.labels.disputes import bimodality, disputes, ordered
from annotation_db.rating.pace import pace
from annotation_db.vocabulary.scales import SCALE_NAMES
from tests.unit.annotation_db.vote_tables import columns, drawn

QUALITY = SCALE_NAMES.index("quality")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_two_camps() -> None:
    counts = np.array([[7, 0, 0, 0, 0], [0, 0, 0, 0, 5], [4, 0, 0, 0, 4], [3, 3, 3, 3, 3], [0, 3, 4, 0, 0]])
    found = bimodality(counts)
    assert found[:4] == pytest.approx([0, 0, 1, 0.5])
    assert 0 < found[4] < 0.25
    assert np.isnan(bimodality(np.zeros((1, 6), dtype=np.int64))).all()
    # van der Eijk (2001): A of 30 40 210 130 530 50 10 on seven categories is 0.6113333
    published = bimodality(np.array([[30, 40, 210, 130, 530, 50, 10]]))
    assert 1 - 2 * published[0] == pytest.approx(0.6113333, abs=1e-6)


def test_figures_and_their_order() -> None:
    votes = np.array([[0, 2, 3, 1], [0, 2, 3, 1], [4, 2, 3, 2], [4, 2, 3, 2], [0, 2, 4, 2]], dtype=np.float64)
    table = columns(votes)
    said = np.full((4, 8), 2.0)
    said[1, QUALITY] = 4
    found = disputes(table, said)
    assert found.spread[:, QUALITY] == pytest.approx(votes.std(axis=0, ddof=1))
    assert found.distance[:, QUALITY] == pytest.approx(np.abs(votes.mean(axis=0) - said[:, QUALITY]))
    assert found.stability[:, QUALITY] == pytest.approx(stability.of_means(table.counts("quality"))[:, 0])
    assert ordered(found, "spread")[0] == ordered(found, "bimodality")[0] == 0
    assert ordered(found, "distance")[0] == 1 and set(ordered(found).tolist()) == {0, 1, 2, 3}
    least = found.stability.min(axis=1)
    assert (np.diff(least[ordered(found)]) >= 0).all()
    assert np.isnan(disputes(table).distance).all() and ordered(disputes(table), "distance").tolist() == [
        0,
        1,
        2,
        3,
    ]
    alone = disputes(columns(np.array([[3.0]])))
    assert np.isnan(alone.spread).all() and not np.isnan(alone.stability).any()


def test_confusion_with_the_others() -> None:
    votes = np.array([[4, 0, 2, 1], [0, 0, 2, np.nan], [0, 0, 3, np.nan]], dtype=np.float64)
    found = confusion(columns(votes), "quality", 0)
    assert found.sum() == 3 and found[0, 4] == found[0, 0] == found[3, 2] == 1
    there = np.array([[5, 0], [5, 3], [5, 3], [0, 5]], dtype=np.float64)
    found = confusion(columns(there, scale="blur"), "blur", 3)
    assert found.shape == (6, 6) and found[5, 0] == 1 and found[2, 5] == 1


def test_the_most_deviant_ratings() -> None:
    votes = drawn(5, 30, 5, noise=0.3)
    votes[1, 7] = 4 if votes[1, 7] < 2 else 0
    table = columns(votes)
    model = observer_model.fit(table, "quality", observer_model.groups(table))
    rows = most_deviant(table, model, 1, most=3)
    assert len(rows) == 3 and (table.annotator[rows] == 1).all() and table.roi[rows[0]] == 7


def test_the_day_it_will_be_done() -> None:
    def micro(*days: float) -> np.ndarray:
        return np.array([(NOW - timedelta(days=d)).timestamp() * 1e6 for d in days], dtype=np.int64)

    at = micro(*np.linspace(0.1, 6.9, 70), *np.linspace(8, 30, 30))
    found = pace(np.array([7, 9, 0, 2]), 7, at, NOW)
    assert (found.wanted, found.missing, found.per_day) == (28, 12, 10)
    assert found.done_at == NOW + timedelta(days=1.2)
    assert pace(np.array([7, 8]), 7, at, NOW).done_at == NOW
    late = pace(np.array([0]), 7, micro(20), NOW)
    assert (late.per_day, late.done_at) == (0, None)
    young = pace(np.array([0]), 7, micro(0.2, 0.1), NOW)
    assert young.per_day == 2 and young.done_at == NOW + timedelta(days=3.5)
    asked_for = pace(np.array([7, 7, 9]), np.array([7, 9, 8]), at, NOW)  # two more of the second ROI
    assert (asked_for.wanted, asked_for.missing) == (24, 2)
    assert asked_for.done_at == NOW + timedelta(days=0.2)
    assert pace(np.array([], dtype=np.int64), 7, micro(), NOW).missing == 0
