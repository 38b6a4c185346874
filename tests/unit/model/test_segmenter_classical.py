"""The segmenter without weights: on drawn shapes whose truth is known, and on a real photograph."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data, draw

from model.segmenters.classical import ClassicalSegmenter
from model.segmenters.protocol import Hypothesis, Prompt, SegmenterError, Stopped

SEGMENTER = ClassicalSegmenter()


def _disc(high: int = 300, wide: int = 400, radius: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """A textured disc on a textured ground, and its mask."""
    rng = np.random.default_rng(0)
    rgb = np.full((high, wide, 3), (70, 110, 60), np.float64)
    mask = np.zeros((high, wide), np.bool_)
    mask[draw.disk((high // 2, wide // 2), radius)] = True
    rgb[mask] = (190, 60, 50)
    rgb += rng.normal(0, 8, rgb.shape)
    return np.clip(rgb, 0, 255).astype(np.uint8), mask


def _iou(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / (one | other).sum())


def _predict(rgb: np.ndarray, prompt: Prompt) -> list[Hypothesis]:
    found = SEGMENTER.predict(SEGMENTER.encode(rgb), prompt)
    assert 1 <= len(found) <= 3
    for hypothesis in found:
        assert hypothesis.mask.shape == rgb.shape[:2] and hypothesis.mask.dtype == np.bool_
        assert hypothesis.predicted_iou is None and hypothesis.prompt == prompt
    return found


def test_a_click_finds_the_object() -> None:
    rgb, truth = _disc()
    assert _iou(_predict(rgb, Prompt(((200.0, 150.0, True),)))[0].mask, truth) > 0.93


def test_a_click_finds_a_small_object_in_a_large_picture() -> None:
    rgb, truth = _disc(2000, 3000, 130)
    assert _iou(_predict(rgb, Prompt(((1480.0, 1010.0, True),)))[0].mask, truth) > 0.9


def test_a_box_finds_the_object_and_offers_the_box_itself() -> None:
    rgb, truth = _disc()
    box = (130.0, 80.0, 272.0, 221.0)
    found = _predict(rgb, Prompt(box=box))
    assert _iou(found[0].mask, truth) > 0.93
    plain = np.zeros_like(truth)
    plain[80:222, 130:273] = True
    np.testing.assert_array_equal(found[-1].mask, plain)


def test_a_negative_click_takes_a_part_away() -> None:
    rgb, truth = _disc()
    rgb[:, 200:][truth[:, 200:]] = (60, 70, 190)
    left = truth.copy()
    left[:, 200:] = False
    both = _predict(rgb, Prompt(((170.0, 150.0, True), (230.0, 150.0, False))))
    assert _iou(both[0].mask, left) > 0.85
    assert not any(h.mask[150, 230] for h in both)


def test_two_clicks_join_two_parts() -> None:
    rgb, truth = _disc()
    rgb[:, 200:][truth[:, 200:]] = (60, 70, 190)
    found = _predict(rgb, Prompt(((170.0, 150.0, True), (230.0, 150.0, True))))
    assert max(_iou(h.mask, truth) for h in found) > 0.9


def test_the_hypotheses_differ_and_grow_from_the_first_on() -> None:
    found = _predict(data.astronaut(), Prompt(((225.0, 110.0, True),)))
    areas = [int(h.mask.sum()) for h in found]
    assert len(areas) >= 2
    turn = areas.index(min(areas))
    assert [*areas[turn:], *areas[:turn]] == sorted(areas)
    for number, one in enumerate(found):
        assert all(_iou(one.mask, other.mask) < 0.9 for other in found[:number])


def test_the_same_click_gives_the_same_mask() -> None:
    picture, prompt = data.chelsea(), Prompt(((225.0, 120.0, True),))
    for one, other in zip(_predict(picture, prompt), _predict(picture, prompt), strict=True):
        np.testing.assert_array_equal(one.mask, other.mask)


@pytest.mark.parametrize(
    "prompt",
    [
        Prompt(((0.0, 0.0, True),)),
        Prompt(((399.9, 299.9, True),)),
        Prompt(((200.0, 150.0, False),)),
        Prompt(((-50.0, 1000.0, True),)),
        Prompt(box=(0.0, 0.0, 400.0, 300.0)),
        Prompt(box=(300.0, 200.0, 100.0, 50.0)),
        Prompt(box=(10.0, 10.0, 10.0, 10.0)),
        Prompt(((200.0, 150.0, True), (200.0, 150.0, False)), box=(-10.0, -10.0, 500.0, 20.0)),
    ],
)
@pytest.mark.parametrize("flat", [False, True])
def test_odd_prompts_give_a_mask_and_no_error(prompt: Prompt, flat: bool) -> None:
    rgb, _ = _disc()
    _predict(np.full_like(rgb, 128) if flat else rgb, prompt)


@pytest.mark.parametrize("size", [(1, 1), (16, 16), (3, 500)])
def test_tiny_pictures_give_a_mask_and_no_error(size: tuple[int, int]) -> None:
    rgb = np.random.default_rng(0).integers(0, 255, (*size, 3), dtype=np.uint8)
    _predict(rgb, Prompt(((0.5, 0.5, True),)))
    _predict(rgb, Prompt(box=(0.0, 0.0, 1.0, 1.0)))


def test_an_empty_prompt_is_refused() -> None:
    with pytest.raises(SegmenterError, match="Click the object"):
        SEGMENTER.predict(SEGMENTER.encode(_disc()[0]), Prompt())


def test_the_embedding_can_be_stored_and_stopped() -> None:
    rgb, _ = _disc()
    again = SEGMENTER.from_arrays(SEGMENTER.encode(rgb).to_arrays())
    np.testing.assert_array_equal(again.rgb, rgb)
    assert again.nbytes >= rgb.nbytes
    assert again.nbytes == SEGMENTER.embedding_bytes(*rgb.shape[:2])
    with pytest.raises(SegmenterError):
        SEGMENTER.from_arrays({"features": rgb})
    with pytest.raises(Stopped):
        SEGMENTER.encode(rgb, cancelled=lambda: True)


@pytest.mark.parametrize("size", [(30, 40), (1280, 900), (1281, 7), (2001, 1999)])
def test_the_size_of_an_embedding_is_known_beforehand(size: tuple[int, int]) -> None:
    assert SEGMENTER.embedding_bytes(*size) == SEGMENTER.encode(np.zeros((*size, 3), np.uint8)).nbytes


def test_it_says_what_it_is() -> None:
    assert SEGMENTER.name == "Classical (GrabCut, no weights)"
    assert not SEGMENTER.needs_encoding
