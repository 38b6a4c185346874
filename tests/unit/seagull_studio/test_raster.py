"""Strokes and polygons: a pixel belongs when its centre does, checked against the definition."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from annotation_db.pictures import masks
from seagull_studio.state.raster import Patch, polygon_patch, stroke_patch

HEIGHT, WIDTH = 17, 23
SIZE = (HEIGHT, WIDTH)
coordinate = st.floats(-8, 31, allow_nan=False)
points = st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=6)


def whole(patch: Patch) -> npt.NDArray[np.bool_]:
    mask = np.zeros(SIZE, np.bool_)
    if not patch.is_empty:
        patch.apply_to(mask, adding=True)
    return mask


def distance_to(line: list[tuple[float, float]]) -> npt.NDArray[np.float64]:
    """Distance of every pixel centre from a polyline."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] + 0.5
    nearest = np.full(SIZE, np.inf)
    ends = line[1:] if len(line) > 1 else line
    for (ax, ay), (bx, by) in zip(line, ends, strict=False):
        dx, dy = bx - ax, by - ay
        length = dx * dx + dy * dy
        along = np.clip(((x - ax) * dx + (y - ay) * dy) / length, 0, 1) if length > 0 else np.zeros(SIZE)
        nearest = np.minimum(nearest, np.hypot(x - ax - along * dx, y - ay - along * dy))
    return nearest


@settings(max_examples=150, deadline=None)
@given(points, st.floats(0.3, 7))
def test_a_stroke_holds_the_centres_within_its_radius(line: list[tuple[float, float]], radius: float) -> None:
    drawn, distance = whole(stroke_patch(line, radius, SIZE)), distance_to(line)
    clear = np.abs(distance - radius) > 1e-6  # on the rim itself rounding decides
    assert np.array_equal(drawn[clear], (distance <= radius)[clear])


corners_anywhere = st.lists(st.tuples(st.floats(-9, 32), st.floats(-9, 26)), min_size=3, max_size=8)
corners_on_halves = st.lists(
    st.tuples(st.integers(-8, 56).map(lambda n: n / 2), st.integers(-8, 44).map(lambda n: n / 2)),
    min_size=3,
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(corners_anywhere | corners_on_halves)
@example([(0.0, 3.0), (-3.0, 4.0), (18.0, 16.0)])  # its outline passes halfway between two steps
def test_a_polygon_by_hand_has_the_pixels_that_it_has_in_a_file(corners: list[tuple[float, float]]) -> None:
    drawn = whole(polygon_patch(corners, SIZE))
    assert np.array_equal(drawn, masks.decode(masks.from_polygons([corners], SIZE)))


def test_a_rectangle_is_exact() -> None:
    patch = polygon_patch([(2, 3), (7, 3), (7, 9), (2, 9)], SIZE)
    assert (patch.x, patch.y, patch.mask.shape) == (2, 3, (6, 5))
    assert patch.mask.all()


def test_polygons_that_share_an_edge_leave_no_gap_and_do_not_overlap() -> None:
    left = whole(polygon_patch([(0, 0), (11.5, 0), (5.5, 17), (0, 17)], SIZE))
    right = whole(polygon_patch([(11.5, 0), (23, 0), (23, 17), (5.5, 17)], SIZE))
    assert (left ^ right).all()


def test_a_disc_is_symmetric_and_a_dot_is_one_pixel() -> None:
    disc = stroke_patch([(10.5, 8.5)], 3.0, SIZE)
    assert disc.box == (7, 5, 14, 12)
    assert np.array_equal(disc.mask, disc.mask[::-1]) and np.array_equal(disc.mask, disc.mask.T)
    assert stroke_patch([(4.5, 4.5)], 0.5, SIZE).box == (4, 4, 5, 5)


def test_shapes_beside_the_picture_are_empty() -> None:
    assert stroke_patch([(-20, -20)], 3, SIZE).is_empty
    assert polygon_patch([(-9, -9), (-2, -9), (-2, -2)], SIZE).is_empty


def test_clearing_is_the_opposite_of_setting() -> None:
    mask = np.ones(SIZE, np.bool_)
    stroke_patch([(5, 5), (15, 9)], 2, SIZE).apply_to(mask, adding=False)
    assert np.array_equal(~mask, whole(stroke_patch([(5, 5), (15, 9)], 2, SIZE)))


@pytest.mark.parametrize("radius", [0.0, -1.0, float("nan"), float("inf")])
def test_a_radius_must_be_positive(radius: float) -> None:
    with pytest.raises(ValueError, match="radius"):
        stroke_patch([(1, 1)], radius, SIZE)


def test_points_must_be_enough_and_finite() -> None:
    with pytest.raises(ValueError, match="point"):
        stroke_patch([], 1, SIZE)
    with pytest.raises(ValueError, match="point"):
        polygon_patch([(0, 0), (1, 1)], SIZE)
    with pytest.raises(ValueError, match="number"):
        polygon_patch([(0, 0), (1, float("nan")), (2, 2)], SIZE)
