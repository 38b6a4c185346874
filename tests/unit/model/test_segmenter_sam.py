"""SamSegmenter gives what segment_anything.SamPredictor gives, on segment-anything's own classes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from model.segmenters.protocol import Hypothesis, Prompt, SegmenterError, Stopped, WrongEmbedding
from model.segmenters.sam import SamSegmenter
from model.segmenters.sam_encoder import StripEncoder
from tests.unit.model import tiny_sam


@pytest.fixture(scope="module")
def sam() -> Any:
    return tiny_sam.build()


@pytest.fixture(scope="module")
def segmenter(sam: Any, tmp_path_factory: pytest.TempPathFactory) -> SamSegmenter:
    folder = tmp_path_factory.mktemp("weights")
    return SamSegmenter.load(tiny_sam.save(sam, folder), "cpu", hashes=folder / "hashes.json")


def _predictor(sam: Any, rgb: np.ndarray) -> Any:
    from segment_anything import SamPredictor

    predictor = SamPredictor(sam)
    predictor.set_image(rgb)
    return predictor


PROMPTS = [
    Prompt(((40.0, 30.0, True),)),
    Prompt(((40.0, 30.0, True), (80.5, 60.25, False), (10.0, 70.0, True))),
    Prompt(box=(20.0, 10.0, 90.0, 80.0)),
    Prompt(((50.0, 40.0, True), (25.0, 70.0, False)), box=(20.0, 10.0, 90.0, 80.0)),
    Prompt(((40.0, 30.0, False),)),
]


@pytest.mark.parametrize("size", [(96, 128), (150, 90), (77, 301), (128, 128), (17, 16), (400, 600)])
def test_the_embedding_is_that_of_the_predictor(
    sam: Any, segmenter: SamSegmenter, size: tuple[int, int]
) -> None:
    rgb = tiny_sam.picture(*size)
    expected = _predictor(sam, rgb).get_image_embedding().numpy()
    embedding = segmenter.encode(rgb)
    assert embedding.size == size
    np.testing.assert_allclose(embedding.features.numpy(), expected, atol=1e-5)


@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize("size", [(96, 128), (190, 133)])
def test_the_masks_are_those_of_the_predictor_best_first(
    sam: Any, segmenter: SamSegmenter, size: tuple[int, int], prompt: Prompt
) -> None:
    rgb = tiny_sam.picture(*size)
    masks, ious, low = _predictor(sam, rgb).predict(**_arguments(prompt))
    found = segmenter.predict(segmenter.encode(rgb), prompt)
    order = np.argsort(-ious)
    assert [h.predicted_iou for h in found] == pytest.approx(list(ious[order]), abs=1e-5)
    for hypothesis, which in zip(found, order, strict=True):
        assert hypothesis.mask.dtype == np.bool_
        assert hypothesis.low_res is not None
        np.testing.assert_array_equal(hypothesis.mask, masks[which])
        np.testing.assert_allclose(hypothesis.low_res, low[which], atol=1e-5)
        assert hypothesis.prompt == prompt


def _arguments(prompt: Prompt) -> dict[str, Any]:
    points = np.array([p[:2] for p in prompt.points]) if prompt.points else None
    labels = np.array([int(p[2]) for p in prompt.points]) if prompt.points else None
    return {
        "point_coords": points,
        "point_labels": labels,
        "box": None if prompt.box is None else np.array(prompt.box),
    }


def test_the_previous_mask_is_fed_back_when_its_clicks_are_a_prefix(
    sam: Any, segmenter: SamSegmenter
) -> None:
    rgb = tiny_sam.picture(96, 128)
    embedding = segmenter.encode(rgb)
    first, second = Prompt(((40.0, 30.0, True),)), Prompt(((40.0, 30.0, True), (80.0, 60.0, False)))
    chosen = segmenter.predict(embedding, first)[1]
    assert chosen.low_res is not None
    masks, ious, _ = _predictor(sam, rgb).predict(**_arguments(second), mask_input=chosen.low_res[None])
    found = segmenter.predict(embedding, second, chosen)
    for hypothesis, which in zip(found, np.argsort(-ious), strict=True):
        np.testing.assert_array_equal(hypothesis.mask, masks[which])


@pytest.mark.parametrize(
    "earlier",
    [
        Prompt(((41.0, 30.0, True),)),
        Prompt(((40.0, 30.0, False),)),
        Prompt(((40.0, 30.0, True),), box=(1.0, 1.0, 50.0, 50.0)),
        Prompt(((40.0, 30.0, True), (80.0, 60.0, False))),
        None,
    ],
)
def test_the_previous_mask_of_other_clicks_is_not_fed_back(
    segmenter: SamSegmenter, earlier: Prompt | None
) -> None:
    embedding = segmenter.encode(tiny_sam.picture(96, 128))
    prompt = Prompt(((40.0, 30.0, True), (80.0, 60.0, False)))
    loud = np.full((32, 32), 20.0, np.float32)
    previous = Hypothesis(np.ones((96, 128), np.bool_), 0.9, loud, earlier)
    alone = segmenter.predict(embedding, prompt)
    for with_previous, without in zip(segmenter.predict(embedding, prompt, previous), alone, strict=True):
        assert with_previous.low_res is not None
        np.testing.assert_array_equal(with_previous.low_res, without.low_res)


def test_an_embedding_survives_being_stored(segmenter: SamSegmenter) -> None:
    embedding = segmenter.encode(tiny_sam.picture(96, 128))
    again = segmenter.from_arrays(embedding.to_arrays())
    prompt = PROMPTS[1]
    for one, other in zip(
        segmenter.predict(embedding, prompt), segmenter.predict(again, prompt), strict=True
    ):
        np.testing.assert_array_equal(one.mask, other.mask)
    assert embedding.nbytes == 32 * 8 * 8 * 4


FEATURES = np.zeros((1, 32, 8, 8), np.float32)


@pytest.mark.parametrize(
    "arrays",
    [
        {},
        {"features": np.zeros((1, 5, 8, 8), np.float32), "size": np.array([96, 128])},
        {"features": FEATURES * np.nan, "size": np.array([96, 128])},
        {"features": FEATURES.astype("U4"), "size": np.array([96, 128])},
        {"features": FEATURES.astype(complex), "size": np.array([96, 128])},
        {"features": FEATURES, "size": np.array([0, -1])},
        {"features": FEATURES, "size": np.array(["96", "128"])},
    ],
)
def test_arrays_of_another_segmenter_are_refused(segmenter: SamSegmenter, arrays: dict[str, Any]) -> None:
    with pytest.raises(SegmenterError, match="another segmenter"):
        segmenter.from_arrays(arrays)


def test_an_embedding_of_another_segmenter_is_refused(segmenter: SamSegmenter) -> None:
    from model.segmenters.classical import ClassicalEmbedding, ClassicalSegmenter

    rgb = tiny_sam.picture(32, 32)
    with pytest.raises(WrongEmbedding):
        segmenter.predict(ClassicalEmbedding(rgb), PROMPTS[0])
    with pytest.raises(WrongEmbedding):
        ClassicalSegmenter().predict(segmenter.encode(rgb), PROMPTS[0])


def test_an_empty_prompt_is_refused(segmenter: SamSegmenter) -> None:
    with pytest.raises(SegmenterError, match="Click the object"):
        segmenter.predict(segmenter.encode(tiny_sam.picture(96, 128)), Prompt())


def test_encoding_stops_when_told(segmenter: SamSegmenter) -> None:
    answers = iter([False, True])
    with pytest.raises(Stopped):
        segmenter.encode(tiny_sam.picture(96, 128), cancelled=lambda: next(answers))


@pytest.mark.parametrize("score_bytes", [1, 20_000, 1 << 30])
@pytest.mark.parametrize(("window", "side"), [(3, 128), (4, 128), (14, 96)])
def test_the_result_does_not_depend_on_the_strips(score_bytes: int, window: int, side: int) -> None:
    sam = tiny_sam.build(side=side, window=window)
    picture = torch.randn(1, 3, side, side)
    with torch.no_grad():
        expected = sam.image_encoder(picture)
    found = StripEncoder(sam.image_encoder, score_bytes)(picture)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=0)


def test_half_precision_encoding_stays_close_and_is_stored_as_it_is(sam: Any, tmp_path: Path) -> None:
    path = tiny_sam.save(sam, tmp_path)
    half = SamSegmenter.load(path, "cpu", half=True, hashes=tmp_path / "h.json")
    rgb = tiny_sam.picture(96, 128)
    embedding = half.encode(rgb)
    assert embedding.to_arrays()["features"].dtype == np.float16
    expected = _predictor(sam, rgb).get_image_embedding()
    assert float((embedding.features.float() - expected).abs().max()) < 0.05 * float(expected.abs().max())
    assert len(half.predict(half.from_arrays(embedding.to_arrays()), PROMPTS[0])) == 3


def test_weights_that_overflow_half_precision_are_encoded_in_single(tmp_path: Path) -> None:
    sam = tiny_sam.build()
    for block in sam.image_encoder.blocks:
        block.mlp.lin2.bias += 40_000.0
    half = SamSegmenter.load(tiny_sam.save(sam, tmp_path), "cpu", half=True, hashes=tmp_path / "h.json")
    embedding = half.encode(tiny_sam.picture(96, 128))
    assert embedding.features.dtype == torch.float32
    assert bool(torch.isfinite(embedding.features).all())


def test_a_gpu_that_is_not_there_is_refused_in_one_sentence(sam: Any, tmp_path: Path) -> None:
    missing = "cuda" if not torch.cuda.is_available() else "mps"
    with pytest.raises(SegmenterError, match=f"device {missing} is not there"):
        SamSegmenter.load(tiny_sam.save(sam, tmp_path), missing, hashes=tmp_path / "h.json")


def test_the_name_and_the_signature_tell_the_weights(
    sam: Any, segmenter: SamSegmenter, tmp_path: Path
) -> None:
    other = SamSegmenter.load(
        tiny_sam.save(tiny_sam.build(seed=1), tmp_path), "cpu", hashes=tmp_path / "h.json"
    )
    assert segmenter.name.startswith("SAM ViT 32x3 (")
    assert segmenter.signature != other.signature
    assert segmenter.needs_encoding


@pytest.mark.parametrize("size", [(20, 30), (200, 90)])
def test_the_size_of_an_embedding_is_known_beforehand(segmenter: SamSegmenter, size: tuple[int, int]) -> None:
    assert segmenter.embedding_bytes(*size) == segmenter.encode(tiny_sam.picture(*size)).nbytes
