"""Bias and inconsistency, against Annex E written out as it is printed."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from annotation_db.agreement import observer_model
from annotation_db.agreement.observer_model import fit, groups
from annotation_db.errors import Cancelled
from tests.unit.annotation_db.vote_tables import columns, drawn

Floats = NDArray[np.float64]


def written_out(u: Floats, nu: float) -> tuple[Floats, Floats, Floats, int]:
    """psi, delta, upsilon and rounds, on the matrix of annotators and ROIs."""
    psi = np.nanmean(u, axis=0)
    delta = np.nanmean(u - psi, axis=1)
    n = (~np.isnan(u)).sum(axis=1)
    rounds = 0
    while rounds < 1000:
        rounds += 1
        e = u - psi - delta[:, None]
        if nu:
            squares = np.nansum((e - np.nanmean(e, axis=1, keepdims=True)) ** 2, axis=1)
            upsilon = np.sqrt((squares + nu * squares.sum() / n.sum()) / (n + nu))
        else:
            upsilon = np.nanstd(e, axis=1)
        weight = np.where(np.isnan(u), 0, 1 / (upsilon**2 + 1e-8)[:, None])
        before = psi
        psi = np.nansum(weight * (u - delta[:, None]), axis=0) / weight.sum(axis=0)
        delta = np.nanmean(u - psi, axis=1)
        if np.linalg.norm(psi - before) < 1e-8:
            break
    return psi + delta.mean(), delta - delta.mean(), upsilon, rounds


@pytest.mark.parametrize("nu", [0, 10, 3])
@pytest.mark.parametrize("each", [12, 7])
def test_it_is_annex_e(nu: float, each: int) -> None:
    votes = drawn(12, 60, each, seed=4)
    table = columns(votes)
    found = fit(table, "quality", groups(table), prior_votes=nu)
    psi, delta, upsilon, rounds = written_out(votes, nu)
    assert (found.rounds, found.converged) == (rounds, rounds < 1000)
    assert found.score == pytest.approx(psi, abs=1e-9)
    assert found.bias == pytest.approx(delta, abs=1e-9)
    assert found.inconsistency == pytest.approx(upsilon, abs=1e-9)
    residual = votes - psi - delta[:, None]
    error = np.nanstd(residual, axis=0) / np.sqrt((~np.isnan(votes)).sum(axis=0))
    assert found.standard_error == pytest.approx(error, abs=1e-9)
    assert found.residual == pytest.approx(residual.T[~np.isnan(votes.T)], abs=1e-9)


def test_distortions_go_up_to_five() -> None:
    votes = drawn(6, 30, 6, levels=6)
    table = columns(votes, scale="noise")
    found = fit(table, "noise", groups(table))
    assert found.score == pytest.approx(written_out(votes, 10)[0], abs=1e-9)
    assert found.bias.mean() == pytest.approx(0, abs=1e-12)


def test_it_finds_biased_and_careless_annotators() -> None:
    rng = np.random.default_rng(1)
    truth = rng.uniform(0.5, 3.5, 200)
    noise = np.array([0.4] * 6 + [1.6])
    bias = np.array([0.8, -0.8, 0, 0, 0, 0, 0])
    votes = np.clip(np.rint(truth + bias[:, None] + noise[:, None] * rng.normal(size=(7, 200))), 0, 4)
    table = columns(votes)
    found = fit(table, "quality", groups(table))
    assert np.argmax(found.bias) == 0 and np.argmin(found.bias) == 1
    assert np.argmax(found.inconsistency) == 6
    plain = votes.mean(axis=0)
    assert np.sqrt(np.mean((found.score - truth) ** 2)) < np.sqrt(np.mean((plain - truth) ** 2))


def test_shrinking_keeps_it_from_collapsing() -> None:
    """Few of many raters on each ROI: as published, single raters get all the weight."""
    votes = drawn(24, 30, 7, seed=2)
    table = columns(votes)
    published = fit(table, "quality", groups(table), prior_votes=0)
    shrunk = fit(table, "quality", groups(table))
    assert published.inconsistency.min() < 0.01
    assert shrunk.inconsistency.min() > 0.2 and shrunk.converged


def test_parts_that_share_no_rating() -> None:
    votes = np.full((4, 20), np.nan)
    votes[:2, :10], votes[2:, 10:] = drawn(2, 10, 2), drawn(2, 10, 2, seed=3)
    table = columns(votes)
    parts = groups(table)
    assert parts.count == 2 and parts.of_annotator[0] == parts.of_annotator[1] != parts.of_annotator[2]
    found = fit(table, "quality", parts)
    assert found.bias[:2].mean() == pytest.approx(0, abs=1e-12)
    assert found.bias[2:].mean() == pytest.approx(0, abs=1e-12)
    one = columns(votes[:2, :10])
    assert groups(one).count == 1


def test_equal_votes_and_single_ones() -> None:
    table = columns(np.full((3, 5), 2.0))
    found = fit(table, "quality", groups(table), prior_votes=0)
    assert found.converged and found.score.tolist() == [2] * 5
    assert found.bias.tolist() == found.inconsistency.tolist() == [0] * 3
    alone = columns(np.array([[3.0]]))
    assert fit(alone, "quality", groups(alone)).score.tolist() == [3]


def test_it_can_be_stopped() -> None:
    table = columns(drawn(4, 10, 4))
    with pytest.raises(Cancelled):
        fit(table, "quality", groups(table), cancelled=lambda: True)
    assert observer_model.PRIOR_VOTES == 10
