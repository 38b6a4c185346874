"""Preparation of pictures, masks and crops, on what is not ordinary."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image

from model.seagull import inputs
from model.seagull.elongated import resize_elongated
from model.seagull.errors import RoiError
from tests.unit.model import seagull_tiny as tiny


@pytest.mark.parametrize(
    "shape", [(8, 140), (140, 8), (3, 100), (100, 3), (1, 64), (64, 1), (70, 1500), (1500, 70)]
)
def test_elongated_pictures_come_out_as_by_the_ordinary_way(shape: tuple[int, int]) -> None:
    image = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    side, height, width = 64, *shape
    resized = int(side * max(shape) / min(shape))
    size = (side, resized) if width <= height else (resized, side)
    rows = Image.fromarray(image).resize((size[0], height), Image.Resampling.BICUBIC)
    pixels = np.array(rows.resize(size, Image.Resampling.BICUBIC), dtype=np.float32)
    ordinary = F.interpolate(
        torch.from_numpy(pixels).permute(2, 0, 1)[None],
        size=(side, side),
        mode="bilinear",
        align_corners=False,
    )[0].permute(1, 2, 0)
    np.testing.assert_allclose(resize_elongated(image, side), ordinary.numpy(), atol=2e-3)


def test_rows_come_before_columns_whatever_the_version_of_pillow() -> None:
    image = np.random.default_rng(3).integers(0, 256, (400, 104, 3), dtype=np.uint8)
    rows = Image.fromarray(image).resize((100, 400), Image.Resampling.BICUBIC)
    pixels = np.array(rows.resize((100, 384), Image.Resampling.BICUBIC), dtype=np.float32)
    square = F.interpolate(
        torch.from_numpy(pixels).permute(2, 0, 1)[None], size=(100, 100), mode="bilinear", align_corners=False
    )
    mean, std = (torch.tensor(n)[:, None, None] for n in (inputs.MEAN, inputs.STD))
    torch.testing.assert_close(inputs.prepare_picture(image, 100), (square[0] / 255 - mean) / std)


def test_a_crop_one_pixel_wide_and_very_long_needs_no_gigantic_picture() -> None:
    image = np.random.default_rng(1).integers(0, 256, (20_000, 3, 3), dtype=np.uint8)
    mask = np.zeros((20_000, 3), bool)
    mask[:, 1] = True
    crop = inputs.prepare_crop(image, mask)
    assert crop.shape == (3, 512, 512)
    assert bool(torch.isfinite(crop).all())


@pytest.mark.parametrize(
    ("rows", "columns", "box"),
    [
        (slice(4, 9), slice(2, 8), (2, 4, 5, 4)),
        (slice(4, 9), slice(2, 3), (2, 4, 1, 4)),
        (slice(4, 5), slice(2, 8), (2, 4, 5, 1)),
        (slice(11, 12), slice(15, 16), (15, 11, 1, 1)),
        (slice(0, 12), slice(0, 16), (0, 0, 15, 11)),
    ],
    ids=["ordinary", "one wide", "one high", "one pixel in the corner", "full frame"],
)
def test_crop_box(rows: slice, columns: slice, box: tuple[int, ...]) -> None:
    mask = np.zeros((12, 16), bool)
    mask[rows, columns] = True
    assert inputs.crop_box(mask) == box
    assert inputs.prepare_crop(np.zeros((12, 16, 3), np.uint8), mask, 32).shape == (3, 32, 32)


def test_mask_is_sampled_at_the_floor_of_its_index() -> None:
    mask = np.random.default_rng(2).random((300, 421)) > 0.5
    small = inputs.prepare_mask(mask)
    for i, j in ((0, 0), (1, 1), (511, 511), (257, 300)):
        assert bool(small[i, j]) == bool(mask[i * 300 // 512, j * 421 // 512])


def test_a_grey_picture_is_normalised_with_clips_numbers() -> None:
    picture = inputs.prepare_picture(np.full((16, 16, 3), 51, np.uint8), 64)
    wanted = [(0.2 - mean) / std for mean, std in zip(inputs.MEAN, inputs.STD, strict=True)]
    assert picture.shape == (3, 64, 64)
    assert picture.amax((1, 2)).tolist() == pytest.approx(wanted, abs=1e-6)
    assert picture.amin((1, 2)).tolist() == pytest.approx(wanted, abs=1e-6)


def test_refusals() -> None:
    image = tiny.picture()
    with pytest.raises(RoiError, match="empty; mark"):
        inputs.check_mask(np.zeros((90, 120), bool), image)
    with pytest.raises(RoiError, match="50x120 and the picture 90x120"):
        inputs.check_mask(np.ones((50, 120), bool), image)
    for wrong in (image[..., 0], image.astype(np.float32), np.zeros((0, 5, 3), np.uint8)):
        with pytest.raises(RoiError, match="8-bit RGB"):
            inputs.prepare_picture(wrong)
