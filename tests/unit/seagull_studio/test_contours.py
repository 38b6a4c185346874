"""Outlines along pixel edges: closed, rectilinear, and filled they give the mask back."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st

from seagull_studio.state.contours import Loop, bounds, contains, trace
from seagull_studio.state.outlines import RoiOutline


def filled(loops: tuple[Loop, ...], height: int, width: int) -> npt.NDArray[np.bool_]:
    """Even-odd filling by the vertical edges alone."""
    toggles = np.zeros((height, width + 1), np.intp)
    for loop in loops:
        for (ax, ay), (bx, by) in zip(loop, np.roll(loop, -1, axis=0), strict=True):
            if ax == bx:
                toggles[min(ay, by) : max(ay, by), ax] += 1
    return np.cumsum(toggles[:, :width], axis=1) % 2 == 1


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 19), st.integers(1, 19), st.integers(0, 2**32 - 1), st.floats(0, 1))
def test_any_mask_comes_back(height: int, width: int, seed: int, share: float) -> None:
    mask = np.random.default_rng(seed).random((height, width)) < share
    loops = trace(mask)
    assert np.array_equal(filled(loops, height, width), mask)
    for loop in loops:
        assert len(loop) >= 4
        steps = loop != np.roll(loop, -1, axis=0)
        assert (steps.sum(axis=1) == 1).all()  # every edge is horizontal or vertical


def test_a_square_has_four_corners_and_a_hole_its_own_loop() -> None:
    mask = np.zeros((10, 12), np.bool_)
    mask[2:8, 3:11] = True
    (square,) = trace(mask)
    assert sorted(map(tuple, square.tolist())) == [(3, 2), (3, 8), (11, 2), (11, 8)]
    mask[4:5, 5:7] = False
    loops = trace(mask)
    assert len(loops) == 2
    assert bounds(loops) == (3, 2, 8, 6)
    assert contains(loops, 3.5, 2.5) and not contains(loops, 5.5, 4.5) and not contains(loops, 0.5, 0.5)


def test_nothing_has_no_outline() -> None:
    assert trace(np.zeros((5, 5), np.bool_)) == ()
    assert bounds(()) == (0, 0, 0, 0)


def test_a_piece_of_a_mask_is_traced_where_it_lies() -> None:
    roi = RoiOutline.from_mask(7, np.ones((4, 6), np.bool_), origin=(100, 50), label="r1")
    assert roi.bbox == (100, 50, 6, 4)
    assert roi.contains(105.9, 53.9) and not roi.contains(106.0, 53.0) and not roi.contains(99.9, 51)
