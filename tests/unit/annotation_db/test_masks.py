"""Masks: the same codes as pycocotools, and nothing unsafe reaches its decoder."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from pycocotools import mask as coco
from skimage.draw import polygon2mask

from annotation_db.errors import Refused
from annotation_db.pictures import masks
from annotation_db.pictures.masks import Rle
from annotation_db.vocabulary.run_lengths import run_lengths

any_mask = arrays.arrays(np.bool_, st.tuples(st.integers(1, 23), st.integers(1, 23)))


@given(any_mask)
def test_a_mask_comes_back_as_it_was(mask: NDArray[np.bool_]) -> None:
    rle = masks.encode(mask)
    again = masks.decode(rle)
    assert again.dtype == np.bool_ and again.flags.c_contiguous
    assert np.array_equal(again, mask)
    assert masks.area(rle) == mask.sum()
    assert masks.checked(rle) == rle


@given(any_mask)
def test_the_box_is_tight(mask: NDArray[np.bool_]) -> None:
    ys, xs = np.nonzero(mask)
    box = (xs.min(), ys.min(), np.ptp(xs) + 1, np.ptp(ys) + 1) if len(xs) else (0, 0, 0, 0)
    assert masks.bbox(masks.encode(mask)) == box


@given(any_mask)
def test_run_lengths_are_those_of_the_mask(mask: NDArray[np.bool_]) -> None:
    runs = run_lengths(masks.encode(mask).counts)
    flat = np.repeat(np.arange(len(runs)) % 2 == 1, runs)
    assert np.array_equal(flat.reshape(mask.shape[::-1]).T, mask)
    height, width = mask.shape
    assert masks.from_counts(runs, (height, width)) == masks.encode(mask)


def test_long_runs_are_read() -> None:
    mask = np.zeros((3000, 2000), dtype=np.bool_)
    mask[5:2990, 3:1998] = True
    rle = masks.encode(mask)
    assert masks.checked(rle) == rle
    assert masks.bbox(rle) == (3, 5, 1995, 2985)


@settings(max_examples=300)
@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=30))
def test_any_text_is_decoded_or_refused(counts: str) -> None:
    try:
        rle = masks.checked(Rle((5, 7), counts))
    except Refused as refusal:
        assert str(refusal).endswith(".")
    else:
        assert masks.decode(rle).shape == (5, 7)


@pytest.mark.parametrize("counts", ["", "é", "0", "PPPPPPPPPPPPPPPPP", "\x00", "oooo", "S1" * 40])
def test_damaged_codes_are_refused(counts: str) -> None:
    with pytest.raises(Refused):
        masks.checked(Rle((5, 7), counts))


@pytest.mark.parametrize("size", [(0, 5), (5, 0), (-1, 5)])
def test_a_mask_without_extent_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(Refused):
        masks.checked(Rle(size, "0"))


@pytest.mark.parametrize("counts", [[3], [-1, 36], [36]])
def test_runs_that_do_not_fit_are_refused(counts: list[int]) -> None:
    with pytest.raises(Refused):
        masks.from_counts(counts, (5, 7))


def test_only_boolean_masks_are_encoded() -> None:
    for wrong in (np.ones((3, 3)), np.ones(3, dtype=np.bool_), np.ones((0, 3), dtype=np.bool_)):
        with pytest.raises(ValueError, match="bool array"):
            masks.encode(wrong)


def test_a_view_of_an_array_is_encoded_like_its_copy() -> None:
    mask = np.random.default_rng(0).random((40, 30)) < 0.5
    for view in (mask[::2, 1:-3], mask.T, mask[::-1]):
        assert masks.encode(view) == masks.encode(np.ascontiguousarray(view))


def test_polygons_are_filled_as_coco_does_and_united() -> None:
    one = [(2.0, 2.0), (20.0, 3.0), (18.0, 25.0), (3.0, 20.0)]
    two = [(15.0, 15.0), (28.0, 15.0), (28.0, 28.0)]
    rle = masks.from_polygons([one, two], (30, 32))
    flat = [[value for point in polygon for value in point] for polygon in (one, two)]
    united = coco.merge(coco.frPyObjects(flat, 30, 32))
    assert rle.counts == united["counts"].decode()
    near = polygon2mask((30, 32), [(y, x) for x, y in one]) | polygon2mask((30, 32), [(y, x) for x, y in two])
    assert np.mean(near != masks.decode(rle)) < 0.08  # COCO counts pixels on the edge as inside


def test_a_polygon_over_the_edge_is_cut_off() -> None:
    inside = masks.decode(masks.from_polygons([[(-5, -5), (10, -5), (10, 10), (-5, 10)]], (20, 20)))
    assert inside[:10, :10].all() and inside.sum() == 100


@pytest.mark.parametrize(
    "polygons",
    [[], [[(1, 1), (2, 2)]], [[(0, 0), (5, 0), (1e9, 5)]], [[(0, 0), (5, 0), (float("nan"), 5)]]],
)
def test_what_is_no_polygon_is_refused(polygons: list[list[tuple[float, float]]]) -> None:
    with pytest.raises(Refused):
        masks.from_polygons(polygons, (20, 20))


def test_a_box_is_rounded_and_cut_off() -> None:
    rle = masks.from_box(-3, 2.4, 10, 5.2, (9, 12))
    assert masks.bbox(rle) == (0, 2, 7, 6)
    for wrong in ((1, 1, 0, 5), (1, 1, 5, -1), (float("inf"), 1, 5, 5)):
        with pytest.raises(Refused):
            masks.from_box(*wrong, (9, 12))
