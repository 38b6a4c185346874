"""How sure a level is: published figures, every outcome counted by hand, and drawn votes."""

from __future__ import annotations

from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from annotation_db.agreement.levels import eq1_levels
from annotation_db.labels import dirichlet, stability
from annotation_db.labels.label_rules import POLICIES, distortion_label, label_roi, mean_label
from annotation_db.labels.label_stability import Stabilities
from annotation_db.vocabulary.scales import Votes, eq1_level

FIVES = POLICIES["include-non-existent"]
PAPER = POLICIES["paper"]


def votes_of(counts: list[int]) -> list[int]:
    return [value for value, number in enumerate(counts) for _ in range(number)]


def verdict(counts: list[int], *, fives: bool) -> int:
    label = distortion_label(votes_of(counts), FIVES if fives else PAPER)
    return 5 if label.severity is None else label.severity.level


def level(counts: list[int]) -> int:
    return mean_label(votes_of(counts), len(counts) - 1).level


def by_hand(counts: list[int], raters: int, told: object) -> float:
    """All ways in which the votes that are missing may fall, with their Dirichlet-multinomial weights."""
    more, levels = raters - sum(counts), len(counts)
    right = everything = 0.0
    for new in product(range(more + 1), repeat=levels):
        if sum(new) != more:
            continue
        weight = 1.0
        for had, got in zip(counts, new, strict=True):
            weight *= prod(had + 0.5 + k for k in range(got)) / prod(range(1, got + 1))
        everything += weight
        right += weight * (told([a + b for a, b in zip(counts, new, strict=True)]) == told(counts))  # type: ignore[operator]
    return right / everything


def test_eq1_on_arrays_is_eq1() -> None:
    for n in range(1, 40):
        sums = np.arange(5 * n + 1)
        assert eq1_levels(sums, n).tolist() == [eq1_level(min(s, 4 * n), n) for s in sums.tolist()]


def test_published_figures() -> None:
    (found,) = stability.of_means(np.array([[0, 0, 1, 4, 2]]))
    assert found[:2] == pytest.approx([0.756092, 0.782877], abs=5e-7)
    assert found[2] == pytest.approx(0.7937, abs=5e-5)


@pytest.mark.parametrize("counts", [[0, 0, 2, 7, 1], [3, 0, 0, 4, 3], [10, 0, 0, 0, 0], [1, 1, 3, 3, 2]])
def test_means_by_hand(counts: list[int]) -> None:
    (found,) = stability.of_means(np.array([counts]))
    assert found[0] == pytest.approx(by_hand(counts, 14, level), abs=1e-12)


@pytest.mark.parametrize("fives", [False, True])
@pytest.mark.parametrize(
    "counts",
    [[0, 0, 2, 4, 0, 5], [0, 1, 0, 4, 0, 6], [0, 0, 0, 0, 0, 11], [5, 0, 0, 0, 0, 6], [1, 1, 2, 2, 0, 5]],
)
def test_verdicts_by_hand(counts: list[int], fives: bool) -> None:
    (found,) = stability.of_verdicts(np.array([counts]), include_non_existent=fives)
    expected = by_hand(counts, 14, lambda votes: verdict(votes, fives=fives))
    assert found[0] == pytest.approx(expected, abs=1e-12)
    if fives:
        (mean,) = stability.of_means(np.array([counts]))
        assert mean[0] == pytest.approx(by_hand(counts, 14, level), abs=1e-12)


@pytest.mark.parametrize("fives", [False, True])
@pytest.mark.parametrize(
    "counts", [[0, 0, 2, 2, 0, 3], [0, 1, 0, 1, 0, 5], [4, 0, 1, 1, 0, 1], [0, 0, 0, 0, 1, 0]]
)
def test_the_limit_is_that_of_drawn_shares(counts: list[int], fives: bool) -> None:
    shares = np.random.default_rng(4).dirichlet(np.array(counts) + 0.5, 400_000)
    votes = shares @ np.arange(6) if fives else shares[:, :5] @ np.arange(5) / shares[:, :5].sum(axis=1)
    told = np.where(shares[:, 5] > 0.5, 5, np.minimum(np.ceil(votes * 5 / 4).astype(int) - 1, 4))
    (found,) = stability.of_verdicts(np.array([counts]), include_non_existent=fives)
    assert found[2] == pytest.approx((told == verdict(counts, fives=fives)).mean(), abs=0.003)


