"""The bias report: the estimator against plain loops and known pulls, agreement against the package."""

from __future__ import annotations

import json
from pathlib import Path

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from annotation_db.agreement.ordinal_alpha import coincidences, ordinal_alpha
from annotation_db.agreement.resampling import image_weights, interval95
from annotation_db.database.store import Store
from annotation_db.errors import NotFound
from annotation_db.predictions import predictions, prefill, prefill_bias
from annotation_db.predictions.bias_estimates import alpha
from annotation_db.predictions.prefill_pull import VoteTable, pull_moments
from annotation_db.rating import exclusions, ratings
from annotation_db.records import NewRating
from annotation_db.vocabulary.scales import SCALE_NAMES, Votes
from seagull_studio.operations.simulated_raters import allot, crew, simulate
from tests.unit.annotation_db.conftest import Filled, fill
from tests.unit.annotation_db.predicted import model, said, same_lots, suggest

Floats = NDArray[np.float64]


def simulated(pull: float, seed: int, *, images: int = 60, raters: int = 7, share: float = 0.2) -> VoteTable:
    """Two ROIs on each image, each rated by `raters` of nine honest annotators with biases of their own."""
    rng = np.random.default_rng([seed, 5])
    rois = 2 * images
    truth = rng.uniform(0.5, 3.8, (rois, len(SCALE_NAMES)))
    suggested = np.clip(np.round(truth + rng.normal(0, 0.8, truth.shape)), 0, 4)
    people = crew(careless=False, reversed_=False, seed=seed)
    control = rng.random((len(people), rois)) < share
    shown = np.where(control[:, :, None], np.nan, suggested)
    votes = simulate(truth, people, seed, suggestions=shown, pull=pull)
    who, roi = np.nonzero(allot([raters] * rois, len(people), seed))
    return VoteTable(
        votes=votes[who, roi].astype(np.float64),
        roi=roi,
        image_of_roi=np.arange(rois) // 2,
        prediction=roi.copy(),
        shown=~control[who, roi],
        control=control[who, roi],
        suggested=suggested,
        roi_of_prediction=np.arange(rois),
    )


@pytest.mark.parametrize("pull", [0.0, 0.3, 0.5])
def test_the_interval_covers_the_truth_as_often_as_it_says(pull: float) -> None:
    covered: list[bool] = []
    estimates: list[Floats] = []
    for seed in range(40):
        moments = pull_moments(simulated(pull, seed))
        weights = image_weights(len(moments.numerator), 300, seed)
        drawn = (weights @ moments.numerator) / (weights @ moments.denominator)
        intervals = [interval95(drawn[:, k], len(weights[0])) for k in range(len(SCALE_NAMES))]
        covered += [interval is not None and interval[0] <= pull <= interval[1] for interval in intervals]
        estimates.append(moments.numerator.sum(axis=0) / moments.denominator.sum(axis=0))
    # 320 intervals at 95 %: 304 on average, give or take 4.
    assert 0.91 <= np.mean(covered) <= 0.99
    assert abs(np.mean(estimates) - pull) < 0.02


def test_the_plain_regression_would_see_a_pull_where_there_is_none() -> None:
    """Why there is an instrument: the control votes' noise stands on both sides."""
    naive, ours = np.zeros(2), np.zeros(2)
    for seed in range(10):
        table = simulated(0.0, seed)
        for roi in range(len(table.image_of_roi)):
            own = table.votes[(table.roi == roi) & table.control]
            shown = table.votes[(table.roi == roi) & table.shown]
            if len(own) and len(shown):
                way = table.suggested[roi] - own.mean(axis=0)
                naive += ((shown - own.mean(axis=0)) * way).sum(), len(shown) * (way * way).sum()
        moments = pull_moments(table)
        ours += moments.numerator.sum(), moments.denominator.sum()
    assert naive[0] / naive[1] > 0.2
    assert abs(ours[0] / ours[1]) < 0.05


