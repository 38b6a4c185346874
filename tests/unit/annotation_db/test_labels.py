"""From ratings to labels, against exact fractions."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from annotation_db.errors import Cancelled, NotFound, Refused
from annotation_db.labels import labels
from annotation_db.labels.label_rules import distortion_label, label_roi, mean_label
from annotation_db.labels.labels import POLICIES, policy_named
from annotation_db.rating import exclusions, ratings
from annotation_db.records import NewRating
from annotation_db.vocabulary.scales import DISTORTIONS, Votes
from tests.unit.annotation_db.conftest import Filled

PAPER, INCLUDING = POLICIES["paper"], POLICIES["include-non-existent"]
distortion_votes = st.lists(st.integers(0, 5), min_size=1, max_size=40)
overall_votes = st.lists(st.integers(0, 4), min_size=1, max_size=40)


def exact_level(score: Fraction) -> int:
    """Eq. 1 as printed: level i when M i / 5 < s <= M (i + 1) / 5, and 0 belongs to level 0."""
    (level,) = [i for i in range(5) if Fraction(4 * i, 5) < score <= Fraction(4 * (i + 1), 5)] or [0]
    return level


@given(overall_votes)
def test_means_and_levels_are_exact(votes: list[int]) -> None:
    label = mean_label(votes)
    assert (label.sum, label.n) == (sum(votes), len(votes))
    assert label.mean == float(Fraction(sum(votes), len(votes)))
    assert label.level == exact_level(Fraction(sum(votes), len(votes)))


@given(st.lists(st.integers(0, 4), min_size=2, max_size=40))
def test_spread_and_interval_are_those_of_student(votes: list[int]) -> None:
    label = mean_label(votes)
    assert label.sd == pytest.approx(np.std(votes, ddof=1), abs=1e-12)
    assert label.ci95 is not None
    if len(set(votes)) == 1:
        assert label.ci95 == (label.mean, label.mean) and label.sd == 0
    else:
        expected = stats.t.interval(0.95, len(votes) - 1, loc=np.mean(votes), scale=stats.sem(votes))
        assert label.ci95 == pytest.approx(expected, rel=1e-9)


def test_one_vote_has_no_spread() -> None:
    label = mean_label([3])
    assert (label.mean, label.sd, label.ci95, label.level) == (3.0, None, None, 3)


@given(distortion_votes)
def test_the_majority_rule(votes: list[int]) -> None:
    label = distortion_label(votes, PAPER)
    absent = votes.count(5)
    severities = [vote for vote in votes if vote != 5]
    assert (label.n, label.non_existent) == (len(votes), absent)
    assert label.present == (Fraction(absent, len(votes)) <= Fraction(1, 2))
    assert label.tie == (Fraction(absent, len(votes)) == Fraction(1, 2))
    if not label.present:
        assert label.severity is None and not label.thin
        return
    assert label.severity is not None
    assert (label.severity.sum, label.severity.n) == (sum(severities), len(severities))
    assert label.severity.level == exact_level(Fraction(sum(severities), len(severities)))
    assert label.thin == (len(severities) < 3)


@given(distortion_votes)
def test_the_policy_that_lets_non_existent_votes_in(votes: list[int]) -> None:
    paper, including = distortion_label(votes, PAPER), distortion_label(votes, INCLUDING)
    assert replace(including, severity=None, thin=False) == replace(paper, severity=None, thin=False)
    if including.present:
        assert including.severity is not None
        assert (including.severity.sum, including.severity.n) == (sum(votes), len(votes))
        mean = Fraction(sum(votes), len(votes))
        assert including.severity.level == exact_level(min(mean, Fraction(4)))


@pytest.mark.parametrize("vote", range(5))
@pytest.mark.parametrize("n", [1, 3, 7, 24])
def test_unanimous_votes_keep_their_level(vote: int, n: int) -> None:
    assert mean_label([vote] * n).level == vote


@pytest.mark.parametrize(("tenths", "level"), [(8, 0), (16, 1), (24, 2), (32, 3)])
def test_the_borders_belong_to_the_lower_level(tenths: int, level: int) -> None:
    for n in (5, 10, 15, 20, 35):
        total = tenths * n // 10
        votes = [total // n] * n
        for i in range(total - sum(votes)):
            votes[i] += 1
        assert mean_label(votes).level == level
        votes[votes.index(min(votes))] += 1
        assert mean_label(votes).level == level + 1 == ceil(Fraction(5 * sum(votes), 4 * n)) - 1


@dataclass(frozen=True)
class Given:
    """What a label needs of a rating."""

    id: int
    roi_id: int
    votes: Votes


def rated(roi_id: int, votes: list[Votes]) -> list[Given]:
    return [Given(number, roi_id, vote) for number, vote in enumerate(votes, 1)]


def test_a_roi_with_too_few_ratings_is_insufficient() -> None:
    six = rated(4, [Votes(*[1] * 8)] * 6)
    label = label_roi(six, PAPER)
    assert (label.roi_id, label.n, label.status) == (4, 6, "insufficient")
    assert (label.quality, label.importance, label.distortions) == (None, None, {})
    assert label_roi(six, policy_named("paper", min_raters=6)).status == "labelled"
    assert label_roi([], PAPER, roi_id=9).status == "insufficient"
    with pytest.raises(ValueError, match="one ROI"):
        label_roi([], PAPER)
    with pytest.raises(ValueError, match="one ROI"):
        label_roi(six, PAPER, roi_id=5)


def test_a_whole_label_by_hand() -> None:
    votes = [
        Votes(5, 0, 5, 3, 5, 4, 4, 0),
        Votes(5, 1, 5, 3, 5, 4, 4, 0),
        Votes(5, 2, 5, 3, 5, 4, 3, 1),
        Votes(5, 3, 0, 3, 5, 4, 3, 1),
        Votes(0, 4, 1, 3, 5, 4, 4, 2),
        Votes(1, 4, 2, 3, 5, 4, 4, 2),
        Votes(2, 4, 3, 3, 5, 4, 4, 3),
        Votes(3, 4, 5, 3, 5, 4, 3, 3),
    ]
    label = label_roi(rated(1, votes), PAPER)
    blur = label.distortions["blur"]
    assert blur.tie and blur.present and blur.severity is not None and blur.severity.mean == 1.5
    assert blur.severity.level == 1
    exposure = label.distortions["exposure"]
    assert not exposure.present and exposure.severity is None and exposure.non_existent == 8
    assert label.distortions["compression"].tie
    assert label.quality is not None and (label.quality.sum, label.quality.level) == (29, 4)
    assert label.importance is not None and (label.importance.mean, label.importance.level) == (1.5, 1)
    assert list(label.distortions) == list(DISTORTIONS)
    assert label.rating_ids == tuple(range(1, 9))


def test_thin_severities_are_flagged() -> None:
    assert distortion_label([5, 5, 0, 1], PAPER).thin
    assert not distortion_label([5, 5, 5, 0, 1, 2], PAPER).thin
    assert not distortion_label([5, 5, 0, 1], INCLUDING).thin


def rate_everything(filled: Filled) -> None:
    rng = np.random.default_rng(0)
    rows = [
        NewRating(roi.id, who.id, Votes(*(int(v) for v in [*rng.integers(0, 6, 6), *rng.integers(0, 5, 2)])))
        for number, roi in enumerate(filled.rois)
        for who in filled.annotators[: 4 if number else 2]
    ]
    with filled.store.write() as s:
        ratings.submit_many(s, rows)


def test_labels_of_a_project_are_those_of_its_counting_ratings(any_filled: Filled) -> None:
    rate_everything(any_filled)
    policy = policy_named("paper", min_raters=3)
    with any_filled.store.write() as s:
        exclusions.exclude(s, "roi", any_filled.rois[5].id, reason="x", who="lead")
        found = labels.compute(s, policy)
        counting = ratings.counting(s)
    assert [label.roi_id for label in found] == [roi.id for roi in any_filled.rois[:5]]
    assert [label.status for label in found] == ["insufficient"] + ["labelled"] * 4
    assert found == [label_roi(counting[label.roi_id], policy) for label in found]


def test_a_run_is_stored_and_does_not_change_later(any_filled: Filled) -> None:
    rate_everything(any_filled)
    policy = policy_named("include-non-existent", min_raters=3)
    seen: list[tuple[int, int, str]] = []
    store = any_filled.store
    run = labels.store_run(store, policy, "lead", progress=lambda *told: seen.append(told))
    with store.read() as s:
        before = labels.compute(s, policy)
    assert (run.labelled, run.insufficient, run.policy, run.created_by) == (5, 1, policy, "lead")
    assert seen == [(6, 6, "labels")]
    with store.write() as s:
        ratings.submit(s, NewRating(roi_id=any_filled.rois[2].id, annotator_id=1, votes=(0,) * 8))
    second = labels.store_run(store, PAPER, "lead")
    with store.read() as s:
        assert labels.runs(s) == [second, run]
        assert labels.get_run(s, run.id) == run
        assert labels.run_labels(s, run.id) == before
        assert labels.compute(s, policy) != before
        for missing in (labels.run_labels, labels.get_run):
            with pytest.raises(NotFound):
                missing(s, 99)


def test_a_stopped_run_stores_nothing(filled: Filled) -> None:
    with pytest.raises(Cancelled):
        labels.store_run(filled.store, PAPER, "lead", cancelled=lambda: True)
    with filled.store.read() as s:
        assert labels.runs(s) == []


def test_labels_as_json(filled: Filled) -> None:
    rate_everything(filled)
    policy = policy_named("paper", min_raters=3)
    with filled.store.read() as s:
        found = labels.compute(s, policy)
        document = json.loads(json.dumps(labels.as_json(s, found, policy), allow_nan=False))
    assert document["policy"] == {
        "name": "paper",
        "min_raters": 3,
        "include_non_existent": False,
        "votes": "all",
    }
    first, second = document["rois"][:2]
    assert (first["roi"], first["image"], first["n"], first["status"]) == ("r1", "p0.png", 2, "insufficient")
    assert (first["quality"], first["importance"], first["distortions"]) == (None, None, {})
    assert set(second["quality"]) == {"sum", "n", "mean", "sd", "ci95", "level"}
    assert len(second["quality"]["ci95"]) == 2
    assert list(second["distortions"]) == list(DISTORTIONS)
    for distortion in second["distortions"].values():
        assert {"present", "non_existent", "n", "tie", "severity"} <= set(distortion)
        assert (distortion["severity"] is None) == (not distortion["present"])


def test_unknown_policies_are_refused() -> None:
    with pytest.raises(Refused, match="no label policy"):
        policy_named("mean")
    with pytest.raises(Refused, match="at least 1"):
        policy_named("paper", min_raters=0)


@pytest.mark.parametrize(("policy", "most"), [("paper", 4), ("include-non-existent", 2)])
def test_a_severity_is_thin_only_below_five_ratings(policy: str, most: int) -> None:
    """As docs/methods.md says."""
    rules = policy_named(policy, min_raters=1)
    thin = {
        n
        for n in range(1, 30)
        for absent in range(n + 1)
        if distortion_label([5] * absent + [2] * (n - absent), rules).thin
    }
    assert thin == set(range(1, most + 1))
