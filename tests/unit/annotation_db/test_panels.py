"""Panel against panel: by hand, by scipy, and against raters whose reliability is known."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from annotation_db.agreement import correlations, panels
from annotation_db.agreement.levels import verdicts
from annotation_db.agreement.panels import whole_panel
from annotation_db.agreement.resampling import image_counts
from annotation_db.errors import Cancelled
from annotation_db.labels.label_rules import POLICIES, distortion_label
from annotation_db.vocabulary.scales import SCALE_NAMES
from tests.unit.annotation_db.vote_tables import columns, drawn

numbers = st.lists(st.integers(0, 12), min_size=3, max_size=30)


@settings(max_examples=50)
@given(numbers, st.integers(0, 2**32 - 1))
def test_correlations_are_scipys(values: list[int], seed: int) -> None:
    x = np.array(values, dtype=np.float64)
    y = np.random.default_rng(seed).integers(0, 4, len(x)).astype(np.float64)
    times = np.random.default_rng(seed + 1).integers(0, 3, len(x))
    weights = times[None].astype(np.float64)
    ranked = correlations.Ranked(x, y).spearman(weights)[0]
    plcc = correlations.pearson_of(weights @ correlations.moments(x - x.mean(), y - y.mean()))[0]
    if np.ptp(x) and np.ptp(y):
        assert correlations.pearson(x, y) == pytest.approx(stats.pearsonr(x, y)[0], abs=1e-9)
        assert correlations.spearman(x, y) == pytest.approx(stats.spearmanr(x, y)[0], abs=1e-9)
    else:
        assert np.isnan(correlations.pearson(x, y)) and np.isnan(correlations.spearman(x, y))
    a, b = np.repeat(x, times), np.repeat(y, times)
    if len(a) > 1 and np.ptp(a) and np.ptp(b):
        assert ranked == pytest.approx(stats.spearmanr(a, b)[0], abs=1e-9)
        assert plcc == pytest.approx(stats.pearsonr(a, b)[0], abs=1e-9)
    else:
        assert np.isnan(ranked) and np.isnan(plcc)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=20), st.booleans())
def test_verdicts_on_arrays_are_the_rule(votes: list[int], fives: bool) -> None:
    label = distortion_label(votes, POLICIES["include-non-existent" if fives else "paper"])
    below = [vote for vote in votes if vote != 5]
    found = verdicts(np.array([sum(below)]), np.array([len(below)]), np.array([votes.count(5)]), fives=fives)
    assert found.tolist() == [5 if label.severity is None else label.severity.level]


def test_two_raters_are_two_halves() -> None:
    """Whichever way the halves are drawn, the levels agree or not; of all draws the figures are symmetric."""
    votes = drawn(2, 40, 2)
    found = panels.panels(columns(votes), image_counts(40, 200, 0), draws=100)["quality"]
    equal = (votes[0] == votes[1]).mean()
    assert found.values["level_agreement"] == pytest.approx(equal)
    assert found.values["plcc"] is not None
    assert found.full_plcc == pytest.approx(2 * found.values["plcc"] / (1 + found.values["plcc"]))
    assert found.attainable_plcc == pytest.approx(sqrt(found.full_plcc or 0))
    assert not found.undefined


def test_halves_are_disjoint_and_leave_one_of_seven_out() -> None:
    votes = drawn(12, 30, 7)
    table = columns(votes)
    halves = panels._Halves(table)
    sums, fives = halves.draw(np.random.default_rng(0))
    assert (halves.size == 3).all() and not fives.any()
    number = SCALE_NAMES.index("quality")
    rest = np.nansum(votes, axis=0) - sums[:, :, number].sum(axis=1)
    assert ((rest >= 0) & (rest <= 4)).all()
    assert (sums[:, :, SCALE_NAMES.index("blur")] == 6).all()


def test_what_a_perfect_model_reaches() -> None:
    """Halves, wholes and the bound, against a truth that is known here."""
    rng = np.random.default_rng(5)
    truth = rng.uniform(0, 4, 1500)
    votes = np.clip(np.rint(truth + rng.normal(0, 1.3, (14, 1500))), 0, 4)
    expected = np.clip(np.rint(truth + rng.normal(0, 1.3, (2000, 1500))), 0, 4).mean(axis=0)
    found = panels.panels(columns(votes[:7]), image_counts(1500, 20, 0), draws=20)["quality"]
    whole = np.corrcoef(votes[:7].mean(axis=0), votes[7:].mean(axis=0))[0, 1]
    perfect = np.corrcoef(votes[:7].mean(axis=0), expected)[0, 1]
    assert found.full_plcc == pytest.approx(whole, abs=0.02)
    assert found.attainable_plcc == pytest.approx(perfect, abs=0.02)
    assert found.values["plcc"] is not None and found.values["plcc"] < whole < perfect


def test_intervals_hold_the_figures_and_are_seeded() -> None:
    table = columns(drawn(10, 90, 6, noise=1.0), rois_per_image=3)
    images = image_counts(30, 300, 0)
    one = panels.panels(table, images, seed=3)["quality"]
    for name in panels.FIGURES:
        low, high = one.ci95[name] or (None, None)
        assert low is not None and high is not None and low < (one.values[name] or 0) < high
    assert panels.panels(table, images, seed=3)["quality"] == one
    assert panels.panels(table, images, seed=4)["quality"] != one


def test_what_does_not_exist_says_why() -> None:
    same = panels.panels(columns(np.full((4, 12), 2.0)), image_counts(12, 50, 0), draws=10)["quality"]
    assert same.values["level_agreement"] == 1 and same.values["plcc"] is None
    assert "does not vary" in same.undefined["plcc"] and same.attainable_plcc is None
    assert {"ci95.plcc", "panel_full.plcc", "attainable.plcc"} <= set(same.undefined)
    nothing = panels.panels(columns(np.full((1, 1), np.nan)), image_counts(0, 50, 0))["blur"]
    assert nothing.values["srocc"] is None and "two counting ratings" in nothing.undefined["srocc"]
    assert whole_panel(-0.9, 7) is None and whole_panel(None, 7) is None
    assert whole_panel(0.67, 7) == pytest.approx(0.826, abs=1e-3)


def test_it_can_be_stopped_and_tells() -> None:
    table = columns(drawn(4, 12, 4))
    told: list[tuple[int, int, str]] = []
    panels.panels(table, image_counts(12, 10, 0), draws=5, progress=lambda *step: told.append(step))
    assert told[-1] == (5, 5, "panels")
    with pytest.raises(Cancelled):
        panels.panels(table, image_counts(12, 10, 0), cancelled=lambda: True)