def by_loops(table: VoteTable) -> tuple[Floats, Floats]:
    numerator = np.zeros((table.images, table.votes.shape[1]))
    denominator = np.zeros_like(numerator)
    for group, roi in enumerate(table.roi_of_prediction):
        on_roi = np.flatnonzero(table.roi == roi)
        mine = [n for n in on_roi if table.prediction[n] == group]
        shown = [n for n in mine if table.shown[n]]
        control = [n for n in mine if table.control[n]]
        for i in shown:
            for k in control:
                rest = [n for n in on_roi if n not in (i, k)]
                if not rest:
                    continue
                s = table.suggested[group]
                z = (s - table.votes[rest].mean(axis=0)) / (len(shown) + len(control))
                numerator[table.image_of_roi[roi]] += np.nan_to_num((table.votes[i] - table.votes[k]) * z)
                denominator[table.image_of_roi[roi]] += np.nan_to_num((s - table.votes[k]) * z)
    return numerator, denominator


@given(st.integers(0, 2**32), st.integers(1, 4), st.integers(1, 40))
def test_the_sums_over_pairs_are_those_of_plain_loops(seed: int, rois: int, rows: int) -> None:
    rng = np.random.default_rng(seed)
    groups = rois + 1  # two predictions of one ROI
    roi_of_prediction = np.append(np.arange(rois), 0)
    prediction = rng.integers(-1, groups, rows)
    roi = np.where(prediction >= 0, roi_of_prediction[prediction], rng.integers(0, rois, rows))
    mode = rng.integers(0, 3, rows)
    suggested = rng.integers(0, 5, (groups, 2)).astype(np.float64)
    suggested[rng.random(suggested.shape) < 0.2] = np.nan
    table = VoteTable(
        votes=rng.integers(0, 5, (rows, 2)).astype(np.float64),
        roi=roi,
        image_of_roi=np.arange(rois) // 2,
        prediction=prediction,
        shown=(prediction >= 0) & (mode == 1),
        control=(prediction >= 0) & (mode == 2),
        suggested=suggested,
        roi_of_prediction=roi_of_prediction,
    )
    moments = pull_moments(table)
    numerator, denominator = by_loops(table)
    assert np.allclose(moments.numerator, numerator) and np.allclose(moments.denominator, denominator)
    assert not moments.numerator[~moments.used].any() and not moments.denominator[~moments.used].any()


@given(st.integers(0, 2**32), st.integers(2, 12), st.integers(2, 6), st.integers(2, 6))
def test_alpha_is_the_packages(seed: int, units: int, raters: int, levels: int) -> None:
    rng = np.random.default_rng(seed)
    votes = rng.integers(0, levels, (raters, units)).astype(np.float64)
    votes[rng.random(votes.shape) < 0.3] = np.nan
    counts = np.array([[int((column == v).sum()) for v in range(levels)] for column in votes.T])
    used = votes[:, (~np.isnan(votes)).sum(axis=0) >= 2]
    ours = float(ordinal_alpha(coincidences(counts).sum(axis=0)))
    if len(np.unique(used[~np.isnan(used)])) < 2:
        assert np.isnan(ours)
        return
    theirs = krippendorff.alpha(used, level_of_measurement="ordinal", value_domain=list(range(levels)))
    assert ours == pytest.approx(theirs, abs=1e-9)


def test_the_alpha_that_is_shown_is_the_packages() -> None:
    rng = np.random.default_rng(5)
    roi = np.repeat(np.arange(40), 4)
    values = np.clip(roi % 5 + rng.integers(-1, 2, len(roi)), 0, 4)
    once = np.append(roi, 40), np.append(values, 2)  # a ROI with one vote says nothing
    found = alpha(once[1], once[0], np.arange(41) // 2, 5, image_weights(21, 200, 1))
    theirs = krippendorff.alpha(values.reshape(40, 4).T, level_of_measurement="ordinal")
    assert found.value == pytest.approx(theirs, abs=1e-12)
    assert found.ci95 is not None and found.ci95[0] < theirs < found.ci95[1]


def test_alpha_of_krippendorffs_own_example() -> None:
    table = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ]
    counts = np.array([[sum(row[u] == v for row in table) for v in range(1, 6)] for u in range(12)])
    assert round(float(ordinal_alpha(coincidences(counts).sum(axis=0))), 3) == 0.815