@settings(max_examples=30)
@given(st.lists(st.integers(0, 12), min_size=5, max_size=5).filter(any))
def test_probabilities(counts: list[int]) -> None:
    (found,) = stability.of_means(np.array([counts]))
    assert np.all((found >= 0) & (found <= 1))
    assert [found[k] == 1 for k, raters in enumerate((14, 24)) if sum(counts) >= raters].count(False) == 0
    alpha = np.array(counts, dtype=np.float64)[None] + 0.5
    bounds = [dirichlet.mean_at_most(alpha, np.array([bound]))[0] for bound in (0, 0.8, 1.6, 2.4, 3.2, 4)]
    assert bounds == sorted(bounds) and bounds[0] == 0 and bounds[-1] == 1
    (turned,) = stability.of_means(np.array([counts[::-1]]))
    now, other = (eq1_level(int(np.dot(c, range(5))), sum(c)) for c in (counts, counts[::-1]))
    if now + other == 4:  # not where a mean lies on a boundary, which belongs to the lower level
        assert turned[2] == pytest.approx(found[2], abs=1e-9)


def test_many_votes_leave_nothing_open() -> None:
    (found,) = stability.of_means(np.array([[0, 0, 1000, 0, 0]]))
    assert found.tolist() == [1, 1, pytest.approx(1, abs=1e-3)]
    exact = dirichlet.mean_at_most(np.array([[300.5, 200.5, 0.5, 0.5, 500.5]]), np.array([2.2]))
    shares = np.random.default_rng(0).dirichlet([300.5, 200.5, 0.5, 0.5, 500.5], 200_000)
    assert exact[0] == pytest.approx((shares @ np.arange(5) <= 2.2).mean(), abs=0.004)


def test_two_levels_are_a_beta_distribution() -> None:
    from scipy.stats import beta

    alpha: NDArray[np.float64] = np.array([[2.5, 4.5], [1.5, 30.5], [3.5, 0.5]])
    found = dirichlet.mean_at_most(alpha, np.array([0.4, 0.9, 0.05]))
    assert found == pytest.approx(beta.cdf([0.4, 0.9, 0.05], alpha[:, 1], alpha[:, 0]), abs=1e-7)


def test_the_weights_add_up() -> None:
    assert dirichlet.rising(np.array([2.0]), 3).tolist() == [[1, 2, 3, 4]]
    drawn = dirichlet.future_sums(np.array([[0, 3, 1]]), 4)
    assert drawn[0, 4].sum() == pytest.approx(dirichlet.rising(np.array([5.5]), 4)[0, 4])
    assert drawn.shape == (1, 5, 9)


def test_a_project_is_looked_up_at_once() -> None:
    def rating(number: int, votes: Votes) -> object:
        return type("Counted", (), {"id": number, "roi_id": 1, "votes": votes})()

    given_votes = [Votes(5, 5, 2, 1, 0, 3, 3, 4)] * 5 + [Votes(5, 4, 5, 5, 5, 3, 2, 4)] * 2
    found = label_roi([rating(k, votes) for k, votes in enumerate(given_votes)], PAPER)  # type: ignore[misc]
    told = Stabilities([found], PAPER)
    assert found.quality is not None
    assert told.of_mean(found.quality) == tuple(stability.of_means(np.array([[0, 0, 2, 5, 0]]))[0])
    compression = found.distortions["compression"]
    assert compression.severity is not None
    assert told.of_verdict(compression) == tuple(stability.of_verdicts(np.array([[0, 0, 5, 0, 0, 2]]))[0])
    assert told.of_mean(compression.severity) == tuple(stability.of_means(np.array([[0, 0, 5, 0, 0]]))[0])
