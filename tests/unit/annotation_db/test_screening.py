"""BT.500: what it can see, counted over all patterns of votes; and its formula written out."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from annotation_db.agreement.screening import Screening, far_levels, screen
from tests.unit.annotation_db.vote_tables import columns, drawn


def patterns(n: int) -> np.ndarray:
    return np.array([row for row in product(range(n + 1), repeat=5) if sum(row) == n], dtype=np.int64)


@pytest.mark.parametrize(("n", "seen", "of"), [(7, 14, 330), (6, 0, 210), (5, 0, 126)])
def test_how_little_it_can_see(n: int, seen: int, of: int) -> None:
    counts = patterns(n)
    above, below = far_levels(counts)
    can = ((above | below) & (counts > 0)).any(axis=1)
    assert (int(can.sum()), len(counts)) == (seen, of)
    lone = (counts == n - 1).any(axis=1)
    assert not can[lone].any()


def test_the_formula_written_out() -> None:
    votes = drawn(26, 40, 26, seed=3, noise=1.2)
    votes[3] = np.random.default_rng(0).integers(0, 5, 40)
    p, q = np.zeros(26, dtype=int), np.zeros(26, dtype=int)
    for u in votes.T:
        spread, centred = u.std(ddof=1), u - u.mean()
        if spread == 0:
            continue
        kurtosis = (centred**4).mean() / (centred**2).mean() ** 2
        e = 2 if 2 <= kurtosis <= 4 else np.sqrt(20)
        p += centred >= e * spread
        q += centred <= -e * spread
    found = screen(columns(votes), "quality")
    assert [(one.p, one.q, one.n) for one in found] == list(
        zip(p.tolist(), q.tolist(), [40] * 26, strict=True)
    )
    assert p.sum() + q.sum() > 0


def test_the_flag() -> None:
    assert not Screening(0, 0, 0).flagged and not Screening(0, 0, 100).flagged
    assert Screening(3, 2, 100).flagged and not Screening(3, 1, 100).flagged
    assert not Screening(13, 7, 100).flagged  # 0.3 is not below 0.3
    assert not Screening(10, 1, 100).flagged and not Screening(2, 2, 100).flagged


def test_votes_are_counted_that_were_cast() -> None:
    votes = drawn(24, 50, 7)
    found = screen(columns(votes), "quality")
    assert [one.n for one in found] == (~np.isnan(votes)).sum(axis=1).tolist()