def test_images_are_drawn_whole_and_the_same_for_the_same_seed() -> None:
    weights = image_weights(7, 50, 3)
    assert (weights.sum(axis=1) == 7).all() and (weights == image_weights(7, 50, 3)).all()
    assert image_weights(0, 50, 3).shape == (50, 0)


def test_intervals_of_few_images_are_wider_and_of_many_plain() -> None:
    values = np.arange(1001.0)
    few, many = interval95(values, 10), interval95(values, 100_000)
    assert few is not None and many == pytest.approx((25, 975), abs=0.1)
    # n = 10: 2.2622 * sqrt(10 / 9) = 2.3846 standard deviations, a tail of 0.855 %
    assert few == pytest.approx((8.55, 991.45), abs=0.01)
    assert interval95(np.array([np.nan] * 10 + [1.0] * 90), 20) is None
    assert interval95(np.array([]), 20) is None and interval95(values, 1) is None


def rate_with_pull(filled: Filled, pull: float, seed: int = 1) -> None:
    """Everybody rates everything as the simulation says, shown what the project decides."""
    rng = np.random.default_rng(seed)
    truth = rng.uniform(0.5, 3.5, (len(filled.rois), len(SCALE_NAMES)))
    wrong = np.clip(np.round(truth + rng.normal(0, 1.2, truth.shape)), 0, 4).astype(int)
    people = crew(len(filled.annotators), careless=False, reversed_=False, seed=seed)
    with filled.store.write() as s:
        same_lots(s, [who.id for who in filled.annotators], [roi.id for roi in filled.rois])
        made = model(s)
        predictions.store(
            s, made.id, [said(roi.id, row.tolist()) for roi, row in zip(filled.rois, wrong, strict=True)]
        )
        prefill.set_policy(s, "lead", policy="prefill", predictor_id=made.id, share=0.4)
        seen = [[prefill.decide(s, who.id, roi.id) for roi in filled.rois] for who in filled.annotators]
        shown = [
            [wrong[j] if one.mode == "shown" else np.full(8, np.nan) for j, one in enumerate(row)]
            for row in seen
        ]
        votes = simulate(truth, people, seed, suggestions=np.array(shown), pull=pull)
        ratings.submit_many(
            s,
            [
                NewRating(
                    roi.id,
                    who.id,
                    Votes(*votes[i, j].tolist()),
                    prefill=seen[i][j].mode,
                    prediction_id=seen[i][j].prediction_id,
                )
                for i, who in enumerate(filled.annotators)
                for j, roi in enumerate(filled.rois)
            ],
        )


@pytest.fixture
def rated(store: Store, tmp_path: Path) -> Filled:
    filled = fill(store, tmp_path / "pictures", images_n=24, rois_n=2, annotators_n=8)
    rate_with_pull(filled, 0.4)
    return filled


def test_the_report_of_a_project(rated: Filled) -> None:
    with rated.store.read() as s:
        found = prefill_bias.report(s, bootstrap=400)
        assert prefill_bias.report(s, bootstrap=400) == found
        only = prefill_bias.report(s, predictor_id=predictions.find_predictor(s, "Model A").id, bootstrap=400)
        assert only == found
        everything = [rating for group in ratings.counting(s).values() for rating in group]
    assert found.models == ("Model A",) and found.images == 24
    shown, control = found.ratings["shown"], found.ratings["control"]
    assert shown + control == 24 * 2 * 8 and found.ratings["none"] == found.ratings["revealed"] == 0
    assert 0.3 < control / (shown + control) < 0.5
    assert (found.overall.shown, found.overall.control) == (8 * shown, 8 * control)
    pull = found.overall.pull
    assert pull.value is not None and pull.ci95 is not None
    assert pull.ci95[0] < 0.4 < pull.ci95[1] and pull.ci95[1] - pull.ci95[0] < 0.2
    adoption, unaided = found.overall.adoption, found.overall.unaided
    assert adoption.value is not None and unaided.value is not None
    confirmed = [
        outcome == "confirmed" for r in everything if r.prefill == "shown" for outcome in r.outcomes or ()
    ]
    assert adoption.value == pytest.approx(np.mean(confirmed)) and adoption.value > unaided.value + 0.1
    for name in SCALE_NAMES:
        assert found.scales[name].shown == shown
        agreement = found.agreement[name]
        assert agreement.assisted.value is not None and agreement.unassisted.value is not None
        assert agreement.assisted.ci95 is not None
        assert agreement.assisted.ci95[0] < agreement.assisted.value < agreement.assisted.ci95[1]


