"""What is told of each annotator: by hand, and by scipy and krippendorff."""

from __future__ import annotations

from dataclasses import replace

import krippendorff
import numpy as np
import pytest
from scipy import stats

from annotation_db.agreement import annotator_figures, sessions
from annotation_db.agreement.report import report
from annotation_db.agreement.report_json import as_json
from annotation_db.vocabulary.scales import DISTORTIONS, SCALE_NAMES
from tests.unit.annotation_db.vote_tables import columns, drawn

MINUTE = 60_000_000


def test_spearman_with_the_mean_of_the_others() -> None:
    votes = drawn(6, 40, 4)
    found = annotator_figures.spearman_others(columns(votes), "quality")
    for person, own in enumerate(votes):
        others = np.nanmean(np.delete(votes, person, axis=0), axis=0)
        rated = ~np.isnan(own)
        expected = stats.spearmanr(own[rated], others[rated])[0]
        assert found[person] == pytest.approx(expected, abs=1e-12)
    alone = annotator_figures.spearman_others(columns(np.array([[0.0, 1, 2]])), "quality")
    assert np.isnan(alone).all()


def test_alpha_without_each() -> None:
    votes = drawn(6, 40, 4)
    votes[5] = np.random.default_rng(0).integers(0, 5, 40)
    found = annotator_figures.alpha_without(columns(votes), "quality")
    for person in range(6):
        rest = np.delete(votes, person, axis=0)
        expected = krippendorff.alpha(
            reliability_data=rest, value_domain=np.arange(5.0), level_of_measurement="ordinal"
        )
        assert found[person] == pytest.approx(expected, abs=1e-12)
    assert np.argmax(found) == 5
    odd = np.full((3, 5), 2.0)
    odd[1, 0] = 3
    left = annotator_figures.alpha_without(columns(odd), "quality")
    assert np.isnan(left).tolist() == [False, True, False]
    assert np.isnan(annotator_figures.alpha_without(columns(odd[:1]), "quality")).all()


def test_straight_lining_and_time() -> None:
    votes = np.array([[1.0, 1, 1, 2], [0, 1, 2, 3]])
    table = columns(votes, seconds=np.array([4.0, 10, 6, np.nan, 100, np.nan, 8, np.nan]))
    assert annotator_figures.straight_lining(table).tolist() == [0.75, 0.25]
    assert annotator_figures.median_seconds(table)[0] == 7
    known = annotator_figures.median_seconds(replace(table, seconds=np.full(8, np.nan)))
    assert np.isnan(known).all()


def test_repeats_by_scale() -> None:
    first = np.array([[5, 5, 5, 5, 5, 5, 2, 2], [5, 5, 5, 5, 5, 5, 4, 0]])
    second = np.array([[5, 5, 5, 5, 5, 5, 3, 2], [3, 5, 5, 5, 5, 5, 4, 2]])
    found = annotator_figures.repeats(first, second)
    assert found is not None and set(found) == set(SCALE_NAMES)
    assert (found["quality"].pairs, found["quality"].exact) == (2, 0.5)
    assert found["importance"].mean_abs_difference == 1 and found["blur"].mean_abs_difference == 1
    assert annotator_figures.repeats(first[:0], second[:0]) is None


def test_sessions_end_with_a_pause() -> None:
    votes = np.array([[0.0, 1, 2, 3, 4], [0, 0, 0, 0, 0]])
    at = np.array([0, 1, 2 * MINUTE, 1, MINUTE, 1, 60 * MINUTE, 1, 61 * MINUTE, 1], dtype=np.int64)
    found = sessions.places(columns(votes, at=at))
    assert found.position.tolist() == [0, -1, 2, -1, 1, -1, 0, -1, 1, -1]
    assert found.sessions.tolist() == [2, 0]


def test_drift_is_the_mean_residual_by_position() -> None:
    people, rois = 3, 40
    votes = np.full((people, rois), 2.0)
    at = (np.tile(np.arange(rois)[:, None], (1, people)) * MINUTE).reshape(-1)
    table = columns(votes, at=at)
    rising = table.roi / 10
    told = sessions.drift(table, sessions.places(table), {"quality": rising.astype(np.float64)})
    assert [(step.first, step.last, step.ratings) for step in told[0]] == [
        (1, 10, 10),
        (11, 20, 10),
        (21, 30, 10),
        (31, 40, 10),
    ]
    assert [step.mean_residual["quality"] for step in told[1]] == pytest.approx([0.45, 1.45, 2.45, 3.45])


def test_the_report_of_nothing_gives_reasons() -> None:
    found = as_json(report(columns(np.full((1, 1), np.nan)), bootstrap=20), {})
    assert found["counting"] == {"ratings": 0, "annotators": 0, "rois": 0, "images": 0}
    assert found["annotators"] == []
    for scale in SCALE_NAMES:
        ordinal = found["scales"][scale]["ordinal"]
        assert ordinal["alpha"] is None and set(ordinal["undefined"]) == {
            "alpha",
            "ci95",
            "percent_agreement",
        }
        assert found["bias_model"][scale]["undefined"]["converged"]
        assert found["panel"][scale]["undefined"]["srocc"]


def test_the_report_finds_the_careless_one() -> None:
    votes = drawn(8, 60, 5, noise=0.5)
    votes[2] = np.where(np.isnan(votes[2]), np.nan, 4 - votes[2])
    names = {n + 10: f"rater {n}" for n in range(8)}
    found = report(columns(votes, rois_per_image=2), bootstrap=50, draws=10)
    document = as_json(found, names)
    of_quality = {one["annotator"]: one["scales"]["quality"] for one in document["annotators"]}
    assert min(of_quality, key=lambda name: of_quality[name]["spearman_others"]) == "rater 2"
    assert max(of_quality, key=lambda name: of_quality[name]["inconsistency"]) == "rater 2"
    assert max(of_quality, key=lambda name: of_quality[name]["alpha_without"]) == "rater 2"
    assert list(document["scales"]) == list(document["panel"]) == list(document["bias_model"])
    assert [name for name, told in document["scales"].items() if "presence" in told] == list(DISTORTIONS)
    again = as_json(report(columns(votes, rois_per_image=2), bootstrap=50, draws=10), names)
    assert again == document
