"""Simulated annotators do what their stated model says, and the numbers can be recovered."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotation_db.vocabulary.scales import SCALE_NAMES, SCALES, Votes
from seagull_studio.operations import simulated_raters as sim

QUALITY, BLUR = SCALE_NAMES.index("quality"), SCALE_NAMES.index("blur")


def annotator(name="sim-x", kind="honest", bias=0.0, sigma=0.5, **more) -> sim.SimulatedAnnotator:
    return sim.SimulatedAnnotator(name, kind, (bias,) * 8, sigma, 10.0, **more)


def middling(rois: int) -> np.ndarray:
    """True values well inside the scales, where clipping does not bite."""
    return np.random.default_rng(0).uniform(1.7, 2.3, (rois, 8))


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 2**31), rois=st.integers(0, 6), weight_of_advice=st.floats(0, 1), far=st.floats(0, 50)
)
def test_every_vote_is_on_its_scale(seed, rois, weight_of_advice, far) -> None:
    rng = np.random.default_rng(seed)
    truth = rng.normal(2.0, far, (rois, 8))
    suggestions = np.where(rng.random((rois, 8)) < 0.5, np.nan, rng.normal(2.0, far, (rois, 8)))
    votes = sim.simulate(
        truth,
        sim.make_annotators(3, seed=seed),
        seed,
        suggestions=suggestions,
        weight_of_advice=weight_of_advice,
    )
    assert votes.shape == (5, rois, 8)
    for of_one_roi in votes.reshape(-1, 8).tolist():
        Votes(*of_one_roi).checked()


def test_bias_and_noise_can_be_recovered() -> None:
    truth = middling(4000)
    votes = sim.simulate(truth, [annotator(bias=0.4, sigma=0.6), annotator(bias=-0.3, sigma=0.35)], seed=5)
    error = votes - truth
    assert error.mean(axis=(1, 2)) == pytest.approx([0.4, -0.3], abs=0.02)
    # Rounding to whole steps adds a variance of 1/12.
    expected = np.sqrt(np.array([0.6, 0.35]) ** 2 + 1 / 12)
    assert error.std(axis=(1, 2)) == pytest.approx(expected, abs=0.02)


def test_an_exact_annotator_rounds_the_truth_half_up_within_the_scale() -> None:
    truth = np.array([[5.75, -1.0, 4.49, 4.5, 2.5, 0.5, 9.0, 3.49]])
    votes = sim.simulate(truth, [annotator(sigma=0.0)])
    assert votes[0, 0].tolist() == [5, 0, 4, 5, 3, 1, 4, 3]


def test_a_reversed_annotator_mirrors_an_honest_one() -> None:
    truth = np.array([[5.75, 0.0, 1.2, 2.0, 3.0, 4.0, 3.8, 0.3]])
    votes = sim.simulate(truth, [annotator(kind="reversed", sigma=0.0)])
    assert votes[0, 0].tolist() == [0, 5, 4, 3, 2, 1, 0, 4]


def test_a_careless_annotator_does_not_look() -> None:
    careless = annotator(kind="careless", repeats=0.6)
    votes = sim.simulate(middling(3000), [careless], seed=1)[0]
    assert np.array_equal(votes, sim.simulate(np.zeros((3000, 8)), [careless], seed=1)[0])
    assert (votes == np.array(sim.FAVOURITE)).all(axis=1).mean() == pytest.approx(0.6, abs=0.03)
    others = votes[(votes != np.array(sim.FAVOURITE)).any(axis=1)]
    assert np.bincount(others[:, QUALITY], minlength=5) / len(others) == pytest.approx(0.2, abs=0.03)
    assert set(others[:, BLUR].tolist()) == set(range(6))


def test_the_same_seed_gives_the_same_votes_whoever_comes_after() -> None:
    truth, crew = middling(20), sim.make_annotators()
    votes = sim.simulate(truth, crew, seed=3)
    assert np.array_equal(votes, sim.simulate(truth, crew, seed=3))
    assert np.array_equal(votes[:4], sim.simulate(truth, crew[:4], seed=3))
    assert not np.array_equal(votes, sim.simulate(truth, crew, seed=4))


class TestPull:
    """The share of the way towards a suggestion that a vote is moved."""

    def test_nothing_without_a_pull_or_without_a_suggestion(self) -> None:
        truth, crew = middling(50), sim.make_annotators(4)
        plain = sim.simulate(truth, crew, 2)
        assert np.array_equal(plain, sim.simulate(truth, crew, 2, suggestions=np.full((50, 8), 4.0)))
        unseen = np.full((50, 8), np.nan)
        assert np.array_equal(plain, sim.simulate(truth, crew, 2, suggestions=unseen, weight_of_advice=1.0))

    def test_a_full_pull_adopts(self) -> None:
        suggestion = np.random.default_rng(1).integers(0, 5, (50, 8))
        votes = sim.simulate(
            middling(50), sim.make_annotators(4), 2, suggestions=suggestion, weight_of_advice=1.0
        )
        assert (votes == suggestion).all()

    @pytest.mark.parametrize("pull", [0.25, 0.5, 0.8])
    def test_the_share_can_be_recovered(self, pull) -> None:
        """The regression of the move on the distance gives the pull back."""
        # Two whole steps wide, so that rounding shifts nothing on average.
        truth = np.random.default_rng(0).uniform(1.0, 3.0, (3000, 8))
        honest = [annotator(sigma=0.4)]
        suggestion = np.random.default_rng(1).uniform(0.5, 3.5, truth.shape)
        plain = sim.simulate(truth, honest, 7)[0]
        pulled = sim.simulate(truth, honest, 7, suggestions=suggestion, weight_of_advice=pull)[0]
        distance = suggestion - truth
        assert ((pulled - plain) * distance).sum() / (distance**2).sum() == pytest.approx(pull, abs=0.03)

    def test_each_annotator_may_have_a_pull_and_suggestions_of_their_own(self) -> None:
        truth, pair = middling(30), [annotator("sim-a"), annotator("sim-b")]
        suggestions = np.full((2, 30, 8), np.nan)
        suggestions[1, ::2] = 4.0
        votes = sim.simulate(truth, pair, 1, suggestions=suggestions, weight_of_advice=[1.0, 1.0])
        plain = sim.simulate(truth, pair, 1)
        assert np.array_equal(votes[0], plain[0])
        assert np.array_equal(votes[1, 1::2], plain[1, 1::2])
        assert (votes[1, ::2] == 4).all()

    @pytest.mark.parametrize("pull", [-0.1, 1.1])
    def test_a_share_outside_0_to_1_is_refused(self, pull) -> None:
        with pytest.raises(ValueError, match="weight of advice"):
            sim.simulate(middling(2), sim.make_annotators(1), weight_of_advice=pull)


def test_true_values_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="true values"):
        sim.simulate(np.zeros((3, 6)), sim.make_annotators(1))


def test_the_crew_says_that_it_is_simulated_and_differs() -> None:
    crew = sim.make_annotators(9, seed=1)
    assert [member.name for member in crew] == [f"sim-{i:02d}" for i in range(1, 10)] + [
        "sim-careless",
        "sim-reversed",
    ]
    honest = crew[:9]
    assert len({member.sigma for member in honest}) == len({member.bias for member in honest}) == 9
    assert crew == sim.make_annotators(9, seed=1)
    assert [m.kind for m in sim.make_annotators(2, careless=False, reversed_=False)] == ["honest", "honest"]


def test_durations_follow_the_annotator() -> None:
    crew = sim.make_annotators(3, seed=2)
    times = sim.durations_ms(crew, 500, seed=2)
    medians = [1000 * member.seconds for member in crew]
    assert np.median(times, axis=1) == pytest.approx(medians, rel=0.1)
    assert times.min() >= 400


@settings(max_examples=30, deadline=None)
@given(wanted=st.lists(st.integers(0, 5), max_size=40), seed=st.integers(0, 99))
def test_work_is_allotted_evenly(wanted, seed) -> None:
    chosen = sim.allocate(wanted, 5, seed)
    assert chosen.sum(axis=0).tolist() == wanted
    loads = chosen.sum(axis=1)
    assert loads.max() - loads.min() <= 1


def test_no_roi_gets_more_annotators_than_there_are() -> None:
    with pytest.raises(ValueError, match="0 to 3 ratings"):
        sim.allocate([4], 3)


def test_maxima_are_those_of_the_scales() -> None:
    assert [SCALES[name].maximum for name in SCALE_NAMES] == list(sim.MAXIMA)