def test_the_report_as_json(rated: Filled) -> None:
    with rated.store.read() as s:
        document = json.loads(json.dumps(prefill_bias.report(s, bootstrap=100).as_json(), allow_nan=False))
    assert list(document["scales"]) == list(SCALE_NAMES)
    for told in (*document["scales"].values(), document["overall"]):
        for part in ("adoption", "unaided", "pull"):
            assert set(told[part]) == {"value", "ci95", "undefined"}
            assert len(told[part]["ci95"]) == 2 and told[part]["undefined"] is None
    assert set(document["scales"]["blur"]["agreement"]) == {"assisted", "unassisted"}


def test_a_project_without_any_suggestion_says_why_there_is_nothing(filled: Filled) -> None:
    with filled.store.read() as s:
        empty = prefill_bias.report(s)
        assert empty.models == () and empty.images == 0 and set(empty.ratings.values()) == {0}
        assert empty.overall.adoption.undefined == "no votes were given with a suggestion in view"
        assert empty.overall.unaided.undefined == "there are no control votes"
        assert empty.overall.pull.undefined is not None and "at least 10" in empty.overall.pull.undefined
        assert empty.agreement["blur"].assisted.undefined == "no ROI has two such votes"
        json.dumps(empty.as_json(), allow_nan=False)
        with pytest.raises(NotFound, match="no model number 5"):
            prefill_bias.report(s, predictor_id=5)


def test_few_images_give_numbers_without_intervals(filled: Filled) -> None:
    rate_with_pull(filled, 0.5)
    with filled.store.read() as s:
        found = prefill_bias.report(s, bootstrap=100)
    assert found.overall.adoption.value is not None and found.overall.adoption.ci95 is None
    assert found.overall.adoption.undefined == "3 images are too few for an interval"
    assert found.overall.pull.value is None
    assert found.agreement["blur"].assisted.undefined is not None


def test_suggestions_that_say_what_everybody_thinks_tell_no_pull(store: Store, tmp_path: Path) -> None:
    filled = fill(store, tmp_path / "pictures", images_n=12, rois_n=1, annotators_n=6)
    with store.write() as s:
        same_lots(s, [who.id for who in filled.annotators], [roi.id for roi in filled.rois])
        suggest(s, filled.rois, share=0.5)
        for who in filled.annotators:
            for roi in filled.rois:
                seen = prefill.decide(s, who.id, roi.id)
                ratings.submit(
                    s,
                    NewRating(
                        roi_id=roi.id,
                        annotator_id=who.id,
                        votes=(5, 4, 3, 2, 1, 0, 3, 2),
                        prefill=seen.mode,
                        prediction_id=seen.prediction_id,
                    ),
                )
        found = prefill_bias.report(s, bootstrap=100)
    assert (
        found.overall.pull.undefined == "the suggestions differ too little from the votes given without them"
    )
    assert found.overall.adoption.value == found.overall.unaided.value == 1
    assert found.agreement["blur"].assisted.undefined == "no variation: all of these votes are equal"


def test_a_changed_mind_counts_as_it_stands_and_an_excluded_rating_not_at_all(rated: Filled) -> None:
    with rated.store.write() as s:
        before = prefill_bias.report(s, bootstrap=100)
        first = next(r for group in ratings.counting(s).values() for r in group if r.prefill == "shown")
        opposite = Votes(*((vote + 2) % 5 for vote in first.votes))
        again = ratings.submit(
            s, NewRating(roi_id=first.roi_id, annotator_id=first.annotator_id, votes=opposite)
        )
        changed = prefill_bias.report(s, bootstrap=100)
        assert again.prefill == "shown" and changed.overall.shown == before.overall.shown
        assert changed.overall.adoption != before.overall.adoption
        exclusions.exclude(s, "rating", again.id, reason="a slip", who="lead")
        assert prefill_bias.report(s, bootstrap=100).overall.shown == before.overall.shown - 8
